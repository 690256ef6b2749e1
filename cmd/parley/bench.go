package main

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"parley/cmd/parley/internal/bench"
)

type measure struct {
	server
	remote
	Modes    []string      `help:"What to measure; all by default."`
	Pairs    int           `default:"64" help:"Chats with a customer and a bot."`
	Rates    []int         `default:"500,2000" help:"Messages a second of the open loops."`
	Starters int           `default:"32" help:"Chats being started at once."`
	Idle     int           `default:"4000" help:"Idle participants."`
	Duration time.Duration `default:"10s" help:"Of each measurement."`
	Warmup   time.Duration `default:"2s" help:"Before each."`
	Settle   time.Duration `default:"10s" help:"Before idle memory is read."`
	Rounds   int           `default:"1" help:"Of all but idle; each figure is of the middle one."`
	Beside   string        `type:"path" help:"Ready file of another server, measured in turn with this one."`
	JSON     bool          `help:"Print the report as one JSON document."`
	Check    bool          `help:"Compare the report with the targets."`
	Strict   bool          `help:"Fail when a target is missed."`
}

// Run measures a running server.
func (m measure) Run(ctx context.Context) error {
	if err := m.complete(); err != nil {
		return err
	}
	o := bench.Options{
		Server: m.config(), FlowID: m.Flow, Modes: m.Modes, Pairs: m.Pairs, Rates: m.Rates, Starters: m.Starters, Idle: m.Idle,
		Duration: m.Duration, Warmup: m.Warmup, Settle: m.Settle, Rounds: m.Rounds, Beside: m.Beside, JSON: m.JSON, Check: m.Check, Strict: m.Strict,
	}
	if m.Endpoint == "" {
		o.ReadyFile, o.DataDir = m.ready(), filepath.Dir(m.ready()) // the disk is what matters
	}
	return bench.Run(ctx, o, os.Stdout)
}
