package main

// flowCommands are the tools for flows; none needs a server.
type flowCommands struct {
	Lint    flowLint    `cmd:"" help:"Check flows: what Amazon Connect refuses, and what would surprise on a chat."`
	Blocks  flowBlocks  `cmd:"" help:"Print what the language allows of each type of block, as JSON: what editors are made from."`
	Convert flowConvert `cmd:"" help:"Convert an export of an older console, or print a flow in its canonical form."`
	Diff    flowDiff    `cmd:"" help:"Compare two flows by what they mean: exit status 0 where it is the same, 1 where not, 2 for trouble."`
	Graph   flowGraph   `cmd:"" help:"Draw a flow as an SVG."`
	Names   flowNames   `cmd:"" help:"Name the resources of a flow by name instead of by ARN, so that it can move."`
	Resolve flowResolve `cmd:"" help:"Give the names in a flow the ARNs of an instance."`
	Test    flowTest    `cmd:"" help:"Run conversations, written as scripts, against flows."`
}
