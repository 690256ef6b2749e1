package main

import (
	"parley/cmd/parley/internal/flowtools"
	"parley/domain/flow/graph"
)

type flowGraph struct {
	Path    string `arg:"" name:"file" help:"The flow, or - for the standard input."`
	Out     string `short:"o" type:"path" help:"Write the drawing to this file; by default to the standard output." placeholder:"FILE"`
	Title   string `help:"Title of the drawing; by default the name of the flow."`
	Console bool   `help:"Place the blocks where the console had them."`
	Columns int    `default:"5" help:"How many blocks stand side by side at most, before the drawing goes on below; 0 for one long row." placeholder:"N"`
}

// Run draws a flow.
func (c flowGraph) Run() error {
	d, err := flowtools.Load(c.Path)
	if err != nil {
		return err
	}
	return flowtools.Write(c.Out, graph.SVG(d, graph.Options{Title: c.Title, Console: c.Console, Columns: c.Columns}))
}
