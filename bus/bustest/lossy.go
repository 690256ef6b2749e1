package bustest

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"parley/bus"
)

// Lossy is one node's view of a bus on which everything happens that a hint
// may suffer: it is lost, late, doubled, overtaken, or arrives without its items.
// The same seed makes the same choices in the same order. Use NewLossy.
type Lossy struct {
	bus.Bus

	mu       sync.Mutex
	random   *rand.Rand
	down     bool
	restored []func(bus.Hint)
}

// maxDelay is how late a hint may be: far beyond what followers wait for a gap.
const maxDelay = 80 * time.Millisecond

// NewLossy returns a lossy view of a bus, which is up.
func NewLossy(b bus.Bus, seed uint64) *Lossy {
	return &Lossy{Bus: b, random: rand.New(rand.NewPCG(seed, 0))}
}

// Subscribe adds a handler that hears what gets through.
func (l *Lossy) Subscribe(topic bus.Topic, handle func(bus.Hint)) (cancel func()) {
	if topic == bus.Restored {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.restored = append(l.restored, handle)
		return func() {}
	}
	var gone atomic.Bool
	stop := l.Bus.Subscribe(topic, func(h bus.Hint) {
		for _, delay := range l.fate(&h) {
			time.AfterFunc(delay, func() {
				if !gone.Load() {
					handle(h)
				}
			})
		}
	})
	return func() {
		gone.Store(true)
		stop()
	}
}

// fate returns after which times a hint arrives; it may take its items away.
func (l *Lossy) fate(h *bus.Hint) []time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down || l.random.IntN(5) == 0 {
		return nil
	}
	if l.random.IntN(8) == 0 {
		for _, item := range h.Items {
			h.Head = max(h.Head, item.Position)
		}
		h.Items = nil
	}
	times := make([]time.Duration, 1+l.random.IntN(5)/4)
	for i := range times {
		if l.random.IntN(2) == 0 {
			times[i] = time.Duration(l.random.Int64N(int64(maxDelay)))
		}
	}
	return times
}

// Up reports whether the bus is not broken.
func (l *Lossy) Up() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.down
}

// Break loses every hint from now on.
func (l *Lossy) Break() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = true
}

// Mend ends what Break began, and says so as a bus does.
func (l *Lossy) Mend() {
	l.mu.Lock()
	l.down = false
	restored := l.restored
	l.mu.Unlock()
	for _, handle := range restored {
		handle(bus.Hint{})
	}
}
