package router

import (
	"sync"
	"time"

	"parley/domain/change"
)

// inbox is what a desk has heard of and not looked at. It has a lock of its own: whoever commits
// or hears a hint never waits for the Board.
type inbox struct {
	mu     sync.Mutex
	news   []change.Resource // written by this node
	doubts map[key]doubt
	stale  bool // users are to be read again
}

// doubt is about a document that is to be read again.
type doubt struct {
	at      time.Time // when, on the wall clock
	version int64     // that is known to be there; who knows that one has nothing to read
	force   bool      // to be read in any case
}

// learn notes a document that this node has written.
func (b *inbox) learn(w change.Resource) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.news = append(b.news, w)
}

// doubt has a document read again.
func (b *inbox) doubt(k key, d doubt) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if old, ok := b.doubts[k]; ok {
		d.version, d.force = max(d.version, old.version), d.force || old.force
		if old.at.Before(d.at) && !d.force {
			d.at = old.at
		}
	}
	b.doubts[k] = d
}

// reconfigured has the users read again.
func (b *inbox) reconfigured() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stale = true
}

// take empties the inbox of all that is due.
func (b *inbox) take(wall time.Time) (news []change.Resource, doubts map[key]doubt, stale bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	news, stale = b.news, b.stale
	b.news, b.stale = nil, false
	doubts = map[key]doubt{}
	for k, d := range b.doubts {
		if !wall.Before(d.at) {
			doubts[k] = d
			delete(b.doubts, k)
		}
	}
	return news, doubts, stale
}

// patience is for how long nothing in it is due, most at most.
func (b *inbox) patience(wall time.Time, most time.Duration) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.news) > 0 || b.stale {
		return 0
	}
	for _, d := range b.doubts {
		most = min(most, d.at.Sub(wall))
	}
	return most
}
