package bench

import (
	"context"
	"errors"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"parley/client"
)

// meter measures one phase. Only what happens from its start to its end
// counts; before it is warm-up, after it the remainder drains.
type meter struct {
	start, end time.Time
	latency    Histogram    // of what was due in between
	arrived    atomic.Int64 // in between
	acked      atomic.Int64 // in the whole phase, warm-up included
	received   atomic.Int64 // of them
	disorder   atomic.Int64 // messages that came twice or after a later one
	failures   failures
}

func newMeter(warmup, d time.Duration) *meter {
	start := time.Now().Add(warmup)
	return &meter{start: start, end: start.Add(d)}
}

func (m *meter) during(t time.Time) bool { return !t.Before(m.start) && t.Before(m.end) }

// arrive counts what reached its socket just now.
func (m *meter) arrive(due time.Time) {
	now := time.Now()
	m.received.Add(1)
	if m.during(now) {
		m.arrived.Add(1)
	}
	if m.during(due) {
		m.latency.Record(now.Sub(due))
	}
}

// drain waits until all that was acknowledged has arrived, at most d, and
// returns what has not.
func (m *meter) drain(ctx context.Context, d time.Duration) int64 {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for m.received.Load() < m.acked.Load() {
		select {
		case <-ctx.Done():
			return max(m.acked.Load()-m.received.Load(), 0)
		case <-poll.C:
		}
	}
	return 0
}

// failures counts errors by type. The zero value is ready.
type failures struct {
	mu     sync.Mutex
	counts map[string]int
}

func (f *failures) add(err error) {
	name := client.TypeOf(err)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		name = "timeout"
	case errors.Is(err, context.Canceled):
		name = "interrupted"
	case name == "":
		name = "network"
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.counts == nil {
		f.counts = make(map[string]int)
	}
	f.counts[name]++
}

func (f *failures) all() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.counts)
}
