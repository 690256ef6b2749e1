package presence_test

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"parley/app/due"
	"parley/app/presence"
	"parley/bus"
	"parley/domain/change"
	"parley/domain/contact"
	lost "parley/domain/presence"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/store"
	"parley/store/storetest"
	"parley/work"
)

const customer = "dddddddd-0000-4000-8000-000000000001"

// shaky is a store that is away for a while.
type shaky struct {
	store.Store
	away atomic.Bool
}

func (s *shaky) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	if s.away.Load() {
		return store.Result{}, fault.New(fault.Unavailable, "the store is away")
	}
	return s.Store.Commit(ctx, set)
}

type silent struct{}

func (silent) Publish(context.Context, bus.Topic, bus.Hint) {}

// node is one server over the store.
type node struct {
	*presence.Service
	sessions *work.Sessions
	stop     context.CancelFunc
}

type world struct {
	t     *testing.T
	store *shaky
	clock *clock.Clock
	chat  string
}

// newWorld is a chat that has begun, in a store without a node.
func newWorld(t *testing.T) *world {
	w := &world{t: t, store: &shaky{Store: storetest.NewMemory()}, clock: &clock.Clock{}, chat: uuid.NewString()}
	start := contact.Start{InstanceID: "i", FlowID: "flow", FlowContent: "content", DisplayName: "Ann"}
	set, err := start.Begin(contact.IDs{Set: uuid.NewString(), Contact: w.chat, Participant: customer}, contact.Settings{}, w.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.Commit(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	return w
}

// node starts a server; stop ends it as a crash does.
func (w *world) node(patience time.Duration) *node {
	ctx, stop := context.WithCancel(context.Background())
	n := &node{stop: stop}
	var deadlines *due.Runner
	n.sessions = work.NewSessions(w.store, silent{}, func() { deadlines.Wake() })
	log := slog.New(slog.DiscardHandler)
	n.Service = presence.New(presence.Options{Sessions: n.sessions, Clock: w.clock, Log: log, Patience: patience})
	nothing := func(ctx context.Context, ref change.DueRef) error {
		_, err := n.sessions.Commit(ctx, &change.Set{ID: uuid.NewString(), At: w.clock.Now(), Done: []change.DueRef{ref}})
		return err
	}
	deadlines = due.New(w.store, w.clock, map[string]due.Handler{
		lost.DueLost: n.HandleLost, lost.DueGone: n.HandleGone, contact.DueConnect: nothing, contact.DueExpiry: nothing, contact.DueFlow: nothing, contact.DueForget: nothing,
	}, log)
	go n.Run(ctx)
	go deadlines.Run(ctx)
	return n
}

// open is a socket that subscribes at a node.
func (w *world) open(n *node, ticket string) {
	w.t.Helper()
	ctx := context.Background()
	if err := n.Opening(ctx, w.chat, customer, ticket); err != nil {
		w.t.Fatal(err)
	}
	_, err := n.sessions.Decide(ctx, w.chat, func(s *session.Session) (*change.Set, error) {
		d := contact.Decide(s, uuid.NewString(), w.clock.Now())
		err := d.Connect(customer, true)
		n.Open(d, customer, ticket)
		return d.Changes(), err
	})
	n.Opened(w.chat, customer, ticket)
	if err != nil {
		w.t.Fatal(err)
	}
}

// heard waits for so long and returns what was told of the customer's connection since the chat began.
func (w *world) heard(wait time.Duration) (list []string) {
	w.t.Helper()
	time.Sleep(wait)
	synctest.Wait()
	items, err := w.store.Items(context.Background(), w.chat, store.Page{Limit: 100})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, item := range items {
		if item.ContentType == transcript.Active || item.ContentType == transcript.Inactive || item.ContentType == transcript.Ended {
			list = append(list, item.ContentType[strings.LastIndexByte(item.ContentType, '.')+1:])
		}
	}
	return list
}

func (w *world) want(got []string, want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSocketsOnSeveralNodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		a, b, c := w.node(0), w.node(0), w.node(0)
		defer a.stop()
		defer b.stop()
		defer c.stop()
		w.open(a, "1")
		w.open(b, "2")
		b.Closed(w.chat, customer, "2")
		w.want(w.heard(time.Minute)) // the one at a is open
		a.Closed(w.chat, customer, "1")
		w.want(w.heard(lost.Grace - time.Second))
		w.open(c, "3") // in time
		w.want(w.heard(time.Minute))
		c.Closed(w.chat, customer, "3")
		w.want(w.heard(lost.Grace+2*time.Second), "inactive")
		w.open(b, "4")
		w.want(w.heard(time.Minute), "inactive", "active")
		if rows, err := w.store.Resources(t.Context(), "", lost.KindSocket, "", 10); err != nil || len(rows) != 1 {
			t.Errorf("%d documents of sockets, %v", len(rows), err)
		}
	})
}

