package flowtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"time"

	"parley/domain/flow"
)

// Options are those of `parley flow test`.
type Options struct {
	Paths    []string
	Run      string // a pattern of the conversations to run, "" for all
	Seed     uint64
	Trace    bool      // print the steps of every conversation
	Coverage bool      // print what of the flows ran
	JUnit    string    // file for the report that CI systems read, "" for none
	JSON     bool      // print the report as JSON
	Auto     bool      // check every flow, and run the inbound ones with made-up input
	Lenient  bool      // a flow that could not be published, or runs away, is no failure
	Type     flow.Type // what the flows are taken for, "" for what each says itself
}

// Report is what a run came to.
type Report struct {
	Passed, Failed int
	Results        []Outcome
	Warnings       []string
	Coverage       []FlowCoverage
}

// Outcome is one result with its time.
type Outcome struct {
	*Result
	Took time.Duration
}

// ErrFailed says that a conversation went another way than its script.
var ErrFailed = errors.New("not every conversation went as written")

// Run runs the conversations under the paths and writes how it goes.
func Run(ctx context.Context, o Options, out io.Writer) error {
	r := &runner{o: o, out: &printer{w: out, quiet: o.JSON, trace: o.Trace}, coverage: newCoverage()}
	var err error
	if r.pattern, err = regexp.Compile(o.Run); err != nil {
		return fmt.Errorf("--run: %w", err)
	}
	for _, path := range o.Paths {
		if err := r.path(ctx, path); err != nil {
			return err
		}
	}
	if len(r.report.Results) == 0 && o.Run != "" {
		return fmt.Errorf("no conversation has a name that matches --run %s", o.Run)
	}
	if len(r.report.Results) == 0 && o.Auto {
		return fmt.Errorf("there is nothing to check: flows end in .json, conversations in %s", Extension)
	}
	if len(r.report.Results) == 0 {
		return fmt.Errorf("there are no conversations to run: files with them end in %s; --auto checks flows without any", Extension)
	}
	return r.finish(out)
}

type runner struct {
	o        Options
	out      *printer
	pattern  *regexp.Regexp
	report   Report
	coverage *coverage
}

func (r *runner) path(ctx context.Context, path string) error {
	scope, err := Load(path, r.o.Type)
	if err != nil {
		return err
	}
	scope.Lenient = r.o.Lenient
	if r.o.Auto {
		if err := r.flows(ctx, scope); err != nil {
			return err
		}
	} else {
		r.warn(scope)
	}
	r.coverage.scope(scope)
	for _, script := range scope.Scripts {
		r.out.file(script.Path)
		for _, c := range script.Conversations {
			if !r.pattern.MatchString(c.Name) {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			r.add(func() *Result { return c.play(scope, r.o.Seed) })
		}
	}
	return nil
}

// add runs one test and reports it.
func (r *runner) add(play func() *Result) {
	began := time.Now()
	result := Outcome{Result: play()}
	result.Took = time.Since(began)
	r.report.Results = append(r.report.Results, result)
	if result.Failure == nil {
		r.report.Passed++
	} else {
		r.report.Failed++
	}
	if result.world != nil {
		r.report.Warnings = append(r.report.Warnings, result.world.Warnings...)
	}
	r.coverage.add(result.Result)
	r.out.result(result)
}

func (r *runner) finish(out io.Writer) error {
	slices.Sort(r.report.Warnings)
	r.report.Warnings = slices.Compact(r.report.Warnings)
	if r.o.Coverage {
		r.report.Coverage = r.coverage.report()
	}
	if r.o.JUnit != "" {
		if err := writeJUnit(r.o.JUnit, &r.report); err != nil {
			return err
		}
	}
	if r.o.JSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		if err := enc.Encode(summary(&r.report)); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	} else {
		r.out.end(&r.report)
	}
	if r.report.Failed > 0 {
		return ErrFailed
	}
	return nil
}

// writeFile leaves a whole file or none.
func writeFile(path string, content []byte) error {
	part := path + ".part"
	if err := os.WriteFile(part, content, 0o644); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if err := os.Rename(part, path); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}
