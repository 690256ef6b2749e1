package contact_test

import (
	"fmt"
	"slices"
	"testing"

	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// askIn has ben ask another agent in and returns the invitation's contact.
func (r *room) askIn(to contact.Target) (id string) {
	r.t.Helper()
	r.must(func(d *contact.Draft) (err error) { id, err = d.Invite(ben, to, config()); return err })
	return id
}

// takeUp has a user take a waiting contact.
func (r *room) takeUp(id, user string) {
	r.t.Helper()
	r.must(func(d *contact.Draft) error { return d.Offer(id, user, 2) })
	r.must(func(d *contact.Draft) error { return d.Accept(id, contact.Taker{UserID: user, DisplayName: user}) })
}

// joined is a chat of ben's that eve was asked into, and her contact.
func joined(t failer) (*room, string) {
	r := served(t)
	id := r.askIn(contact.Target{Name: "Eve", UserID: eve})
	r.takeUp(id, eve)
	return r, id
}

// participantOf is the present participant of a user.
func (r *room) participantOf(user string) *session.Participant {
	for i := range r.s.State.Participants {
		if p := &r.s.State.Participants[i]; p.UserID == user && p.Present() {
			return p
		}
	}
	return nil
}

func (r *room) leave(user string) {
	r.t.Helper()
	r.must(func(d *contact.Draft) error { return d.Disconnect(r.participantOf(user).ID, config()) })
}

func TestAnAgentAsksAnotherIn(t *testing.T) {
	r := served(t)
	first, said := r.s.Current().ID, len(r.items)
	id := r.askIn(contact.Target{Name: "Eve", UserID: eve})
	k := r.s.Contact(id)
	if k == nil || k.PreviousID != first || k.InitiationMethod != "TRANSFER" || k.QueueID != eve || !k.AgentQueue || !k.Queued() {
		t.Fatalf("the invitation is %+v", k)
	}
	if w := r.waits(); w.ID != id || w.AgentQueue != eve {
		t.Errorf("routing finds %+v", w)
	}
	r.takeUp(id, eve)
	if r.s.Current().ID != first || r.holds(ben) != first+" CONNECTED" || r.holds(eve) != id+" CONNECTED" {
		t.Errorf("the current contact is %s; ben has %q, eve %q", r.s.Current().ID, r.holds(ben), r.holds(eve))
	}
	r.leave(ben)
	if r.s.Status != session.Active || r.holds(eve) != id+" CONNECTED" {
		t.Errorf("the chat ended with the first of two agents")
	}
	r.leave(eve)
	if r.s.Status != session.Ended {
		t.Errorf("the chat goes on without an agent")
	}
	want := []string{"participant.invited AGENT", "participant.joined AGENT", "participant.left AGENT", "participant.left AGENT", "participant.left CUSTOMER", "chat.ended"}
	if got := r.said()[said:]; !slices.Equal(got, want) {
		t.Errorf("said %q, want %q", got, want)
	}
	if got := r.items[said].Content; got != `{"target":"Eve"}` {
		t.Errorf("invited by %s", got)
	}
}

func TestAnInvitationThatIsNotTakenEnds(t *testing.T) {
	r := served(t)
	id := r.askIn(contact.Target{Name: "Eve", UserID: eve})
	r.must(func(d *contact.Draft) error { return d.Offer(id, eve, 2) })
	said := len(r.items)
	r.must(func(d *contact.Draft) error { return d.Reject(id, eve) })
	if k := r.s.Contact(id); k.Queued() || k.DisconnectedAt.IsZero() || r.holds(eve) != "" {
		t.Errorf("the invitation is %+v, eve has %q", k, r.holds(eve))
	}
	last := r.items[len(r.items)-1]
	if got := r.said()[said:]; !slices.Equal(got, []string{"transfer.failed"}) || last.Visibility != transcript.AgentOnly ||
		last.Content != `{"target":"Eve","outcome":"FAILED","reason":"NOT_ACCEPTED"}` {
		t.Errorf("said %q: %+v", got, last)
	}
	of := r.askIn(contact.Target{QueueID: queueID})
	r.must(func(d *contact.Draft) error { return d.Offer(of, eve, 2) })
	r.must(func(d *contact.Draft) error { return d.Reject(of, eve) })
	if !r.s.Contact(of).Queued() {
		t.Error("an invitation of a whole queue ended with the first agent who refused it")
	}
}

func TestAnAgentTakesAnotherOut(t *testing.T) {
	r, id := joined(t)
	r.must(func(d *contact.Draft) error { return d.Remove(ben, id) })
	if k := r.s.Contact(id); k.DisconnectReason != "THIRD_PARTY_DISCONNECT" || r.participantOf(eve) != nil || r.holds(eve) != id+" ENDED" || r.s.Status != session.Active {
		t.Errorf("eve has %q by the contact %+v", r.holds(eve), k)
	}
	r.come(mia)
	open := r.askIn(contact.Target{QueueID: queueID})
	r.must(func(d *contact.Draft) error { return d.Offer(open, mia, 2) })
	r.must(func(d *contact.Draft) error { return d.Remove(ben, open) })
	if k := r.s.Contact(open); k.Queued() || r.holds(mia) != "" {
		t.Errorf("the invitation is still open: %+v, mia has %q", k, r.holds(mia))
	}
	wantKind(t, "the chat's own contact", r.decide(func(d *contact.Draft) error { return d.Remove(ben, r.s.Current().ID) }), fault.Rule)
	wantKind(t, "by somebody else", r.decide(func(d *contact.Draft) error { return d.Remove(eve, id) }), fault.Rule)
}

func TestWhoIsNotAskedIn(t *testing.T) {
	r, _ := joined(t)
	ask := func(by string, to contact.Target) error {
		return r.decide(func(d *contact.Draft) error { _, err := d.Invite(by, to, config()); return err })
	}
	wantKind(t, "by somebody else", ask(mia, contact.Target{UserID: eve}), fault.Rule)
	wantKind(t, "one who is there", ask(ben, contact.Target{UserID: eve}), fault.Rule)
	wantKind(t, "no such queue", ask(ben, contact.Target{QueueID: "nope"}), fault.NotFound)
	r.askIn(contact.Target{UserID: mia})
	wantKind(t, "one who was asked in", ask(ben, contact.Target{UserID: mia}), fault.Rule)
	for n := contact.Active(r.s) + 1; n < contact.MaxParticipants; n++ {
		r.askIn(contact.Target{UserID: fmt.Sprint("user-", n)})
	}
	wantKind(t, "the seventh", ask(ben, contact.Target{UserID: "user-7"}), fault.LimitExceeded)
}

func TestASupervisorWatchesUnseen(t *testing.T) {
	r := served(t)
	said := len(r.items)
	var id, p string
	r.must(func(d *contact.Draft) (err error) {
		id, p, err = d.Monitor(contact.Taker{UserID: eve, DisplayName: "Eve"}, true)
		return err
	})
	if k := r.s.Contact(id); k.InitiationMethod != "MONITOR" || k.Agent.UserID != eve || k.Queued() || r.holds(eve) != "" {
		t.Errorf("the supervisor's contact is %+v, it takes the slot %q", k, r.holds(eve))
	}
	if s := r.s.Participant(p); s.Role != transcript.Supervisor || !s.Silent {
		t.Errorf("the supervisor is %+v", s)
	}
	wantKind(t, "what it says", r.send(p, hello), fault.Denied)
	wantKind(t, "twice", r.decide(func(d *contact.Draft) error {
		_, _, err := d.Monitor(contact.Taker{UserID: eve, DisplayName: "Eve"}, true)
		return err
	}), fault.Rule)
	r.must(func(d *contact.Draft) error { return d.Connect(p, true) })
	if got := r.said()[said:]; len(got) != 0 {
		t.Errorf("the chat shows %q of a supervisor who watches", got)
	}
	r.leave(ben)
	if got := r.said()[said:]; slices.Contains(got, "participant.left SUPERVISOR") || r.participantOf(eve) != nil {
		t.Errorf("said %q", got)
	}
}

func TestASupervisorBargesIn(t *testing.T) {
	r := served(t)
	r.come(mia)
	said := len(r.items)
	barge := func(user string, in bool) func(*contact.Draft) error {
		return func(d *contact.Draft) error { return d.Barge(user, in) }
	}
	var p string
	r.must(func(d *contact.Draft) (err error) {
		_, p, err = d.Monitor(contact.Taker{UserID: eve, DisplayName: "Eve"}, true)
		return err
	})
	r.must(func(d *contact.Draft) (err error) {
		_, _, err = d.Monitor(contact.Taker{UserID: mia, DisplayName: "Mia"}, true)
		return err
	})
	r.must(barge(eve, true))
	if err := r.send(p, hello); err != nil {
		t.Errorf("the supervisor may not speak: %v", err)
	}
	wantKind(t, "a second one", r.decide(barge(mia, true)), fault.LimitExceeded)
	r.must(barge(eve, false))
	r.must(barge(eve, true))
	r.must(func(d *contact.Draft) error { return d.TakeOver(eve, ben) })
	if r.participantOf(ben) != nil || r.s.Status != session.Active || r.participantOf(mia) != nil {
		t.Errorf("status %d, participants %+v", r.s.Status, r.s.State.Participants)
	}
	wantKind(t, "back to watching nobody", r.decide(barge(eve, false)), fault.Rule)
	r.leave(eve)
	want := []string{"participant.joined SUPERVISOR", "hello", "participant.left SUPERVISOR", "participant.joined SUPERVISOR",
		"participant.left AGENT", "participant.left SUPERVISOR", "participant.left CUSTOMER", "chat.ended"}
	if got := r.said()[said:]; !slices.Equal(got, want) {
		t.Errorf("said %q, want %q", got, want)
	}
}

func TestWhoMayWatch(t *testing.T) {
	monitor := func(user string) func(*contact.Draft) error {
		return func(d *contact.Draft) error {
			_, _, err := d.Monitor(contact.Taker{UserID: user, DisplayName: user}, true)
			return err
		}
	}
	wantKind(t, "a chat that waits", queued(t).decide(monitor(eve)), fault.Rule)
	r := served(t)
	wantKind(t, "the agent itself", r.decide(monitor(ben)), fault.Rule)
	for i := range contact.MaxMonitors {
		r.must(monitor(fmt.Sprint("user-", i)))
	}
	wantKind(t, "the sixth", r.decide(monitor(eve)), fault.LimitExceeded)
	wantKind(t, "barging without watching", r.decide(func(d *contact.Draft) error { return d.Barge(mia, true) }), fault.Rule)
	wantKind(t, "taking over without barging", r.decide(func(d *contact.Draft) error { return d.TakeOver("user-0", ben) }), fault.Rule)
}

func TestWhoCameBesideLeavesWithATransfer(t *testing.T) {
	r := served(t)
	open := r.askIn(contact.Target{UserID: mia})
	var id string
	r.must(func(d *contact.Draft) (err error) {
		id, _, err = d.Monitor(contact.Taker{UserID: eve, DisplayName: "Eve"}, true)
		return err
	})
	r.must(func(d *contact.Draft) error { return d.Barge(eve, true) })
	if done, err := r.transfer(contact.Target{QueueID: queueID, FlowID: "to-queue"}, transfers()); err != nil || !done {
		t.Fatalf("done: %v, %v", done, err)
	}
	if r.participantOf(eve) != nil || r.s.Contact(id).DisconnectedAt.IsZero() || r.s.Contact(open).Queued() {
		t.Errorf("beside the chat that was sent on: %+v", r.s.State.Beside)
	}
}

func TestStoppingAContactBesideStopsItOnly(t *testing.T) {
	r, id := joined(t)
	r.must(func(d *contact.Draft) error { return d.StopContact(id, config()) })
	if k := r.s.Contact(id); k.DisconnectReason != "API" || r.participantOf(eve) != nil || r.s.Status != session.Active {
		t.Errorf("status %d, contact %+v", r.s.Status, k)
	}
	wantKind(t, "again", r.decide(func(d *contact.Draft) error { return d.StopContact(id, config()) }), fault.Gone)
}

// Whoever may only watch cannot barge in.
func TestWhoMayOnlyWatch(t *testing.T) {
	r := served(t)
	said := len(r.items)
	r.must(func(d *contact.Draft) error {
		_, _, err := d.Monitor(contact.Taker{UserID: eve, DisplayName: "Eve"}, false)
		return err
	})
	wantKind(t, "barging in", r.decide(func(d *contact.Draft) error { return d.Barge(eve, true) }), fault.Rule)
	if got := r.said()[said:]; len(got) != 0 {
		t.Errorf("said %q", got)
	}
}
