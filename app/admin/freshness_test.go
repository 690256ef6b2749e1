package admin_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"parley/app/admin"
	"parley/bus/memory"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/store/storetest"
)

// A hint of a change may be lost: a node's snapshot is a second old at most.
func TestASnapshotIsAtMostASecondOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		w := &world{t: t, store: storetest.NewMemory(), bus: memory.New(), clock: &clock.Clock{}}
		w.Service = w.node(w.store, w.bus)
		_, _, err := w.Seed(ctx, seeded, "parley")
		ok(t, "seed", err)
		deaf := w.deaf()
		names(t, deaf, seeded) // it knows how it was
		f := w.flow("new")
		_, err = deaf.StartFlow(ctx, seeded, f.ID)
		wantKind(t, "at once, without a hint", err, fault.NotFound)
		time.Sleep(time.Second)
		_, err = deaf.StartFlow(ctx, seeded, f.ID)
		ok(t, "after a second", err)
		ok(t, "delete", w.DeleteInstance(ctx, seeded))
		time.Sleep(time.Second)
		_, _, err = deaf.Queues(ctx, seeded, admin.Page{Limit: 10})
		wantKind(t, "an instance that was deleted a second ago", err, fault.NotFound)
	})
}
