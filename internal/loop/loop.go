// Package loop runs what goes on for as long as a server does.
//
// It guarantees: a panic in one round ends neither the loop nor the server. What a panic says may quote a customer: only its type is
// told.
package loop

import (
	"context"
	"fmt"
	"time"
)

// Every has do called each time such a pause is over, until ctx ends. What it returns is given to failed, a panic, too, unless ctx has
// ended by then.
func Every(ctx context.Context, pause time.Duration, do func() error, failed func(error)) {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := Survive(do); err != nil && ctx.Err() == nil {
			failed(err)
		}
	}
}

// Survive makes a panic an error.
func Survive(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %T", p)
		}
	}()
	return do()
}
