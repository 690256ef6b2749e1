package admin_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/app/admin"
	"parley/app/people"
	"parley/domain/change"
	"parley/domain/flow"
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
	transfer := flowNamed(seeded, "target")
	transfer.Type = "QUEUE_TRANSFER"
	target, err := w.CreateFlow(ctx, transfer)
	faulttest.OK(t, "create", err)
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

// A quick connect goes through a flow that was made for what it does; one to a flow through any.
func TestFlowsOfQuickConnects(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	q := w.queue("queue")
	flows := map[flow.Type]string{}
	for _, kind := range []flow.Type{flow.ContactFlow, flow.QueueTransfer, flow.AgentTransfer} {
		f := flowNamed(seeded, string(kind))
		f.Type = kind
		f, err := w.CreateFlow(ctx, f)
		faulttest.OK(t, "create", err)
		flows[kind] = f.ID
	}
	for _, c := range []struct {
		target admin.QuickTarget
		goes   []flow.Type
	}{
		{admin.QuickTarget{Type: admin.QuickQueue, QueueID: q.ID}, []flow.Type{flow.QueueTransfer}},
		{admin.QuickTarget{Type: admin.QuickUser}, []flow.Type{flow.AgentTransfer}},
		{admin.QuickTarget{Type: admin.QuickFlow}, []flow.Type{flow.ContactFlow, flow.QueueTransfer, flow.AgentTransfer}},
	} {
		kept := admin.QuickConnect{Target: admin.QuickTarget{Type: admin.QuickPhone, Phone: "+15550100"}}
		kept.InstanceID, kept.Name = seeded, "phone "+c.target.Type
		kept, err := w.CreateQuickConnect(ctx, kept)
		faulttest.OK(t, "create", err)
		for kind, id := range flows {
			made := admin.QuickConnect{Target: c.target}
			made.Target.FlowID = id
			made.InstanceID, made.Name = seeded, c.target.Type+" "+string(kind)
			_, created := w.CreateQuickConnect(ctx, made)
			changed := w.RetargetQuickConnect(ctx, seeded, kept.ID, made.Target)
			for what, err := range map[string]error{"create": created, "update": changed} {
				if slices.Contains(c.goes, kind) {
					faulttest.OK(t, what+" "+made.Name, err)
				} else if faulttest.Want(t, what+" "+made.Name, err, fault.Invalid); err != nil && !strings.HasPrefix(err.Error(), "ContactFlowId: ") {
					t.Errorf("%s %s: %v", what, made.Name, err)
				}
			}
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
