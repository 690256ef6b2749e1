package work_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"parley/bus"
	"parley/bus/memory"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/store"
	"parley/store/sqlite/sqlitetest"
	"parley/work"
)

const customer = "dddddddd-0000-4000-8000-000000000001"

var t0 = time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)

// world is one store and the nodes over it.
type world struct {
	t     *testing.T
	store store.Store
	bus   bus.Bus
	woken int // how often a node was told of a new deadline
}

func newWorld(t *testing.T) *world {
	t.Helper()
	st := sqlitetest.Open(t)
	return &world{t: t, store: st, bus: memory.New()}
}

// node is another node: it has a cache of its own.
func (w *world) node() *work.Sessions {
	return work.NewSessions(w.store, w.bus, func() { w.woken++ })
}

// begin starts a chat on a node and returns its id.
func (w *world) begin(n *work.Sessions) string {
	w.t.Helper()
	id := uuid.NewString()
	r := contact.Start{InstanceID: "i", FlowID: "f", DisplayName: "Ann"}
	set, err := r.Begin(contact.IDs{Set: uuid.NewString(), Contact: id, Participant: customer}, contact.Settings{}, t0)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := n.Commit(context.Background(), set); err != nil {
		w.t.Fatal(err)
	}
	return id
}

// edit makes a rule of an edit.
func edit(do func(*contact.Draft) error) work.Rule {
	return func(s *session.Session) (*change.Set, error) {
		d := contact.Decide(s, uuid.NewString(), t0)
		if err := do(d); err != nil {
			return nil, err
		}
		return d.Changes(), nil
	}
}

func say(text string) work.Rule {
	return func(s *session.Session) (*change.Set, error) {
		m := contact.Message{ContentType: transcript.Plain, Content: text}
		return contact.Send(s, customer, m, contact.TextLimit{}, uuid.NewString(), t0)
	}
}

func connect(d *contact.Draft) error { return d.Connect(customer, true) }

func (w *world) must(n *work.Sessions, id string, rule work.Rule) store.Result {
	w.t.Helper()
	res, err := n.Decide(context.Background(), id, rule)
	if err != nil {
		w.t.Fatal(err)
	}
	return res
}

func (w *world) session(id string) *session.Session {
	w.t.Helper()
	s, err := w.store.Session(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// hints collects what is published about a session.
type hints struct {
	mu  sync.Mutex
	all []bus.Hint
}

func (w *world) listen(id string) *hints {
	h := &hints{}
	w.t.Cleanup(w.bus.Subscribe(bus.Session(id), func(hint bus.Hint) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.all = append(h.all, hint)
	}))
	return h
}

func (h *hints) heard() []bus.Hint {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.all)
}
