package process_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"parley/app/due"
	"parley/app/process"
	"parley/bus/memory"
	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/flow/interp"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/store"
	"parley/store/storetest"
	"parley/work"
)

const (
	instance = "aaaaaaaa-0000-4000-8000-000000000001"
	customer = "dddddddd-0000-4000-8000-000000000001"
	function = "arn:aws:lambda:us-east-1:123456789012:function:check"
)

// world is a store, a processor that takes its time, and the nodes.
type world struct {
	t     *testing.T
	store store.Store
	clock *clock.Clock
	takes time.Duration

	mu      sync.Mutex
	calls   []interp.Call
	away    int   // so often the instance cannot be read
	unknown error // what is said of the instance then
}

// node gives messages to the processor.
type node struct {
	*process.Runner
	sessions *work.Sessions
	due      *due.Runner
}

func newWorld(t *testing.T, takes time.Duration) *world {
	return &world{t: t, store: storetest.NewMemory(), clock: &clock.Clock{}, takes: takes}
}

// Call is the processor: it lets everything pass.
func (w *world) Call(ctx context.Context, c interp.Call, _ func(string)) (json.RawMessage, error) {
	w.mu.Lock()
	w.calls = append(w.calls, c)
	w.mu.Unlock()
	pause := time.NewTimer(w.takes)
	defer pause.Stop()
	select {
	case <-pause.C:
		return json.RawMessage(`{"status":"APPROVED"}`), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// FlowConfig knows every instance, once the store is there again.
func (w *world) FlowConfig(context.Context, string) (catalog.Config, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.away > 0 {
		w.away--
		return catalog.Config{}, errors.New("the store is away")
	}
	return catalog.Config{}, w.unknown
}

func (w *world) node(st store.Store, places int) *node {
	n := &node{}
	log := slog.New(slog.DiscardHandler)
	n.sessions = work.NewSessions(st, memory.New(), func() { n.due.Wake() })
	n.Runner = process.New(n.sessions, w, w, w.clock, log)
	n.SetPlaces(places)
	n.due = due.New(st, w.clock, map[string]due.Handler{
		contact.DueProcess: n.HandleDue, contact.DueConnect: n.done, contact.DueExpiry: n.done, contact.DueFlow: n.done, "probe": n.done,
	}, log)
	return n
}

// done handles what is not looked at here.
func (n *node) done(ctx context.Context, ref change.DueRef) error {
	_, err := n.sessions.Commit(ctx, &change.Set{ID: uuid.NewString(), Done: []change.DueRef{ref}})
	return err
}

// run runs a node until the returned function is called.
func (w *world) run(n *node) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() { n.Run(ctx) })
	all.Go(func() { n.due.Run(ctx) })
	return func() {
		cancel()
		all.Wait()
	}
}

// chat starts a chat whose messages are processed, and says so many.
func (w *world) chat(n *node, says int) string {
	w.t.Helper()
	id := uuid.NewString()
	start := contact.Start{InstanceID: instance, FlowID: "f", FlowContent: "c", DisplayName: "Ann"}
	set, err := start.Begin(contact.IDs{Set: uuid.NewString(), Contact: id, Participant: customer}, contact.Settings{}, w.clock.Now())
	if err == nil {
		_, err = n.sessions.Commit(context.Background(), set)
	}
	if err == nil {
		_, err = n.sessions.Decide(context.Background(), id, func(s *session.Session) (*change.Set, error) {
			d := contact.Decide(s, uuid.NewString(), w.clock.Now())
			if err := d.Connect(customer, true); err != nil {
				return nil, err
			}
			d.Session().Flow = nil
			return d.Changes(), d.StartProcessing(function, false)
		})
	}
	for i := range says {
		if err == nil {
			_, err = n.sessions.Decide(context.Background(), id, func(s *session.Session) (*change.Set, error) {
				m := contact.Message{ContentType: transcript.Plain, Content: fmt.Sprint(i)}
				return contact.Send(s, customer, m, contact.TextLimit{}, uuid.NewString(), w.clock.Now())
			})
		}
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// want holds what was said in a chat against so many messages, each processed, in order.
func (w *world) want(id string, says int) {
	w.t.Helper()
	items, err := w.store.Items(context.Background(), id, store.Page{Limit: 100})
	if err != nil {
		w.t.Fatal(err)
	}
	n := 0
	for _, item := range items {
		if item.Type != transcript.Message {
			continue
		}
		if item.Content != fmt.Sprint(n) || item.Processing != transcript.Processed {
			w.t.Errorf("message %d of %s is %q, %s", n, id, item.Content, item.Processing)
		}
		n++
	}
	if n != says {
		w.t.Errorf("%d of %d messages were said", n, says)
	}
}

// wantCalls holds the processor to having been asked about each of so many messages once, and the first time.
func (w *world) wantCalls(messages int) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.calls {
		if c.Attempt != 1 {
			w.t.Errorf("the processor was asked a %d. time about %s", c.Attempt, c.Key)
		}
	}
	if len(w.calls) != messages {
		w.t.Errorf("the processor was asked %d times about %d messages", len(w.calls), messages)
	}
}

// A server that stops asks nobody, and does not count it as asked: the next one does it.
func TestADrainCostsNoMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Second)
		old := w.node(w.store, 4)
		stop := w.run(old)
		id := w.chat(old, 3)
		synctest.Wait()
		old.Drain(t.Context()) // lands the first, and takes no other
		time.Sleep(time.Minute)
		stop()
		w.wantCalls(1)
		next := w.node(w.store, 4)
		defer w.run(next)()
		time.Sleep(time.Minute)
		synctest.Wait()
		w.want(id, 3)
		w.wantCalls(3)
	})
}

