// Package follow brings a session's items to those who watch it live.
//
// It guarantees to every Sink: each stored item after its start that its role
// may see, exactly once and in order, first from the store, then live, however hints are
// lost, late, doubled or out of order; items that are not stored (typing,
// receipts) only while it is live. Hints make it fast, the store makes it
// right: a lost last hint is noticed within Options.Interval.
//
// There is one follower per session on a node. An idle one holds no goroutine
// and no timer.
package follow

import (
	"cmp"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"parley/bus"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/internal/telemetry"
	"parley/store"
)

// Store is what following reads. It must not be a cache: what was committed
// before a call is in its answer.
type Store interface {
	Session(ctx context.Context, id string) (*session.Session, error)
	Items(ctx context.Context, session string, page store.Page) ([]transcript.Item, error)
	Heads(ctx context.Context, sessions []string) (map[string]store.Head, error)
}

// Bus is what following hears.
type Bus interface {
	Subscribe(topic bus.Topic, handle func(bus.Hint)) (cancel func())
	Up() bool
}

// Options tunes a Hub. Zero durations take the defaults, which are our choice.
type Options struct {
	// Encode turns an item into what sinks are given; it is called once per item, not per sink.
	Encode func(session string, item *transcript.Item) []byte
	// Interval is how often heads are compared with the store (2 s).
	Interval time.Duration
	// DownInterval is the same while the bus is down (250 ms).
	DownInterval time.Duration
	// Settle is for how long after its start a follower is compared every DownInterval,
	// because other nodes may not know yet that this one listens; 0 on a bus within the process.
	Settle time.Duration
	// GapWait is how long a missing hint is waited for before the store is read (20 ms).
	GapWait time.Duration
	// Now tells the logical time, by which the delay of deliveries is measured; nil measures nothing.
	Now func() time.Time
}

// Limits of one hub (our choice).
const (
	pageSize    = 256              // items per read
	readers     = 16               // reads of the store at the same time
	readTimeout = 10 * time.Second // of one read
)

// Hub holds the followers of one node. It is safe for concurrent use.
type Hub struct {
	store Store
	bus   Bus
	opts  Options
	turns chan struct{} // one token per read of the store

	restored chan struct{} // hints may have been lost and arrive again

	mu        sync.Mutex
	followers map[string]*follower
	new       []newcomer // oldest first

	reads, live, delivered, overflows, gaps atomic.Int64
	delay                                   *telemetry.Histogram
}

// New returns a Hub without followers. Its Run must be running for lost hints to be noticed.
func New(s Store, b Bus, o Options) *Hub {
	o.Interval = cmp.Or(o.Interval, 2*time.Second)
	o.DownInterval = cmp.Or(o.DownInterval, 250*time.Millisecond)
	o.GapWait = cmp.Or(o.GapWait, 20*time.Millisecond)
	h := &Hub{
		store: s, bus: b, opts: o, turns: make(chan struct{}, readers),
		restored: make(chan struct{}, 1), followers: map[string]*follower{}, delay: telemetry.NewDurations(),
	}
	b.Subscribe(bus.Restored, func(bus.Hint) { h.compareSoon() }) // for as long as there is a bus
	return h
}

// Subscription says who wants to see what.
type Subscription struct {
	Session     string
	Participant string
	Role        transcript.Role
	After       int64 // the first position served is After + 1
	Sink        Sink
	// Previews tells whether the sink wants to be shown what customers write before they send it; nil never does. It is asked
	// with a lock held.
	Previews func() bool
}

// Follow makes a following that has not started. Errors: fault.Denied if the
// participant is not part of the chat (any more), fault.NotFound, or the store's.
func (h *Hub) Follow(ctx context.Context, sub Subscription) (*Following, error) {
	f := h.acquire(sub.Session)
	s, err := h.store.Session(ctx, sub.Session)
	if err == nil && s.Status != session.Ended && !present(s, sub.Participant) {
		err = fault.New(fault.Denied, "the participant is not part of the chat")
	}
	if err != nil {
		h.release(f)
		return nil, err
	}
	g := &Following{
		follower: f, sink: sub.Sink, participant: sub.Participant, role: sub.Role, previews: sub.Previews,
		cursor: sub.After, behind: s.Head > sub.After || s.Status == session.Ended,
	}
	f.admit(g, s)
	return g, nil
}

// present reports whether the participant belongs to the chat.
func present(s *session.Session, participant string) bool {
	p := s.Participant(participant)
	return p != nil && p.Present()
}

// acquire returns the session's follower, counting one more user.
func (h *Hub) acquire(session string) *follower {
	h.mu.Lock()
	defer h.mu.Unlock()
	f := h.followers[session]
	if f == nil {
		f = &follower{hub: h, session: session}
		f.cancel = h.bus.Subscribe(bus.Session(session), f.hear)
		h.followers[session] = f
		h.expectGaps(f)
	}
	f.users++
	return f
}

// release counts one user less; a follower without users is forgotten.
func (h *Hub) release(f *follower) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if f.users--; f.users == 0 {
		delete(h.followers, f.session)
		f.cancel()
	}
}

func (h *Hub) followed() []*follower {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]*follower, 0, len(h.followers))
	for _, f := range h.followers {
		all = append(all, f)
	}
	return all
}

// items reads one page after a position; full says that more may follow.
func (h *Hub) items(session string, after int64) (page []transcript.Item, full bool, err error) {
	h.turns <- struct{}{}
	defer func() { <-h.turns }()
	h.reads.Add(1)
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	page, err = h.store.Items(ctx, session, store.Page{After: after, Limit: pageSize})
	return page, len(page) == pageSize, err
}

// load reads a session.
func (h *Hub) load(id string) (*session.Session, error) {
	h.turns <- struct{}{}
	defer func() { <-h.turns }()
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	return h.store.Session(ctx, id)
}
