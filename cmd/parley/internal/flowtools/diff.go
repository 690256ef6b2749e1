package flowtools

import (
	"fmt"
	"io"
	"strings"

	"parley/domain/flow/diff"
)

// PrintDiff writes what is different, for people.
func PrintDiff(w io.Writer, r diff.Result) {
	for _, p := range r.Document {
		printPart(w, "", p)
	}
	for _, b := range r.Blocks {
		fmt.Fprintf(w, "%-8s %s (%s)\n", b.Kind, b.Action, b.Type)
		for _, p := range b.Parts {
			printPart(w, "    ", p)
		}
	}
	fmt.Fprintln(w, verdict(r))
}

func printPart(w io.Writer, indent string, p diff.Part) {
	what := ""
	if p.Kind == diff.Instance {
		what = " (the same on another instance, as far as the flows say)"
	}
	fmt.Fprintf(w, "%s%s%s\n", indent, p.Place, what)
	if p.Kind != diff.Added {
		fmt.Fprintf(w, "%s  - %s\n", indent, indented(p.Old, indent))
	}
	if p.Kind != diff.Removed {
		fmt.Fprintf(w, "%s  + %s\n", indent, indented(p.New, indent))
	}
}

// indented keeps the lines of a long text below one another.
func indented(s, indent string) string {
	return strings.ReplaceAll(s, "\n", "\n"+indent+"    ")
}

func verdict(r diff.Result) string {
	switch {
	case r.Identical:
		return "The files are identical."
	case r.Layout:
		return "The flows mean the same; only their layout differs."
	case r.Same(true):
		return "The flows mean the same; they name resources of different instances."
	}
	counts := map[diff.Kind]int{}
	for _, b := range r.Blocks {
		counts[b.Kind]++
	}
	if len(r.Blocks) == 0 {
		var places []string
		for _, p := range r.Document {
			places = append(places, p.Place)
		}
		return fmt.Sprintf("The flows differ: %s. Their blocks are the same.", strings.Join(places, ", "))
	}
	return fmt.Sprintf("The flows differ: blocks added: %d, removed: %d, changed: %d.", counts[diff.Added], counts[diff.Removed], counts[diff.Changed])
}
