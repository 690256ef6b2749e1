// Package recent keeps in memory what happened at this server lately, for who
// asks why something went as it did.
//
// It guarantees: it is bounded, and many entries of one kind push none of
// another kind out; adding never waits for anything but a short lock. Nothing in it survives the process.
package recent

import (
	"sync"
	"time"
)

// Kind is what an entry is about.
type Kind uint8

// The kinds.
const (
	Refused Kind = iota // calls that were not answered with success
	Served              // calls that were, but for the most frequent ones
	Socket              // websockets
	Flow                // steps of flows
	Offer               // contacts that are shown to agents
	kinds
)

// String is the kind as it is told.
func (k Kind) String() string { return [kinds]string{"refused", "call", "socket", "flow", "offer"}[k] }

// Each is how many entries of a kind are kept (our choice: about 10 MB in all).
const Each = 8192

// Entry is something that happened. It holds no text of messages and no secret.
type Entry struct {
	Kind Kind
	At   time.Time // logical; zero = now
	// What it is about; each is "" where it is not known.
	Instance, Session, Contact, Participant string
	RequestID                               string // of a call
	Text                                    string // in plain words
}

// Log remembers entries. Use New; nil remembers nothing.
type Log struct {
	now func() time.Time

	mu    sync.Mutex
	rings [kinds]ring
}

// ring is the newest entries of a kind.
type ring struct {
	entries []Entry
	next    int // where the next one goes once the ring is full
}

// New returns an empty log.
func New(now func() time.Time) *Log { return &Log{now: now} }

// Add remembers something that happened.
func (l *Log) Add(e Entry) {
	if l == nil {
		return
	}
	if e.At.IsZero() {
		e.At = l.now()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	r := &l.rings[e.Kind]
	if len(r.entries) < Each {
		r.entries = append(r.entries, e)
		return
	}
	r.entries[r.next] = e
	r.next = (r.next + 1) % Each
}

// Find returns the entries that match, those of each kind in the order in which they happened.
func (l *Log) Find(match func(*Entry) bool) (found []Entry) {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for k := range l.rings {
		r := &l.rings[k]
		for i := range r.entries {
			if e := &r.entries[(r.next+i)%len(r.entries)]; match(e) {
				found = append(found, *e)
			}
		}
	}
	return found
}
