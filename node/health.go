package node

import (
	"context"
	"errors"
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

// lookTimeout is how long the store may take to answer (our choice). A disk that
// hangs does not fail: it just never answers.
const lookTimeout = 5 * time.Second

// slow is after how long without an answer the store counts as one that cannot be
// written to: with the time between looks, /readyz says so within five seconds
// (our choice). Only a store that takes longer than lookTimeout has failed.
const slow = 2500 * time.Millisecond

// look asks the store once. An answer that does not come in time is a failure.
func (h *health) look(ctx context.Context, st pinger) error {
	answer := make(chan error, 1)
	go func() { answer <- st.Ping(ctx) }()
	doubt := time.AfterFunc(slow, func() { h.bad.Store(true) })
	defer doubt.Stop()
	select {
	case err := <-answer:
		return err
	case <-time.After(lookTimeout):
		return errors.New("the store does not answer")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// failures is after how many failed looks in a row the store counts as failed (see Node.storeFailed).
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
		err := h.look(ctx, st)
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
