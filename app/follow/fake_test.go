package follow_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/app/follow"
	"parley/bus"
	"parley/bus/memory"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
)

// record is a store of one session.
type record struct {
	mu      sync.Mutex
	session session.Session
	items   []transcript.Item
	broken  bool
	erased  bool
	loads   int
}

var errBroken = errors.New("the store is broken")

func (r *record) check(id string) error {
	switch {
	case r.broken:
		return errBroken
	case r.erased || id != r.session.ID:
		return fault.New(fault.NotFound, "no such session")
	}
	return nil
}

func (r *record) Session(_ context.Context, id string) (*session.Session, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.loads++
	return r.session.Clone(), r.check(id)
}

func (r *record) Items(_ context.Context, id string, page store.Page) ([]transcript.Item, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	from := min(page.After, int64(len(r.items)))
	to := min(from+int64(page.Limit), int64(len(r.items)))
	return append([]transcript.Item(nil), r.items[from:to]...), r.check(id)
}

func (r *record) Heads(_ context.Context, ids []string) (map[string]store.Head, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	heads := map[string]store.Head{}
	for _, id := range ids {
		if err := r.check(id); err == nil {
			heads[id] = store.Head{Version: r.session.Version, Head: r.session.Head, Status: r.session.Status}
		} else if err == errBroken {
			return nil, err
		}
	}
	return heads, nil
}

// commit appends items and returns the hint that tells of them.
func (r *record) commit(items ...transcript.Item) bus.Hint {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range items {
		r.session.Head++
		items[i].Place(r.session.ID, r.session.Head, time.UnixMilli(r.session.Head))
	}
	r.items = append(r.items, items...)
	return bus.Hint{Session: r.session.ID, Version: r.session.Version, Items: items}
}

// remove takes a participant out and appends an item that says so.
func (r *record) remove(participant string) bus.Hint {
	h := r.commit(transcript.Item{Type: transcript.Event, ContentType: transcript.Left, Author: transcript.Author{ParticipantID: participant}})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.session.Version++
	r.session.Participant(participant).LeftAt = time.UnixMilli(1)
	h.Version, h.Changed, h.Gone = r.session.Version, true, []string{participant}
	return h
}

// end ends the session with chat.ended.
func (r *record) end() bus.Hint {
	h := r.commit(transcript.Item{Type: transcript.Event, ContentType: transcript.Ended})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.session.Version++
	r.session.Status = session.Ended
	h.Version, h.Changed, h.Ended = r.session.Version, true, true
	return h
}

// sink collects what it is given.
type sink struct {
	mu       sync.Mutex
	got      []string
	reasons  []follow.Reason
	refusing bool
}

func (s *sink) Deliver(encoded []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refusing {
		return false
	}
	s.got = append(s.got, string(encoded))
	return true
}

func (s *sink) Done(r follow.Reason) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reasons = append(s.reasons, r)
}

func (s *sink) state() (got []string, reasons []follow.Reason) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.got...), append([]follow.Reason(nil), s.reasons...)
}

// downable is a bus that can be said to be down.
type downable struct {
	*memory.Bus
	down atomic.Bool
}

func (d *downable) Up() bool { return !d.down.Load() }

// world is one session with a hub that follows it.
type world struct {
	*record
	bus     *downable
	hub     *follow.Hub
	encoded int
}

const (
	customer = "cust"
	agent    = "agent"
)

// newWorld returns a running world; it must be called inside a synctest bubble.
func newWorld(t *testing.T) *world {
	w := &world{bus: &downable{Bus: memory.New()}, record: &record{session: session.Session{
		ID: "s", Version: 1, Status: session.Active,
		State: session.State{Participants: []session.Participant{
			{ID: customer, Role: transcript.Customer}, {ID: agent, Role: transcript.Agent},
		}},
	}}}
	w.hub = follow.New(w.record, w.bus, follow.Options{Encode: w.encode})
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	go w.hub.Run(ctx)
	return w
}

// encode renders a stored item as its position, another as its content.
func (w *world) encode(_ string, item *transcript.Item) []byte {
	w.encoded++
	if item.Position == 0 {
		return []byte(item.Content)
	}
	return strconv.AppendInt(nil, item.Position, 10)
}

func (w *world) publish(hints ...bus.Hint) {
	for _, h := range hints {
		w.bus.Publish(context.Background(), bus.Session("s"), h)
	}
}

func (w *world) follow(t *testing.T, participant string, role transcript.Role, after int64) (*sink, *follow.Following) {
	t.Helper()
	s := &sink{}
	f, err := w.hub.Follow(context.Background(), follow.Subscription{
		Session: "s", Participant: participant, Role: role, After: after, Sink: s,
	})
	if err != nil {
		t.Fatal(err)
	}
	f.Start()
	return s, f
}

func message() transcript.Item {
	return transcript.Item{Type: transcript.Message, ContentType: transcript.Plain, Content: "x"}
}
