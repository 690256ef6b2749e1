package admin_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/app/admin"
	"parley/bus/memory"
	"parley/domain/attachment"
	"parley/domain/change"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/store"
	"parley/store/storetest"
	"parley/work/resource"
)

// A hint of a change may be lost: a node's snapshot is a second old at most.
func TestASnapshotIsAtMostASecondOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		w := &world{t: t, store: storetest.NewMemory(), bus: memory.New(), clock: &clock.Clock{}}
		w.Service = w.node(w.store, w.bus)
		_, _, err := w.Seed(ctx, seeded, "parley")
		faulttest.OK(t, "seed", err)
		deaf := w.deaf()
		names(t, deaf, seeded) // it knows how it was
		f := w.flow("new")
		knows := func() bool {
			cfg, err := deaf.FlowConfig(ctx, seeded)
			faulttest.OK(t, "the configuration", err)
			return cfg.Flows[f.ID].ID == f.ID
		}
		if knows() {
			t.Error("the node heard of the flow: this test shows nothing")
		}
		time.Sleep(time.Second)
		if !knows() {
			t.Error("after a second the node does not know the flow")
		}
		faulttest.OK(t, "delete", w.DeleteInstance(ctx, seeded))
		time.Sleep(time.Second)
		faulttest.Want(t, "an instance that was deleted a second ago", deaf.Exists(ctx, seeded), fault.NotFound)
	})
}

// Whoever makes or changes something on one node and goes on with it on another finds it there at once, also if no hint arrives.
func TestWhatAnotherNodeHasJustMadeIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		w := &world{t: t, store: storetest.NewMemory(), bus: memory.New(), clock: &clock.Clock{}}
		w.Service = w.node(w.store, w.bus)
		_, _, err := w.Seed(ctx, seeded, "parley")
		faulttest.OK(t, "seed", err)
		deaf := w.deaf()
		known := func() { // at this moment the node has a snapshot, which is old after the next change
			_, err := deaf.FlowConfig(ctx, seeded)
			faulttest.OK(t, "the snapshot", err)
		}
		known()
		f := w.flow("new")
		_, err = deaf.StartFlow(ctx, seeded, f.ID)
		faulttest.OK(t, "a chat with a new flow", err)

		q := admin.Queue{HoursID: w.hours()}
		q.InstanceID, q.Name = seeded, "new"
		q, err = w.CreateQueue(ctx, q)
		faulttest.OK(t, "a queue", err)
		if got, err := deaf.Queue(ctx, seeded, q.ID); err != nil || got.Name != "new" {
			t.Errorf("the new queue: %+v, %v", got, err)
		}
		faulttest.OK(t, "rename", w.ChangeQueue(ctx, seeded, q.ID, func(q *admin.Queue) error { q.Name = "renamed"; return nil }))
		if got, err := deaf.Queue(ctx, seeded, q.ID); err != nil || got.Name != "renamed" {
			t.Errorf("the renamed queue: %+v, %v", got, err)
		}
		faulttest.OK(t, "delete", w.DeleteQueue(ctx, seeded, q.ID))
		_, err = deaf.Queue(ctx, seeded, q.ID)
		faulttest.Want(t, "the deleted queue", err, fault.NotFound)
		known()
		faulttest.OK(t, "an attribute", w.SetAttribute(ctx, seeded, admin.Attribute{Type: "OUTBOUND_CALLS", Value: "false"}, resource.Token{}))
		if in, err := deaf.Instance(ctx, seeded); err != nil || in.OutboundCalls {
			t.Errorf("the instance: %+v, %v", in, err)
		}
		size := int64(5)
		known()
		_, err = w.SetFileRules(ctx, seeded, "CHAT", nil, &size)
		faulttest.OK(t, "a rule of files", err)
		if lim, err := deaf.FileLimits(ctx, seeded, attachment.Limits{Size: 100}); err != nil || lim.Size != 5 {
			t.Errorf("what may be attached: %+v, %v", lim, err)
		}
	})
}

