package router_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/guide"
	"parley/domain/session"
	"parley/internal/fault"
)

// guiding lets chats have guides at both hooks.
func (w *world) guiding(id string) {
	w.t.Helper()
	w.decide(w.nodes[0], id, func(d *contact.Draft) error {
		k := d.Session().Current()
		k.Hooks = map[string]session.Hook{contact.HookAgentUI: {FlowID: "first"}, contact.HookAgentUIEnd: {FlowID: "last"}}
		d.Touch(change.State)
		return nil
	})
}

// guides tells how the guides of a contact stand: "none", "on" or "over", the first and the last one.
func (w *world) guides(id string) string {
	w.t.Helper()
	text := ""
	for _, hook := range guide.Hooks() {
		s, err := w.store.Session(context.Background(), guide.ID(id, hook))
		switch {
		case fault.Is(err, fault.NotFound):
			text += "none "
		case err != nil:
			w.t.Fatal(err)
		case s.Status == session.Ended:
			text += "over "
		default:
			text += "on "
		}
	}
	return text
}

func (w *world) wantGuides(what, id, want string) {
	w.t.Helper()
	if got := w.guides(id); got != want {
		w.t.Errorf("%s: the guides are %q, want %q", what, got, want)
	}
}

// accept has ben take the offer of a contact.
func accept(w *world, n *node, id string) error {
	_, err := n.Accept(w.ctx, instance, "ben", id)
	return err
}

// deadline returns the only deadline of a kind.
func (w *world) deadline(kind string) (ref change.DueRef) {
	w.t.Helper()
	all, err := w.store.Due(w.ctx, w.clock.Now().Add(time.Second), 100)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, d := range all {
		if d.Kind == kind {
			ref = d.DueRef
		}
	}
	if ref.Kind == "" {
		w.t.Fatalf("no deadline %s among %+v", kind, all)
	}
	return ref
}

func newGuiding(t *testing.T, nodes int) *world {
	w := newWorld(t, memoryStore(), nodes, yield)
	w.config.Flows = map[string]catalog.FlowRef{}
	for _, id := range []string{"first", "last"} {
		w.config.Flows[id] = catalog.FlowRef{ID: id, Type: flow.ContactFlow, Active: true, Published: "content"}
	}
	w.people.set("ben", hand)
	return w
}

// TestGuidesFollowTheirContact: from the acceptance to the end of the work after it, on nodes that come and go in between.
func TestGuidesFollowTheirContact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newGuiding(t, 2)
		w.come("ben")
		id := w.call(w.nodes[0])
		w.guiding(id)
		w.ok("offer", w.nodes[0].Assign(w.ctx, instance, "ben", id))
		w.ok("accept", accept(w, w.nodes[0], id))
		w.wantGuides("nobody has looked", id, "none none ")
		w.run() // as after a crash between the acceptance and the guide
		defer w.close()
		synctest.Wait()
		w.wantGuides("accepted", id, "on none ")
		if a := w.agent("ben"); a.Contacts[0].GuideID != guide.ID(id, contact.HookAgentUI) || len(a.Contacts) != 1 {
			t.Errorf("ben has %+v", a.Contacts)
		}
		w.leave(w.nodes[1], id)
		synctest.Wait()
		w.wantGuides("the customer has left", id, "over on ")
		if a := w.agent("ben"); a.Contacts[0].GuideID != guide.ID(id, contact.HookAgentUIEnd) {
			t.Errorf("ben has %+v", a.Contacts)
		}
		w.ok("clear", w.nodes[1].Clear(w.ctx, instance, "ben", id))
		synctest.Wait()
		w.wantGuides("the work is over", id, "over over ")
		time.Sleep(time.Minute)
		w.whole([]string{id})
	})
}

// TestAGuideWithoutWork: an agent whose connection is gone has neither the contact nor a guide any more.
func TestAGuideWithoutWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newGuiding(t, 1)
		w.run()
		defer w.close()
		w.ok("connect", w.nodes[0].Connect(w.ctx, instance, "ben"))
		w.come("ben")
		id := w.call(w.nodes[0])
		w.guiding(id)
		synctest.Wait()
		w.ok("accept", accept(w, w.nodes[0], id))
		synctest.Wait()
		w.wantGuides("accepted", id, "on none ")
		w.ok("lose", w.nodes[0].Lose(w.ctx, instance, "ben"))
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		w.wantGuides("given back", id, "over none ")
	})
}

// TestAGuideBeginsOnce: nodes that look at the same deadline at once begin one guide, and the agent hears of one.
func TestAGuideBeginsOnce(t *testing.T) {
	w := newGuiding(t, 4)
	defer w.close()
	w.come("ben")
	id := w.call(w.nodes[0])
	w.guiding(id)
	w.ok("offer", w.nodes[0].Assign(w.ctx, instance, "ben", id))
	w.ok("accept", accept(w, w.nodes[0], id))
	before := w.agent("ben").Version
	ref := w.deadline(contact.DueGuide)
	var all sync.WaitGroup
	for _, n := range w.nodes {
		all.Go(func() { w.ok("handle", n.HandleGuide(w.ctx, ref)) })
	}
	all.Wait()
	w.wantGuides("all have looked", id, "on none ")
	if a := w.agent("ben"); a.Version != before+1 {
		t.Errorf("the agent was written %d times", a.Version-before)
	}
	started := int64(0)
	for _, n := range w.nodes {
		started += n.sessions.Stats().Started
	}
	if started != 1 {
		t.Errorf("%d chats are counted as started", started)
	}
	w.decide(w.nodes[0], id, func(d *contact.Draft) error { return d.Disconnect(customer, w.config) })
	w.ok("an old deadline", w.nodes[1].HandleGuide(w.ctx, ref))
	w.wantGuides("an old deadline", id, "over none ") // its own has not been looked at
}
