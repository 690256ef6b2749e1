package account

import (
	"crypto/sha256"
	"strings"
	"sync"
	"time"

	"parley/domain/account"
	"parley/internal/clock"
	"parley/internal/fault"
)

// guesses slows those who guess passwords and codes: by user, by address, and
// by both together. Each node counts for itself. Whoever is refused leaves nothing behind, and what is
// remembered of the others has one size, whatever they send.
type guesses struct {
	clock *clock.Clock
	mu    *sync.Mutex
	by    map[counted]*bucket
}

// counted is a hash of what is counted.
type counted [sha256.Size]byte

// bucket is what is remembered of a user or an address.
type bucket struct {
	account.Bucket
	told time.Time // when the audit log was told last that it is empty
}

// maxBuckets bounds what is remembered. Full buckets go first; if there is none, all go.
const maxBuckets = 100_000

// tellEvery is how often the audit log is told of the same empty bucket (our choice).
const tellEvery = time.Minute

func newGuesses(c *clock.Clock) guesses {
	return guesses{c, &sync.Mutex{}, map[counted]*bucket{}}
}

// guess is one attempt, counted as a failure until it is undone.
type guess struct {
	of   *guesses
	keys map[counted]account.Rate
	tell bool // it was refused, and the audit log is to be told
}

func count(parts ...string) counted { return sha256.Sum256([]byte(strings.Join(parts, "\x00"))) }

// from counts an attempt that is for no user.
func (g *guesses) from(address string) (guess, error) {
	return g.take(map[counted]account.Rate{count("a", account.Network(address)): account.PerAddress()})
}

// begin counts an attempt, unless there were too many; fault.Throttled. The user need not exist.
func (g *guesses) begin(instance, user, address string) (guess, error) {
	user, address = strings.ToLower(user), account.Network(address)
	return g.take(map[counted]account.Rate{
		count("b", instance, user, address): account.PerBoth(), count("u", instance, user): account.PerUser(), count("a", address): account.PerAddress(),
	})
}

func (g *guesses) take(keys map[counted]account.Rate) (guess, error) {
	this := guess{of: g, keys: keys}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.clock.Now()
	var wait time.Duration
	for key, rate := range this.keys {
		if b, ok := g.by[key]; ok && b.Wait(rate, now) > 0 {
			wait = max(wait, b.Wait(rate, now))
			if now.Sub(b.told) >= tellEvery {
				b.told, this.tell = now, true
			}
		}
	}
	if wait > 0 {
		return this, fault.New(fault.Throttled, "Too many failed attempts; try again in %d seconds", int((wait+time.Second-1)/time.Second))
	}
	for key, rate := range this.keys {
		g.bucket(key, now).Take(rate, now)
	}
	return this, nil
}

func (g *guesses) bucket(key counted, now time.Time) *bucket {
	if b, ok := g.by[key]; ok {
		return b
	}
	if len(g.by) >= maxBuckets {
		g.shrink(now)
	}
	b := &bucket{}
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
