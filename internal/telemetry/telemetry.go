// Package telemetry holds the numbers that the parts of a server keep about
// themselves: counters, histograms, and a clock to time things with.
//
// It guarantees: counting and observing take some nanoseconds, allocate nothing
// and never wait; names that come from outside are bounded. It knows nothing of
// how the numbers are shown: package metrics of node does.
package telemetry

import (
	"sync"
	"sync/atomic"
	"time"
)

// Stopwatch times things by the monotonic clock, which no adjustment moves.
// Use NewStopwatch.
type Stopwatch struct{ since time.Time }

// NewStopwatch returns a stopwatch that begins now.
func NewStopwatch() Stopwatch { return Stopwatch{time.Now()} }

// Now returns how much time has passed since the stopwatch began.
func (s Stopwatch) Now() time.Duration { return time.Since(s.since) }

// Histogram counts values by size. Bounds and values are in one unit, whole
// numbers: nanoseconds, Sets, bytes. Use NewHistogram; a nil one counts nothing.
type Histogram struct {
	bounds []int64
	counts []atomic.Int64 // one more than bounds: what is above them all
	sum    atomic.Int64
}

// NewHistogram returns an empty histogram; bounds grow.
func NewHistogram(bounds ...int64) *Histogram {
	return &Histogram{bounds: bounds, counts: make([]atomic.Int64, len(bounds)+1)}
}

// NewDurations returns a histogram of durations from 100 µs to 30 s: what a
// request, a commit or a delivery takes (our choice).
func NewDurations() *Histogram {
	const us, ms, s = int64(time.Microsecond), int64(time.Millisecond), int64(time.Second)
	return NewHistogram(100*us, 250*us, 500*us, ms, 2500*us, 5*ms, 10*ms, 25*ms, 50*ms, 100*ms, 250*ms, 500*ms, s, 2500*ms, 5*s, 10*s, 30*s)
}

// Observe counts a value.
func (h *Histogram) Observe(v int64) {
	if h == nil {
		return
	}
	i := 0
	for i < len(h.bounds) && v > h.bounds[i] {
		i++
	}
	h.counts[i].Add(1)
	h.sum.Add(v)
}

// Took counts a duration; one below zero, which a clock that was set back makes, is 0.
func (h *Histogram) Took(d time.Duration) { h.Observe(max(0, int64(d))) }

// Distribution is what a Histogram has counted.
type Distribution struct {
	Bounds []int64
	Counts []int64 // of values up to each bound, those of lower bounds included
	Count  int64
	Sum    int64
}

// Read returns what was counted so far; nothing for a nil histogram.
func (h *Histogram) Read() Distribution {
	if h == nil {
		return Distribution{}
	}
	d := Distribution{Bounds: h.bounds, Counts: make([]int64, len(h.bounds)), Sum: h.sum.Load()}
	for i := range h.counts {
		d.Count += h.counts[i].Load()
		if i < len(d.Counts) {
			d.Counts[i] = d.Count
		}
	}
	return d
}

// mostNames is how many names one Tally tells apart (our choice: more than there are exceptions).
const mostNames = 64

// Other is the name under which a Tally counts what has no place any more.
const Other = "other"

// Tally counts by name. The zero value is empty; it is safe for concurrent use.
type Tally struct {
	mu     sync.RWMutex
	counts map[string]*atomic.Int64
}

// Add counts n more for a name.
func (t *Tally) Add(name string, n int64) {
	t.mu.RLock()
	c := t.counts[name]
	t.mu.RUnlock()
	if c == nil {
		c = t.place(name)
	}
	c.Add(n)
}

func (t *Tally) place(name string) *atomic.Int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = map[string]*atomic.Int64{}
	}
	if t.counts[name] == nil && len(t.counts) >= mostNames {
		name = Other
	}
	if t.counts[name] == nil {
		t.counts[name] = &atomic.Int64{}
	}
	return t.counts[name]
}

// Read returns the counts by name.
func (t *Tally) Read() map[string]int64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	all := make(map[string]int64, len(t.counts))
	for name, c := range t.counts {
		all[name] = c.Load()
	}
	return all
}
