package account

import (
	"strings"
	"sync"
	"time"

	"parley/domain/account"
	"parley/internal/clock"
	"parley/internal/fault"
)

// guesses slows those who guess passwords and codes: by user, by address, and
// by both together. Each node counts for itself.
type guesses struct {
	clock *clock.Clock
	mu    *sync.Mutex
	by    map[string]*account.Bucket
}

// maxBuckets bounds what is remembered. Full buckets go first; if there is none, all go.
const maxBuckets = 100_000

func newGuesses(c *clock.Clock) guesses {
	return guesses{c, &sync.Mutex{}, map[string]*account.Bucket{}}
}

// guess is one attempt, counted as a failure until it is undone.
type guess struct {
	of   *guesses
	keys map[string]account.Rate
}

// begin counts an attempt, unless there were too many; fault.Throttled. The user need not exist.
func (g *guesses) begin(instance, user, address string) (guess, error) {
	user = instance + "\x00" + strings.ToLower(user)
	this := guess{g, map[string]account.Rate{
		"b\x00" + user + "\x00" + address: account.PerBoth(), "u\x00" + user: account.PerUser(), "a\x00" + address: account.PerAddress(),
	}}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.clock.Now()
	for key, rate := range this.keys {
		if wait := g.bucket(key, now).Wait(rate, now); wait > 0 {
			return this, fault.New(fault.Throttled, "Too many failed attempts; try again in %d seconds", int((wait+time.Second-1)/time.Second))
		}
	}
	for key, rate := range this.keys {
		g.bucket(key, now).Take(rate, now)
	}
	return this, nil
}

func (g *guesses) bucket(key string, now time.Time) *account.Bucket {
	if b, ok := g.by[key]; ok {
		return b
	}
	if len(g.by) >= maxBuckets {
		g.shrink(now)
	}
	b := &account.Bucket{}
	g.by[key] = b
	return b
}

func (g *guesses) shrink(now time.Time) {
	for key, b := range g.by {
		if b.Idle(now) {
			delete(g.by, key)
		}
	}
	if len(g.by) >= maxBuckets {
		clear(g.by)
	}
}

// undo takes the attempt back: it did not fail.
func (a guess) undo() {
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	for key, rate := range a.keys {
		if b, ok := a.of.by[key]; ok {
			b.Return(rate)
		}
	}
}
