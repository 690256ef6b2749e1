package main

import (
	"encoding/json"
	"fmt"
	"os"

	"parley/cmd/parley/internal/flowtools"
	"parley/domain/flow"
)

type flowLint struct {
	Paths     []string `arg:"" name:"path" help:"Flows, directories with flows (*.json), or - for the standard input."`
	Type      flowType `help:"Take the flows for flows of this type, as in CreateContactFlow, or MODULE; by default what each says itself." placeholder:"TYPE"`
	Resources string   `type:"path" help:"Check references against this list of an instance's resources (JSON)." placeholder:"FILE"`
	Strict    bool     `help:"Fail on warnings too."`
	Notes     bool     `help:"Print notes too."`
	JSON      bool     `name:"json" help:"Print the findings as JSON."`
}

// Run checks flows; it fails where there are errors.
func (c flowLint) Run() error {
	resources, err := readResources(c.Resources)
	if err != nil {
		return err
	}
	report, err := flowtools.Lint(c.Paths, flow.Type(c.Type), resources)
	if err != nil {
		return err
	}
	if c.JSON {
		if err := printJSON(report); err != nil {
			return err
		}
	} else {
		report.Print(os.Stdout, c.Notes)
	}
	switch {
	case report.Errors > 0:
		return fmt.Errorf("the flows have errors")
	case c.Strict && report.Warnings > 0:
		return fmt.Errorf("the flows have warnings")
	}
	return nil
}

// readResources reads a list of resources; nil where none is named.
func readResources(path string) (*flowtools.Resources, error) {
	if path == "" {
		return nil, nil
	}
	return flowtools.ReadResources(path)
}

func printJSON(v any) error {
	enc := json.NewEncoder(os.Stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
