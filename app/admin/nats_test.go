package admin_test

import (
	"context"
	"io"
	"log/slog"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"parley/bus"
	"parley/bus/memory"
	"parley/bus/nats"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/internal/natstest"
	"parley/store/storetest"
)

// Without any time passing another node serves what was just published.
func TestAHintRefreshesOtherNodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, store: storetest.NewMemory(), bus: memory.New(), clock: &clock.Clock{}}
		w.Service = w.node(w.store, w.bus)
		_, _, err := w.Seed(context.Background(), seeded, "parley")
		faulttest.OK(t, "seed", err)
		other := w.node(w.store, w.bus)
		names(t, other, seeded) // it knows how it was
		f := w.flow("new")
		_, err = other.StartFlow(context.Background(), seeded, f.ID)
		faulttest.OK(t, "a flow that was just published", err)
	})
}

// Over the real bus a published flow takes effect on another node much sooner
// than its snapshot grows old, and without the bus within that age.
func TestFlowsOverNATS(t *testing.T) {
	ctx := context.Background()
	server := natstest.Start(t, natstest.Config{})
	w := newWorld(t)
	here, there := w.node(w.store, natsBus(t, server.URL())), w.node(w.store, natsBus(t, server.URL()))
	publish := func(name string, within time.Duration) {
		t.Helper()
		names(t, there, seeded) // it knows how it was
		began := clock.Wall()
		f, err := here.CreateFlow(ctx, flowNamed(seeded, name))
		faulttest.OK(t, "create", err)
		for {
			_, err := there.StartFlow(ctx, seeded, f.ID)
			if err == nil {
				return
			}
			faulttest.Want(t, "the flow", err, fault.NotFound)
			if clock.Wall().Sub(began) > within {
				t.Fatalf("the other node does not know %s after %v", name, within)
			}
			<-time.After(time.Millisecond)
		}
	}
	began := clock.Wall()
	const changes = 20
	for i := range changes {
		publish("flow "+strconv.Itoa(i), 5*time.Second)
	}
	if took := clock.Wall().Sub(began); took > changes/2*time.Second {
		t.Errorf("%d changes were known after %v: no sooner than without hints", changes, took)
	}
	server.Kill()
	publish("last", 2*time.Second)
}

// natsBus is the bus of a node, once it is there.
func natsBus(t *testing.T, url string) bus.Bus {
	t.Helper()
	b, err := nats.Open(nats.Options{URL: url, Local: memory.New(), Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { faulttest.OK(t, "close the bus", b.Close()) })
	for !b.Up() {
		<-time.After(time.Millisecond)
	}
	return b
}
