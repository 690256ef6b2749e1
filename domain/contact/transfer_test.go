package contact_test

import (
	"slices"
	"testing"
	"time"

	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/quota"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// transfers is an instance with a published transfer flow of each type.
func transfers() catalog.Config {
	cfg := config()
	cfg.Flows = map[string]catalog.FlowRef{
		"to-queue": {ID: "to-queue", Type: flow.QueueTransfer, Active: true, Published: "queue-content"},
		"to-agent": {ID: "to-agent", Type: flow.AgentTransfer, Active: true, Published: "agent-content"},
		"draft":    {ID: "draft", Type: flow.QueueTransfer, Active: true},
	}
	return cfg
}

// served is a chat that ben has taken.
func served(t failer) *room {
	r := queued(t)
	r.must(func(d *contact.Draft) error { return d.Offer(d.Session().Current().ID, ben, 1) })
	r.must(func(d *contact.Draft) error {
		return d.Accept(d.Session().Current().ID, contact.Taker{UserID: ben, DisplayName: "Ben"})
	})
	return r
}

// transfer has ben send the chat on.
func (r *room) transfer(to contact.Target, cfg catalog.Config) (done bool, err error) {
	r.t.Helper()
	err = r.decide(func(d *contact.Draft) (err error) {
		done, err = d.Transfer(ben, to, cfg)
		return err
	})
	return done, err
}

func TestAnAgentSendsAChatToAQueue(t *testing.T) {
	r := served(t)
	first, said := r.s.Current().ID, len(r.items)
	r.now = r.now.Add(time.Minute)
	done, err := r.transfer(contact.Target{Name: "Billing", QueueID: queueID, FlowID: "to-queue"}, transfers())
	if err != nil || !done {
		t.Fatalf("done: %v, %v", done, err)
	}
	k := r.s.Current()
	if k.ID == first || k.PreviousID != first || k.InitiationMethod != "TRANSFER" || k.TargetQueueID != queueID || k.TargetAgent != "" || k.FlowID != "to-queue" || k.Queued() || k.Agent != nil {
		t.Errorf("the next contact is %+v", k)
	}
	old := r.s.Contact(first)
	if !old.DisconnectedAt.Equal(r.now) || old.DisconnectReason != "" || !old.Agent.WorkBegan.Equal(r.now) {
		t.Errorf("the first contact is %+v", old)
	}
	if f := r.s.Flow; f == nil || f.FlowID != "to-queue" || f.Content != "queue-content" || f.ContactID != k.ID {
		t.Errorf("the flow is %+v", f)
	}
	if got := r.holds(ben); got != first+" ENDED" {
		t.Errorf("ben has %q, want after-contact work", got)
	}
	if got, want := r.said()[said:], []string{"transfer.succeeded AGENT", "participant.left AGENT"}; !slices.Equal(got, want) {
		t.Errorf("said %q, want %q", got, want)
	}
	item := r.items[said]
	if want := `{"target":"Billing","outcome":"SUCCEEDED"}`; item.Content != want || item.ContactID != first || item.Visibility != transcript.All {
		t.Errorf("the event is %+v, want the content %s", item, want)
	}
	r.run(queueing(t, queueID), transfers())
	if n := r.usage[quota.Queued(instance, queueID)]; n != 1 || !r.s.Current().Queued() {
		t.Errorf("%d contacts wait, want the one", n)
	}
	r.must(func(d *contact.Draft) error { return d.Offer(d.Session().Current().ID, eve, 1) })
	r.must(func(d *contact.Draft) error {
		return d.Accept(d.Session().Current().ID, contact.Taker{UserID: eve, DisplayName: "Eve"})
	})
	if got := r.holds(eve); got != k.ID+" CONNECTED" {
		t.Errorf("eve has %q", got)
	}
}

func TestAnAgentSendsAChatToAnotherAgent(t *testing.T) {
	r := served(t)
	if done, err := r.transfer(contact.Target{Name: "Eve", UserID: eve, FlowID: "to-agent"}, transfers()); err != nil || !done {
		t.Fatalf("done: %v, %v", done, err)
	}
	if k := r.s.Current(); k.TargetQueueID != eve || k.TargetAgent != "Eve" || r.s.Flow.FlowID != "to-agent" {
		t.Errorf("the next contact is %+v, its flow %+v", k, r.s.Flow)
	}
}

func TestATransferThatCannotBeIsToldOf(t *testing.T) {
	for _, c := range []struct {
		why    string
		target contact.Target
		edit   func(*room)
		want   string
	}{
		{"no such flow", contact.Target{QueueID: queueID, FlowID: "nope"}, nil, "FLOW_NOT_AVAILABLE"},
		{"an unpublished flow", contact.Target{QueueID: queueID, FlowID: "draft"}, nil, "FLOW_NOT_AVAILABLE"},
		{"a flow of another type", contact.Target{QueueID: queueID, FlowID: "to-agent"}, nil, "FLOW_NOT_AVAILABLE"},
		{"no such queue", contact.Target{QueueID: "nope", FlowID: "to-queue"}, nil, "QUEUE_NOT_FOUND"},
		{"too many contacts", contact.Target{QueueID: queueID, FlowID: "to-queue"}, func(r *room) {
			for len(r.s.State.Contacts) < contact.MaxSegments {
				r.s.State.Contacts = append([]session.Contact{{ID: "old"}}, r.s.State.Contacts...)
			}
		}, "TOO_MANY_CONTACTS"},
	} {
		r := served(t)
		if c.edit != nil {
			c.edit(r)
		}
		id, said := r.s.Current().ID, len(r.items)
		done, err := r.transfer(c.target, transfers())
		if err != nil || done {
			t.Errorf("%s: done: %v, %v", c.why, done, err)
		}
		if got := r.said()[said:]; !slices.Equal(got, []string{"transfer.failed AGENT"}) {
			t.Errorf("%s: said %q", c.why, got)
		}
		if want := `{"target":"","outcome":"FAILED","reason":"` + c.want + `"}`; r.items[said].Content != want {
			t.Errorf("%s: told %s, want %s", c.why, r.items[said].Content, want)
		}
		if r.s.Current().ID != id || r.holds(ben) != id+" CONNECTED" || r.s.Flow != nil {
			t.Errorf("%s: the chat is not as it was: %+v", c.why, r.s.Current())
		}
	}
}

func TestOnlyWhoHasAChatSendsItOn(t *testing.T) {
	target := contact.Target{QueueID: queueID, FlowID: "to-queue"}
	r := queued(t)
	_, err := r.transfer(target, transfers())
	wantKind(t, "a chat that waits", err, fault.Rule)
	r = served(t)
	err = r.decide(func(d *contact.Draft) error { _, err := d.Transfer(eve, target, transfers()); return err })
	wantKind(t, "somebody else's chat", err, fault.Rule)
	if _, err := r.transfer(target, transfers()); err != nil {
		t.Fatal(err)
	}
	_, err = r.transfer(target, transfers())
	wantKind(t, "a chat that was sent on already", err, fault.Rule)
}

// A supervisor moves a chat that waits, offered or not: the offer is withdrawn, and it waits elsewhere, as its next contact.
func TestAWaitingChatIsReassigned(t *testing.T) {
	r := queued(t)
	r.must(offer(ben))
	first := r.s.Current().ID
	reassign := func(to contact.Target) error {
		return r.decide(func(d *contact.Draft) error { return d.Reassign(d.Session().Current().ID, "", to, transfers()) })
	}
	wantKind(t, "where it waits already", reassign(contact.Target{QueueID: queueID}), fault.Rule)
	if err := reassign(contact.Target{Name: "Eve", UserID: eve}); err != nil {
		t.Fatal(err)
	}
	k, old := r.s.Current(), r.s.Contact(first)
	if k.PreviousID != first || k.InitiationMethod != "TRANSFER" || k.QueueID != eve || !k.AgentQueue || !k.Queued() || len(k.PassedOver) != 0 {
		t.Errorf("the next contact is %+v", k)
	}
	if old.Queued() || old.Offer != nil || r.holds(ben) != "" {
		t.Errorf("the first contact is %+v, ben has %q", old, r.holds(ben))
	}
	if w := r.waits(); w.ID != k.ID || w.AgentQueue != eve {
		t.Errorf("routing knows %+v", w)
	}
	wantKind(t, "with whom it waits already", reassign(contact.Target{UserID: eve}), fault.Rule)

	// what was seen in a queue, and has been accepted since, stays with its agent
	taken := served(t)
	err := taken.decide(func(d *contact.Draft) error {
		return d.Reassign(d.Session().Current().ID, queueID, contact.Target{Name: "Eve", UserID: eve}, transfers())
	})
	wantKind(t, "accepted meanwhile", err, fault.Rule)
	if taken.s.Current().Agent == nil || taken.s.Current().Agent.UserID != ben {
		t.Errorf("ben has lost it: %+v", taken.s.Current())
	}
}

// TestRating: what a survey keeps as the rating is one of the last contact that an agent took; what is no rating takes it back.
func TestRating(t *testing.T) {
	rated := func(r *room, value string) {
		r.must(func(d *contact.Draft) error {
			return d.SetAttributes(map[string]string{contact.RatingAttribute: value, "other": "7"})
		})
	}
	r := served(t)
	first := r.s.Current().ID
	if done, err := r.transfer(contact.Target{Name: "Billing", QueueID: queueID, FlowID: "to-queue"}, transfers()); err != nil || !done {
		t.Fatalf("done: %v, %v", done, err)
	}
	for _, c := range []struct {
		value string
		want  int // -1 = none
	}{{"4", 4}, {"0", 0}, {"10", 10}, {"11", -1}, {"5", 5}, {"good", -1}, {"3", 3}, {"-1", -1}, {"2", 2}, {"", -1}} {
		rated(r, c.value)
		got := -1
		if k := r.s.Contact(first); k.Rating != nil {
			got = *k.Rating
		}
		if got != c.want || r.s.Current().Rating != nil {
			t.Errorf("%q: rated %d, want %d", c.value, got, c.want)
		}
		if none := r.s.Contact(first).NoRating; none.IsZero() != (c.want >= 0) {
			t.Errorf("%q: none was given at %v", c.value, none)
		}
	}
	r = queued(t)
	rated(r, "4")
	if k := r.s.Current(); k.Rating != nil {
		t.Errorf("without an agent: rated %d", *k.Rating)
	}
}
