package postgres

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/clock"
)

// remindEvery is how often a database that stays away is told of (our choice).
const remindEvery = 30 * time.Second

// outage tells an operator once that the database is away, now and then that
// it still is, and once that it is back: not each time that somebody tries.
type outage struct {
	log    *slog.Logger
	lasts  atomic.Bool
	mu     sync.Mutex
	since  time.Time // wall clock
	told   time.Time
	failed int // tries
}

// note takes a failed try.
func (o *outage) note(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := clock.Wall()
	if !o.lasts.Load() {
		o.since, o.told, o.failed = now, time.Time{}, 0
		o.lasts.Store(true)
	}
	o.failed++
	if now.Sub(o.told) < remindEvery {
		return
	}
	o.told = now
	o.log.Warn("the connection to the database failed", slog.Any("error", err),
		slog.Duration("since", now.Sub(o.since)), slog.Int("tries", o.failed))
}

// over takes a success.
func (o *outage) over() {
	if !o.lasts.Load() {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lasts.Swap(false) {
		o.log.Info("the database answers again", slog.Duration("after", clock.Wall().Sub(o.since)), slog.Int("tries", o.failed))
	}
}
