package store

import (
	"sync/atomic"
	"time"

	"parley/internal/telemetry"
)

// Meter counts what an adapter does to commit: the part of a commit that only
// the adapter sees. Use NewMeter; a nil one counts nothing.
type Meter struct {
	telemetry.Stopwatch
	sets, waited, took, synced *telemetry.Histogram
	failed, resolved           atomic.Int64
	slow                       func(took time.Duration, sets int)
}

// slowCommit is what a commit may take before somebody should hear of it (our choice:
// a healthy disk syncs in a tenth of that).
const slowCommit = 500 * time.Millisecond

// NewMeter returns a meter; slow hears of each commit that took half a second
// and more, from the goroutine that committed.
func NewMeter(slow func(took time.Duration, sets int)) *Meter {
	return &Meter{
		Stopwatch: telemetry.NewStopwatch(),
		sets:      telemetry.NewHistogram(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024),
		waited:    telemetry.NewDurations(), took: telemetry.NewDurations(), synced: telemetry.NewDurations(),
		slow: slow,
	}
}

// Read returns the time on the meter's stopwatch, 0 for a nil meter.
func (m *Meter) Read() time.Duration {
	if m == nil {
		return 0
	}
	return m.Now()
}

// Committed notes a commit of so many Sets: since when the oldest of them waited, when the
// commit began, and from when it was made durable, each as Read told.
func (m *Meter) Committed(sets int, waiting, began, syncing time.Duration) {
	if m == nil {
		return
	}
	now := m.Now()
	m.sets.Observe(int64(sets))
	m.waited.Took(began - waiting)
	m.took.Took(now - began)
	m.synced.Took(now - syncing)
	if now-began >= slowCommit && m.slow != nil {
		m.slow(now-began, sets)
	}
}

// Failed notes a commit that was rolled back or broke.
func (m *Meter) Failed() {
	if m != nil {
		m.failed.Add(1)
	}
}

// Resolved notes a Set whose outcome was not known and then was found out.
func (m *Meter) Resolved() {
	if m != nil {
		m.resolved.Add(1)
	}
}

// MeterStats is what a Meter has counted, durations in nanoseconds.
type MeterStats struct {
	Sets     telemetry.Distribution // in one commit
	Waited   telemetry.Distribution // the oldest Set of a commit, for its beginning
	Took     telemetry.Distribution // a commit, from its beginning until it was durable
	Synced   telemetry.Distribution // of that, making it durable
	Failed   int64                  // commits that were rolled back
	Resolved int64                  // unknown outcomes found out
}

// Stats returns the counts.
func (m *Meter) Stats() MeterStats {
	return MeterStats{
		Sets: m.sets.Read(), Waited: m.waited.Read(), Took: m.took.Read(), Synced: m.synced.Read(),
		Failed: m.failed.Load(), Resolved: m.resolved.Load(),
	}
}
