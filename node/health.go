package node

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// health knows whether the store can be written to, from a look every other second.
type health struct{ bad atomic.Bool }

func (h *health) ok() bool { return !h.bad.Load() }

// pinger is a store as health sees it.
type pinger interface {
	Ping(ctx context.Context) error
}

// failures is after how many failed looks in a row the process gives up: whoever
// runs it starts it again and the store recovers.
const failures = 3

func (h *health) run(ctx context.Context, st pinger, fail func(error)) {
	ticker := time.NewTicker(2 * time.Second)
	defer ticker.Stop()
	for inARow := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := st.Ping(ctx)
		h.bad.Store(err != nil)
		if err == nil || ctx.Err() != nil {
			inARow = 0
			continue
		}
		if inARow++; inARow == failures {
			fail(fmt.Errorf("the store cannot be written to: %w", err))
		}
	}
}
