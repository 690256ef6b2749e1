package flowtools

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"parley/domain/flow"
	"parley/domain/flow/legacy"
	"parley/domain/flow/lint"
)

// Report is what lint found in some files.
type Report struct {
	Files    []FileReport `json:"files"`
	Errors   int          `json:"errors"`
	Warnings int          `json:"warnings"`
	Notes    int          `json:"notes"`
}

// FileReport is what lint found in one file.
type FileReport struct {
	Path string `json:"path"`
	// Type is the type of flow that the file was taken for, "" where nobody knows.
	Type     flow.Type `json:"type,omitempty"`
	Findings []Finding `json:"findings"`
}

// Finding is one thing that lint found, and the line on which its block begins.
type Finding struct {
	Line int `json:"line"`
	lint.Finding
}

// Lint checks files. A type of "" is the one that each document says itself.
func Lint(paths []string, t flow.Type, resources *Resources) (Report, error) {
	var r Report
	files, err := Find(paths)
	if err != nil {
		return r, err
	}
	for _, path := range files {
		content, err := Read(path)
		if err != nil {
			return r, err
		}
		file := check(path, content, t, resources)
		r.add(file)
	}
	return r, nil
}

func (r *Report) add(file FileReport) {
	for _, f := range file.Findings {
		switch f.Severity {
		case lint.Error:
			r.Errors++
		case lint.Warning:
			r.Warnings++
		default:
			r.Notes++
		}
	}
	r.Files = append(r.Files, file)
}

func check(path string, content []byte, t flow.Type, resources *Resources) FileReport {
	d, err := flow.Parse(content)
	if err != nil {
		f := lint.Finding{Rule: "unreadable", Severity: lint.Error, Message: err.Error(), Hint: "The file is no flow of the version " + flow.Version + "."}
		if legacy.Is(content) {
			f = lint.Finding{Rule: "legacy", Severity: lint.Error, Message: "This is an export of an older console.", Hint: "Convert it with: parley flow convert " + path}
		}
		return FileReport{Path: path, Findings: []Finding{{LineIn(err), f}}}
	}
	if t == "" {
		t = d.DeclaredType()
	}
	o := lint.Options{Type: t}
	if resources != nil {
		o.Known = resources.Known
	}
	file := FileReport{Path: path, Type: t, Findings: []Finding{}}
	for _, f := range lint.Check(d, o) {
		file.Findings = append(file.Findings, Finding{d.LineOfProblem(f.Action, f.Message), f})
	}
	return file
}

// LineIn reads the line from why a file is no flow, 1 where it says none.
func LineIn(err error) int {
	line := 1
	if _, rest, ok := strings.Cut(err.Error(), ", line "); ok {
		_, _ = fmt.Sscanf(rest, "%d", &line) // without one, it is about the whole file
	}
	return line
}

// looksLikeFlow reports whether a JSON file says that it is of the flow language.
func looksLikeFlow(content []byte) bool {
	var d struct{ Version, StartAction, Actions json.RawMessage }
	return json.Unmarshal(content, &d) == nil && d.Version != nil && (d.StartAction != nil || d.Actions != nil)
}

// Print writes a line for each finding and its hint below it. Notes are counted
// only, unless they are asked for.
func (r Report) Print(w io.Writer, notes bool) {
	for _, file := range r.Files {
		for _, f := range file.Findings {
			if f.Severity == lint.Note && !notes {
				continue
			}
			where := ""
			if f.Action != "" {
				where = fmt.Sprintf("%s (%s): ", f.Action, f.Type)
			}
			fmt.Fprintf(w, "%s:%d: %s: %s%s [%s]\n", file.Path, f.Line, f.Severity, where, f.Message, f.Rule)
			if f.Hint != "" {
				fmt.Fprintf(w, "    %s\n", f.Hint)
			}
		}
	}
	fmt.Fprintf(w, "%s: %s, %s, %s", Count(len(r.Files), "flow"), Count(r.Errors, "error"), Count(r.Warnings, "warning"), Count(r.Notes, "note"))
	if r.Notes > 0 && !notes {
		fmt.Fprint(w, " (shown with --notes)")
	}
	fmt.Fprintln(w)
}

// Count writes a number of things in English.
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
