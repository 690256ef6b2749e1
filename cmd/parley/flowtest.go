package main

import (
	"context"
	"os"

	"parley/cmd/parley/internal/flowtest"
	"parley/domain/flow"
)

type flowTest struct {
	Paths    []string `arg:"" name:"path" help:"Directories with flows (*.json) and conversations (*.chat), or single files with conversations; with --auto single flows, too."`
	Only     string   `name:"run" help:"Run only the conversations whose name matches this pattern." placeholder:"PATTERN"`
	Seed     uint64   `default:"1" help:"Of ids and random numbers: the same seed gives the same run."`
	Trace    bool     `help:"Print the steps of every conversation."`
	Coverage bool     `help:"Print which actions and branches of the flows ran."`
	JUnit    string   `name:"junit" type:"path" help:"Write a report for CI systems." placeholder:"FILE"`
	JSON     bool     `name:"json" help:"Print the report as JSON."`
	Auto     bool     `help:"Also check every flow, and run each inbound one with made-up input to its end."`
	Lenient  bool     `help:"With --auto: a flow that could not be published, or runs away, is reported and is no failure."`
	Type     flowType `help:"Take the flows for flows of this type, as in CreateContactFlow, or MODULE; by default what each says itself, and inbound flows where they say nothing." placeholder:"TYPE"`
}

// Run runs conversations against flows.
func (c flowTest) Run(ctx context.Context) error {
	return flowtest.Run(ctx, flowtest.Options{
		Paths: c.Paths, Run: c.Only, Seed: c.Seed, Trace: c.Trace, Coverage: c.Coverage,
		JUnit: c.JUnit, JSON: c.JSON, Auto: c.Auto, Lenient: c.Lenient, Type: flow.Type(c.Type),
	}, os.Stdout)
}