// Many chats and few places: each gets its turn, nobody is asked twice however long that takes, and the deadlines of others are kept.
func TestASlowProcessorHoldsUpItsOwnMessagesOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const chats, says = 60, 3
		w := newWorld(t, 7*time.Second)
		n, other := w.node(w.store, 2), w.node(w.store, 1)
		began := w.clock.Now()
		probe := change.Set{ID: uuid.NewString(), At: began}
		probe.Due = []change.Due{{DueKey: change.DueKey{Owner: "x", Kind: "probe", Subject: "x"}, At: began.Add(20 * time.Second)}}
		var ids []string
		for range chats {
			ids = append(ids, w.chat(n, says))
		}
		if _, err := n.sessions.Commit(t.Context(), &probe); err != nil {
			t.Fatal(err)
		}
		defer w.run(n)()
		defer w.run(other)()
		time.Sleep(21 * time.Second)
		synctest.Wait()
		rows, err := w.store.Due(t.Context(), w.clock.Now().Add(-time.Second/2), 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			t.Errorf("%s of %s stands since %v", row.Kind, row.Owner, w.clock.Now().Sub(row.At))
		}
		asked := map[string]bool{}
		w.mu.Lock()
		for _, c := range w.calls {
			asked[string(c.Payload)] = true
		}
		w.mu.Unlock()
		if len(asked) < 8 {
			t.Errorf("%d were asked about within 21 seconds", len(asked))
		}
		time.Sleep(chats * says * 7 * time.Second)
		synctest.Wait()
		for _, id := range ids {
			w.want(id, says)
		}
		w.wantCalls(chats * says)
	})
}

// A chat that says much does not keep a place from others.
func TestAPlaceGoesRound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Second)
		n := w.node(w.store, 1)
		defer w.run(n)()
		much := w.chat(n, 9)
		synctest.Wait()
		little := w.chat(n, 1)
		time.Sleep(3 * time.Second)
		synctest.Wait()
		w.want(little, 1)
		time.Sleep(20 * time.Second)
		synctest.Wait()
		w.want(much, 9)
		w.wantCalls(10)
	})
}

// breaking is a store that panics where a message is to be said, so often, and where a deadline for one is handled.
type breaking struct {
	store.Store
	mu    sync.Mutex
	times int
	due   int
}

func (b *breaking) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, item := range set.Items {
		if item.Processing != "" && b.times > 0 {
			b.times--
			panic(errors.New("a rule broke"))
		}
	}
	for _, ref := range set.Done {
		if ref.Kind == contact.DueProcess && b.due > 0 {
			b.due--
			panic(errors.New("a rule broke"))
		}
	}
	return b.Store.Commit(ctx, set)
}

// A panic ends no node, and where a deadline is handled it costs none of the places for calls.
func TestAPanicEndsNoNode(t *testing.T) {
	for where, broken := range map[string]*breaking{"in a commit": {times: 2}, "in a deadline": {due: 3}} {
		t.Run(where, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, time.Second)
				broken.Store = w.store
				n := w.node(broken, 1)
				defer w.run(n)()
				id := w.chat(n, 2)
				time.Sleep(time.Minute)
				synctest.Wait()
				w.want(id, 2)
				w.wantCalls(2)
			})
		})
	}
}

// A store that is away for a while fails no message; what is said of an instance that is gone is final.
func TestAStoreThatIsAwayFailsNoMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Second)
		w.away = 5
		n := w.node(w.store, 1)
		defer w.run(n)()
		id := w.chat(n, 2)
		time.Sleep(time.Minute)
		synctest.Wait()
		w.want(id, 2)
		w.wantCalls(2)
		w.unknown = fault.New(fault.NotFound, "The instance was not found")
		gone := w.chat(n, 1)
		time.Sleep(time.Second / 2)
		synctest.Wait()
		snap, err := w.store.Session(context.Background(), gone)
		if err != nil || snap.State.Processing != nil && len(snap.State.Processing.Waiting) > 0 {
			t.Errorf("the message of an instance that is gone still waits: %+v, %v", snap, err)
		}
	})
}
