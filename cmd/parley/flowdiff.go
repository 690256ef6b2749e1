package main

import (
	"errors"
	"os"

	"parley/cmd/parley/internal/flowtools"
	"parley/domain/flow/diff"
)

type flowDiff struct {
	Old       string `arg:"" help:"The one flow."`
	New       string `arg:"" help:"The other."`
	Instances bool   `help:"Take flows for the same that only name resources of different instances."`
	JSON      bool   `name:"json" help:"Print the differences as JSON."`
}

// Run compares two flows.
func (c flowDiff) Run() error {
	before, err := flowtools.Load(c.Old)
	if err != nil {
		return coded{err, 2}
	}
	after, err := flowtools.Load(c.New)
	if err != nil {
		return coded{err, 2}
	}
	result := diff.Compare(before, after)
	if c.JSON {
		if err := printJSON(result); err != nil {
			return coded{err, 2}
		}
	} else {
		flowtools.PrintDiff(os.Stdout, result)
	}
	if result.Same(c.Instances) {
		return nil
	}
	return coded{errors.New("the flows differ"), 1}
}
