package follow

import (
	"time"

	"parley/domain/transcript"
)

// Sink takes what a following brings. Its methods are called one at a time,
// Deliver with a lock held: they must return at once and not call this package.
type Sink interface {
	// Deliver hands over one encoded item, to be kept unchanged. False refuses it: the
	// sink is dropped with Overflow.
	Deliver(encoded []byte) bool
	// Done says that nothing more will come, and why. It is called at most once.
	Done(Reason)
}

// Reason is why a following ended by itself.
type Reason uint8

// The reasons. Ended: everything up to the end of the chat was delivered. Gone: the
// participant left or was removed, or the session was erased. Overflow: the sink refused an item.
const (
	Ended Reason = iota + 1
	Gone
	Overflow
)

// String names the reason.
func (r Reason) String() string {
	return [...]string{"", "ended", "gone", "overflow"}[r]
}

// Following is one sink's place in a session. Its fields are guarded by the follower.
type Following struct {
	follower    *follower
	sink        Sink
	participant string
	role        transcript.Role
	previews    func() bool // nil = never

	cursor int64 // everything up to here was delivered or is not for this role
	phase  phase
	behind bool // the store is known to have more than cursor
	gone   bool // to be dropped once it has caught up
}

type phase uint8

const (
	waiting  phase = iota // not started
	catching              // reading the store
	live
	over
)

// Start begins delivery. Nothing is delivered before.
func (g *Following) Start() {
	f := g.follower
	f.mu.Lock()
	if g.phase != waiting {
		f.mu.Unlock()
		return
	}
	g.phase = catching
	even := !g.behind && f.join(g)
	f.mu.Unlock()
	f.finish()
	if !even {
		go g.catchUp()
	}
}

// Close ends the following; nothing is delivered after it returned. It may be called more than once.
func (g *Following) Close() {
	f := g.follower
	f.mu.Lock()
	was := g.phase
	g.phase = over
	f.compact()
	f.mu.Unlock()
	if was != over {
		f.hub.release(f)
	}
}

// catchUp reads the store until the following is even with the live ones.
func (g *Following) catchUp() {
	for after := g.at(); ; after = g.at() {
		page, full, err := g.follower.hub.items(g.follower.session, after)
		full = full || err != nil
		if g.absorb(page, full) {
			return
		}
		if len(page) == 0 { // the store fails, or lags behind a hint
			<-time.After(g.follower.hub.opts.GapWait)
		}
	}
}

func (g *Following) at() int64 {
	g.follower.mu.Lock()
	defer g.follower.mu.Unlock()
	return g.cursor
}

// absorb delivers a page and reports whether the following needs no other:
// it is live or over.
func (g *Following) absorb(page []transcript.Item, full bool) bool {
	f := g.follower
	f.mu.Lock()
	for i := range page {
		f.give(g, &page[i], nil)
	}
	done := g.phase != catching || !full && f.join(g)
	f.mu.Unlock()
	f.finish()
	return done
}
