package main

// flowCommands are the tools for flows; none needs a server.
type flowCommands struct {
	Test flowTest `cmd:"" help:"Run conversations, written as scripts, against flows."`
}