// held is a store whose first read of an instance waits until its reader is gone or it is let go.
type held struct {
	store.Store
	reads atomic.Int64
	on    chan struct{}
}

func (h *held) Resource(ctx context.Context, instance, kind, id string) (*change.Resource, error) {
	if h.reads.Add(1) == 1 {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-h.on:
		}
	}
	return h.Store.Resource(ctx, instance, kind, id)
}

// Many wait for one load: that the caller who began it is gone is nothing to the others.
func TestACallerWhoIsGoneFailsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, store: storetest.NewMemory(), bus: memory.New(), clock: &clock.Clock{}}
		w.Service = w.node(w.store, w.bus)
		_, _, err := w.Seed(t.Context(), seeded, "parley")
		faulttest.OK(t, "seed", err)
		st := &held{Store: w.store, on: make(chan struct{})}
		node := w.node(st, w.bus)
		first, gone := context.WithCancel(t.Context())
		var both sync.WaitGroup
		both.Go(func() { _ = node.Exists(first, seeded) })
		synctest.Wait()
		both.Go(func() {
			faulttest.OK(t, "the caller who stayed", node.Exists(t.Context(), seeded))
		})
		synctest.Wait()
		gone()
		synctest.Wait()
		close(st.on)
		both.Wait()
	})
}

// unsure is a store that commits and then says that it does not know.
type unsure struct{ store.Store }

func (u unsure) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	if _, err := u.Store.Commit(ctx, set); err != nil {
		return store.Result{}, err
	}
	return store.Result{}, fault.New(fault.Unavailable, "the connection failed")
}

// A change of which nobody knows whether it was committed is looked for at once.
func TestAnUnknownOutcomeIsLookedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, store: storetest.NewMemory(), bus: memory.New(), clock: &clock.Clock{}}
		w.Service = w.node(w.store, w.bus)
		_, _, err := w.Seed(t.Context(), seeded, "parley")
		faulttest.OK(t, "seed", err)
		node, other := w.node(unsure{w.store}, w.bus), w.node(w.store, w.bus)
		names(t, node, seeded)
		names(t, other, seeded)
		f, err := node.CreateFlow(t.Context(), flowNamed(seeded, "new"))
		faulttest.Want(t, "create", err, fault.Unavailable)
		for _, n := range []*admin.Service{node, other} {
			_, err = n.StartFlow(t.Context(), seeded, f.ID)
			faulttest.OK(t, "start", err)
		}
	})
}

// restless is a store in which something is changed in the instance after each time that its flows are read.
type restless struct {
	store.Store
	change func()
	busy   atomic.Bool
}

func (r *restless) Resources(ctx context.Context, instance, kind, after string, limit int) ([]change.Resource, error) {
	rows, err := r.Store.Resources(ctx, instance, kind, after, limit)
	if kind == resource.KindFlow && r.busy.CompareAndSwap(false, true) {
		r.change()
		r.busy.Store(false)
	}
	return rows, err
}

// A reader is answered while somebody changes the instance all the time, with all that was there before, and with what the flows
// that it sees name.
func TestAReaderOfAnInstanceThatNeverRests(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t)
	f := w.flow("before")
	n := 0
	st := &restless{Store: w.store, change: func() {
		n++
		q := admin.Queue{HoursID: w.hours()}
		q.InstanceID, q.Name = seeded, fmt.Sprint("queue ", n)
		_, err := w.CreateQueue(ctx, q)
		faulttest.OK(t, "queue", err)
	}}
	s := w.node(st, memory.New())
	cfg, err := s.FlowConfig(ctx, seeded)
	if err != nil {
		t.Fatalf("after %d changes: %v", n, err)
	}
	if _, known := cfg.Flows[f.ID]; !known || n == 0 {
		t.Errorf("after %d changes the flow is known: %v", n, known)
	}
	found := 0
	for _, q := range cfg.Queues {
		if strings.HasPrefix(q.Name, "queue ") {
			found++
		}
	}
	if found != n {
		t.Errorf("%d of %d queues that were there when the flows had been read", found, n)
	}
}
