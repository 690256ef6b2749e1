package main

import (
	"context"
	"fmt"

	"parley/node"
)

type check struct {
	Data string `default:"data" env:"PARLEY_DATA" help:"Data directory; its server may run."`
}

// Run reads the whole database and tells what is damaged.
func (c check) Run(ctx context.Context) error {
	tell, done := progress()
	tell("reading the database")
	damage, err := node.Inspect(ctx, c.Data)
	done()
	if err != nil {
		return err
	}
	for _, d := range damage {
		fmt.Println(d)
	}
	if len(damage) > 0 {
		return fmt.Errorf("%s: %d things are damaged: restore the last backup, or keep this and ask", c.Data, len(damage))
	}
	fmt.Println(c.Data, "is sound.")
	return nil
}
