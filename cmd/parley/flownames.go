package main

import (
	"errors"
	"fmt"
	"os"

	"parley/cmd/parley/internal/flowtools"
	"parley/domain/flow"
)

type flowNames struct {
	Path      string `arg:"" name:"file" help:"The flow, or - for the standard input."`
	Resources string `type:"path" help:"List of the instance's resources (JSON); without it, the names are those that the console noted in the flow." placeholder:"FILE"`
	Out       string `short:"o" type:"path" help:"Write the flow to this file; by default to the standard output." placeholder:"FILE"`
}

// Run writes a flow with names instead of ARNs.
func (c flowNames) Run() error {
	d, err := flowtools.Load(c.Path)
	if err != nil {
		return err
	}
	resources, err := readResources(c.Resources)
	if err != nil {
		return err
	}
	named, unknown, err := flowtools.Named(d, resources)
	if err != nil {
		return err
	}
	if err := flowtools.Write(c.Out, named.Source()); err != nil {
		return err
	}
	return tellUnknown(unknown, "has no known name and stays as it is")
}

type flowResolve struct {
	Path      string `arg:"" name:"file" help:"The flow, or - for the standard input."`
	Resources string `required:"" type:"path" help:"List of the instance's resources (JSON)." placeholder:"FILE"`
	Out       string `short:"o" type:"path" help:"Write the flow to this file; by default to the standard output." placeholder:"FILE"`
}

// Run writes a flow with the ARNs of an instance instead of names.
func (c flowResolve) Run() error {
	d, err := flowtools.Load(c.Path)
	if err != nil {
		return err
	}
	resources, err := flowtools.ReadResources(c.Resources)
	if err != nil {
		return err
	}
	resolved, unknown, err := flow.Resolve(d, resources.ByName)
	if err != nil {
		return err
	}
	if err := flowtools.Write(c.Out, resolved.Source()); err != nil {
		return err
	}
	return tellUnknown(unknown, "is not in the list of resources and stays as it is")
}

// tellUnknown names the references that stay as they are; it fails where there
// are some.
func tellUnknown(unknown []flow.Reference, why string) error {
	for _, r := range unknown {
		fmt.Fprintf(os.Stderr, "%s %s: the %s %q %s.\n", r.Action, r.Path, r.Kind, r.Value, why)
	}
	switch len(unknown) {
	case 0:
		return nil
	case 1:
		return errors.New("1 reference stays as it is")
	}
	return fmt.Errorf("%d references stay as they are", len(unknown))
}
