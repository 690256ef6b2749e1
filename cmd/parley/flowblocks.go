package main

import "parley/cmd/parley/internal/flowtools"

type flowBlocks struct{}

// Run prints the table of block types.
func (flowBlocks) Run() error { return printJSON(flowtools.Blocks()) }