func TestANodeDies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		a, b := w.node(0), w.node(0)
		defer b.stop()
		w.open(a, "1")
		a.stop()
		w.want(w.heard(15 * time.Second))
		w.want(w.heard(30*time.Second), "inactive")
		for _, kind := range []string{lost.KindSocket, "socket-node"} {
			if rows, err := w.store.Resources(t.Context(), "", kind, "", 10); err != nil || len(rows) != 0 {
				t.Errorf("%d documents of the kind %s, %v", len(rows), kind, err)
			}
		}
	})
}

// Whoever waits for a loss to be stored waits while the store is away, and while the socket has yet to close.
func TestALossIsSettled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		a := w.node(0)
		defer a.stop()
		w.open(a, "1")
		settled := func(most time.Duration) error {
			ctx, cancel := context.WithTimeout(t.Context(), most)
			defer cancel()
			return a.Settled(ctx, w.chat, customer, "1")
		}
		if err := settled(time.Minute); err == nil {
			t.Error("the loss of an open socket is settled")
		}
		w.store.away.Store(true)
		a.Closed(w.chat, customer, "1")
		if err := settled(time.Minute); err == nil {
			t.Error("a loss is settled that could not be stored")
		}
		w.store.away.Store(false)
		if err := settled(time.Minute); err != nil {
			t.Error(err)
		}
		if rows, err := w.store.Resources(t.Context(), "", lost.KindSocket, "", 10); err != nil || len(rows) != 0 {
			t.Errorf("%d documents of sockets, %v", len(rows), err)
		}
	})
}

// A socket that closes while the store is away is noted when the store is back; one that closed before its subscribe was decided, too.
func TestWhatClosesAtABadMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		a := w.node(0)
		defer a.stop()
		w.open(a, "1")
		w.store.away.Store(true)
		a.Closed(w.chat, customer, "1")
		w.heard(time.Minute)
		w.store.away.Store(false)
		w.want(w.heard(20*time.Second), "inactive")
		if err := a.Opening(t.Context(), w.chat, customer, "2"); err != nil {
			t.Fatal(err)
		}
		a.Closed(w.chat, customer, "2")
		synctest.Wait()
		_, err := a.sessions.Decide(t.Context(), w.chat, func(s *session.Session) (*change.Set, error) {
			d := contact.Decide(s, uuid.NewString(), w.clock.Now())
			a.Open(d, customer, "2")
			return d.Changes(), nil
		})
		a.Opened(w.chat, customer, "2")
		if err != nil {
			t.Fatal(err)
		}
		w.want(w.heard(20*time.Second), "inactive", "active", "inactive")
	})
}

func TestAChatEndsWithoutItsCustomer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		a := w.node(5 * time.Minute)
		w.open(a, "1")
		a.Closed(w.chat, customer, "1")
		w.want(w.heard(4*time.Minute), "inactive")
		w.open(a, "2")
		w.want(w.heard(10*time.Minute), "inactive", "active")
		a.Closed(w.chat, customer, "2")
		w.heard(time.Minute)
		a.stop() // whoever runs then ends it
		b := w.node(5 * time.Minute)
		defer b.stop()
		w.want(w.heard(6*time.Minute), "inactive", "active", "inactive", "ended")
	})
}
