package flowrun_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/app/admin"
	"parley/app/flowrun"
	"parley/bus/memory"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/quota"
	"parley/domain/session"
	"parley/internal/arn"
	"parley/work"
	"parley/work/resource"
)

const greeting = "Hello! Thanks for getting in touch."

func TestTheDefaultFlowGreetsAndQueues(t *testing.T) {
	w := newWorld(t)
	id := w.begin(w.inbound)
	if fired := w.all(); fired != 2 { // the inbound flow, then the default customer queue flow
		t.Errorf("%d steps of the flows", fired)
	}
	s := w.session(id)
	if s.Status != session.Active || s.Flow != nil || s.Current().QueueID == "" {
		t.Errorf("status %d, flow %v, queue %q", s.Status, s.Flow, s.Current().QueueID)
	}
	if diff := cmp.Diff([]string{greeting}, w.said(id)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n, err := w.store.Usage(context.Background(), quota.Queued(instance, s.Current().QueueID)); n != 1 || err != nil {
		t.Errorf("the queue counts %d, %v", n, err)
	}
}

// Whether the queue is full is known only at the commit: the flow is decided
// again and takes its QueueAtCapacity branch.
func TestAFullQueue(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	small := admin.Queue{MaxContacts: 2}
	queues, _, err := w.admin.Queues(ctx, instance, resource.Page{Limit: 10})
	if err != nil || len(queues) != 1 {
		t.Fatalf("%v, %v", queues, err)
	}
	small.InstanceID, small.Name, small.HoursID = instance, "small", queues[0].HoursID
	if small, err = w.admin.CreateQueue(ctx, small); err != nil {
		t.Fatal(err)
	}
	inbound, err := w.admin.Flow(ctx, instance, arn.Ref{ID: w.inbound})
	if err != nil {
		t.Fatal(err)
	}
	f := admin.Flow{Type: flow.ContactFlow, Content: strings.ReplaceAll(inbound.Content, queues[0].ID, small.ID)}
	f.InstanceID, f.Name = instance, "to the small queue"
	if f, err = w.admin.CreateFlow(ctx, f); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for range 4 {
		ids = append(ids, w.begin(f.ID))
	}
	if fired := w.all(); fired != 6 { // two of them run the customer queue flow, too
		t.Errorf("%d steps", fired)
	}
	queued := 0
	for _, id := range ids {
		s := w.session(id)
		if s.Current().QueueID == small.ID && s.Status == session.Active {
			queued++
			continue
		}
		want := []string{greeting, "All our places in the queue are taken. Please try again later."}
		if diff := cmp.Diff(want, w.said(id)); diff != "" || s.Status != session.Ended {
			t.Errorf("status %d (-want +got):\n%s", s.Status, diff)
		}
	}
	if n, err := w.store.Usage(ctx, quota.Queued(instance, small.ID)); queued != 2 || n != 2 || err != nil {
		t.Errorf("%d contacts wait, the queue counts %d, %v", queued, n, err)
	}
}

func TestAFlowWaitsThroughARestart(t *testing.T) {
	w := newWorld(t)
	id := w.begin(w.waiting())
	w.pass(0)
	w.close()
	w.open()
	w.say(id, "hi")
	w.pass(0)
	want := []string{"How can we help?", "hi", "Thanks"}
	if diff := cmp.Diff(want, w.said(id)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.close() // it comes due while no server runs
	w.clock.SetOffset(w.clock.Offset() + time.Hour)
	w.open()
	w.pass(0)
	if diff := cmp.Diff(append(want, "Are you still there?"), w.said(id)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s := w.session(id); s.Status != session.Ended || s.Current().DisconnectReason != contact.ReasonFlow {
		t.Errorf("status %d, reason %q", s.Status, s.Current().DisconnectReason)
	}
}

func TestAWaitEndsAtItsTime(t *testing.T) {
	w := newWorld(t)
	id := w.begin(w.waiting())
	w.pass(0)
	if fired := w.pass(59 * time.Second); fired != 0 || len(w.said(id)) != 1 {
		t.Errorf("before its time: %d steps, said %v", fired, w.said(id))
	}
	if fired := w.pass(time.Second); fired != 1 || len(w.said(id)) != 2 {
		t.Errorf("at its time: %d steps, said %v", fired, w.said(id))
	}
}

// Two nodes handle the same deadline; one of them has an old snapshot.
func TestAStepIsCommittedOnce(t *testing.T) {
	w := newWorld(t)
	id := w.begin(w.inbound)
	rows, err := w.store.Due(context.Background(), w.clock.Now(), 10)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%v, %v", rows, err)
	}
	stale := work.NewSessions(w.store, memory.New(), func() {})
	if _, err := stale.Current(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	for name, sessions := range map[string]*work.Sessions{"own": w.sessions, "stale": stale, "empty": work.NewSessions(w.store, memory.New(), func() {})} {
		runner := flowrun.New(sessions, w.admin, w.clock, slog.New(slog.DiscardHandler))
		if err := runner.HandleDue(context.Background(), rows[0].DueRef); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if diff := cmp.Diff([]string{greeting}, w.said(id)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAStepThatWasTakenIsNotTakenAgain(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	id := w.begin(w.waiting())
	rows, err := w.store.Due(ctx, w.clock.Now(), 10)
	if err != nil {
		t.Fatal(err)
	}
	var versions []int64
	for range 2 {
		if err := w.flows.HandleDue(ctx, rows[0].DueRef); err != nil {
			t.Fatal(err)
		}
		versions = append(versions, w.session(id).Version)
	}
	if versions[0] != versions[1] {
		t.Errorf("the session went from version %d to %d", versions[0], versions[1])
	}
}

func TestAStepWhoseChatHasEndedDoesNothing(t *testing.T) {
	w := newWorld(t)
	id := w.begin(w.inbound)
	rows, err := w.store.Due(context.Background(), w.clock.Now(), 10)
	if err != nil {
		t.Fatal(err)
	}
	w.decide(id, (*contact.Draft).Stop)
	if err := w.flows.HandleDue(context.Background(), rows[0].DueRef); err != nil || len(w.said(id)) != 0 {
		t.Errorf("said %v, %v", w.said(id), err)
	}
}

// Otherwise the deadline would come up again for ever.
func TestTheDeletionOfItsInstanceEndsAChat(t *testing.T) {
	w := newWorld(t)
	id := w.begin(w.waiting())
	w.pass(0)
	if err := w.admin.DeleteInstance(context.Background(), instance); err != nil {
		t.Fatal(err)
	}
	if fired := w.pass(time.Hour); fired != 1 {
		t.Errorf("%d steps", fired)
	}
	if s := w.session(id); s.Status != session.Ended {
		t.Errorf("status %d", s.Status)
	}
}

// A run keeps the content that it started with, whatever is published meanwhile.
func TestARunKeepsItsContent(t *testing.T) {
	w := newWorld(t)
	id := w.begin(w.waiting())
	w.pass(0)
	before := w.session(id).Flow.Content
	w.waiting()
	w.say(id, "hi")
	w.pass(0)
	if after := w.session(id).Flow; after == nil || after.Content != before {
		t.Errorf("the run has the content %+v, it started with %s", after, before)
	}
	if got := fmt.Sprint(w.said(id)); got != "[How can we help? hi Thanks]" {
		t.Errorf("said %s", got)
	}
}
