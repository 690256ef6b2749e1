package admin_test

import (
	"context"
	"fmt"
	"testing"

	"parley/app/admin"
	"parley/app/people"
	"parley/domain/change"
	"parley/domain/routing"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/work/resource"
)

func (w *world) queue(name string) admin.Queue {
	w.t.Helper()
	q := admin.Queue{HoursID: w.hours()}
	q.InstanceID, q.Name = seeded, name
	q, err := w.CreateQueue(context.Background(), q)
	if err != nil {
		w.t.Fatal(err)
	}
	return q
}

func TestAQueueInWhichSomebodyWaitsStays(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	q := w.queue("busy")
	text, err := routing.Waiting{Contact: routing.Contact{Queue: q.ID}}.Document()
	faulttest.OK(t, "encode", err)
	waiting := change.Resource{Instance: seeded, Kind: routing.Kind, ID: "c", Document: text}
	commit := func(r change.Resource) {
		_, err := w.store.Commit(ctx, &change.Set{ID: resource.NewID(), At: w.clock.Now(), Resources: []change.Resource{r}})
		faulttest.OK(t, "commit", err)
	}
	commit(waiting)
	faulttest.Want(t, "somebody waits", w.DeleteQueue(ctx, seeded, q.ID), fault.InUse)
	other := w.queue("idle")
	faulttest.OK(t, "nobody waits in another one", w.DeleteQueue(ctx, seeded, other.ID))
	row, err := w.store.Resource(ctx, seeded, routing.Kind, "c")
	faulttest.OK(t, "read", err)
	commit(change.Resource{Instance: seeded, Kind: routing.Kind, ID: "c", Version: row.Version, Delete: true})
	faulttest.OK(t, "nobody waits", w.DeleteQueue(ctx, seeded, q.ID))
}

// Of a use of a thing and its deletion at a time, on two nodes, one is refused.
func TestNothingNamesWhatIsBeingDeleted(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	there := w.deaf()
	target := w.flow("target")
	staff := people.New(w.docs)
	for i := range 20 {
		q := w.queue(fmt.Sprint("queue ", i))
		made := make(chan error, 2)
		go func() {
			quick := admin.QuickConnect{Target: admin.QuickTarget{Type: admin.QuickQueue, QueueID: q.ID, FlowID: target.ID}}
			quick.InstanceID, quick.Name = seeded, q.Name
			_, err := there.CreateQuickConnect(ctx, quick)
			made <- err
		}()
		go func() {
			profile := people.RoutingProfile{OutboundQueueID: q.ID, Concurrency: []people.Concurrency{{Channel: "CHAT", Most: 1}}}
			profile.InstanceID, profile.Name = seeded, q.Name
			_, err := staff.CreateRoutingProfile(ctx, profile)
			made <- err
		}()
		gone := w.DeleteQueue(ctx, seeded, q.ID)
		used := 0
		for range 2 {
			err := <-made
			if err == nil {
				used++
			} else {
				faulttest.Want(t, "use", err, fault.NotFound)
			}
		}
		if gone == nil && used > 0 {
			t.Fatalf("the queue was deleted, and %d things name it", used)
		}
		if gone != nil {
			faulttest.Want(t, "delete", gone, fault.InUse)
		}
	}
}

func TestAFlowThatAQuickConnectNamesStays(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	f := w.flow("f")
	quick := admin.QuickConnect{Target: admin.QuickTarget{Type: admin.QuickFlow, FlowID: f.ID}}
	quick.InstanceID, quick.Name = seeded, "quick"
	quick, err := w.CreateQuickConnect(ctx, quick)
	faulttest.OK(t, "create", err)
	q := w.queue("queue")
	faulttest.OK(t, "associate", w.AssociateQuickConnects(ctx, seeded, q.ID, []string{quick.ID}))
	faulttest.Want(t, "delete the flow", w.DeleteFlow(ctx, seeded, f.ID), fault.Rule)
	faulttest.OK(t, "delete the quick connect", w.DeleteQuickConnect(ctx, seeded, quick.ID))
	if q, err = w.Queue(ctx, seeded, q.ID); err != nil || len(q.QuickConnectIDs) != 0 {
		t.Errorf("the queue still has %v, %v", q.QuickConnectIDs, err)
	}
	faulttest.OK(t, "delete the flow", w.DeleteFlow(ctx, seeded, f.ID))
}
