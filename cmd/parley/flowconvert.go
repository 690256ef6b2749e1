package main

import (
	"fmt"
	"os"

	"parley/cmd/parley/internal/flowtools"
	"parley/domain/flow"
	"parley/domain/flow/legacy"
)

type flowConvert struct {
	Path   string `arg:"" name:"file" help:"The export, or - for the standard input."`
	Out    string `short:"o" type:"path" help:"Write the flow to this file; by default to the standard output." placeholder:"FILE"`
	Strict bool   `help:"Fail where a block could not be converted."`
}

// Run converts an export; what changed goes to the standard error.
func (c flowConvert) Run() error {
	content, err := flowtools.Read(c.Path)
	if err != nil {
		return err
	}
	if !legacy.Is(content) {
		d, err := flow.Parse(content)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Path, err)
		}
		fmt.Fprintln(os.Stderr, "The flow is in the flow language already; this is its canonical form.")
		return flowtools.Write(c.Out, d.Print())
	}
	d, changes, err := legacy.Convert(content)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Path, err)
	}
	if err := flowtools.Write(c.Out, d.Print()); err != nil {
		return err
	}
	lost := tellChanges(d, changes)
	if problems := flow.ValidateAs(d, d.DeclaredType()); len(problems) > 0 {
		return fmt.Errorf("the converted flow cannot be published: %s", problems[0].Message)
	}
	if c.Strict && lost > 0 {
		return fmt.Errorf("%s could not be converted", flowtools.Count(lost, "block"))
	}
	return nil
}

// tellChanges says what is not as it was, and returns how many blocks have no
// counterpart.
func tellChanges(d *flow.Document, changes []legacy.Change) int {
	lost := 0
	for _, change := range changes {
		what := "changed"
		if change.Lost {
			what = "lost"
			lost++
		}
		fmt.Fprintf(os.Stderr, "%s: %s (%s): %s\n", what, change.Action, change.Module, change.Message)
	}
	fmt.Fprintf(os.Stderr, "%s; not one to one: %d, without a counterpart: %d.\n", flowtools.Count(d.Len(), "block"), len(changes)-lost, lost)
	return lost
}
