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

func stopContact(id string) func(*contact.Draft) error {
	return func(d *contact.Draft) error { return d.StopContact(id, withFlows()) }
}

// barged is a chat that a supervisor has taken part in since its agent left, and the supervisor's contact.
func barged(t *testing.T) (r *room, id string) {
	r = served(t)
	r.must(func(d *contact.Draft) (err error) {
		id, _, err = d.Monitor(contact.Taker{UserID: mia, DisplayName: "Mia"}, true)
		return err
	})
	r.must(func(d *contact.Draft) error { return d.Barge(mia, true) })
	r.leave(ben)
	return r, id
}

// However the last helper is taken out, the chat goes on as if it had left: to its end, or in its disconnect flow.
func TestNobodyIsLeftAloneByAContactThatStops(t *testing.T) {
	for name, last := range map[string]func() (*room, string){
		"an agent who was asked in": func() (*room, string) {
			r, id := joined(t)
			r.leave(ben)
			return r, id
		},
		"a supervisor who took part": func() (*room, string) { return barged(t) },
	} {
		r, id := last()
		r.must(stopContact(id))
		if r.s.Status != session.Ended || r.s.Current().DisconnectReason != contact.ReasonAPI {
			t.Errorf("%s: the chat has the status %d, %q", name, r.s.Status, r.s.Current().DisconnectReason)
		}
		r, id = last()
		r.withHook(contact.HookRemaining, surveyFlow).must(stopContact(id))
		if r.s.Flow == nil || r.s.Flow.FlowID != surveyFlow || len(r.s.State.Contacts) != 2 {
			t.Errorf("%s: the flow %+v runs on %d contacts", name, r.s.Flow, len(r.s.State.Contacts))
		}
	}
}

func TestNobodyTakesItselfOut(t *testing.T) {
	r, id := joined(t)
	r.leave(ben)
	wantKind(t, "by its own contact", r.decide(func(d *contact.Draft) error { return d.Remove(eve, id) }), fault.Rule)
	if r.participantOf(eve) == nil {
		t.Error("who may not take itself out has left")
	}
}

// An invitation is over when the chat goes on without the agents who made it.
func TestAnInvitationEndsWithWhoMadeIt(t *testing.T) {
	for name, gone := range map[string]func(*room){
		"the agent leaves": func(r *room) {
			r.must(func(d *contact.Draft) error { return d.Disconnect(r.participantOf(ben).ID, withFlows()) })
		},
		"the customer leaves": func(r *room) {
			r.s.State.DisconnectOnCustomerExit = true
			r.must(func(d *contact.Draft) error { return d.Disconnect(customer, withFlows()) })
		},
		"the agent gives up": func(r *room) {
			r.must(func(d *contact.Draft) error { return d.GiveUp(d.Session().Current().ID, ben, withFlows()) })
		},
	} {
		r := served(t).withHook(contact.HookRemaining, surveyFlow)
		id := r.askIn(contact.Target{Name: "Eve", UserID: eve})
		r.must(func(d *contact.Draft) error { return d.Offer(id, eve, 2) })
		gone(r)
		if r.s.Status != session.Active || len(r.s.State.Contacts) != 2 {
			t.Fatalf("%s: status %d, contacts %+v", name, r.s.Status, r.s.State.Contacts)
		}
		if k := r.s.Contact(id); k.Queued() || k.DisconnectedAt.IsZero() || r.holds(eve) != "" {
			t.Errorf("%s: the invitation is %+v, eve has %q", name, k, r.holds(eve))
		}
	}
}

// whispered is a chat whose agent hears a whisper, with another agent and a supervisor in it.
func whispered(t *testing.T) *room {
	r := queued(t).withHook("AgentWhisper", "agent")
	r.come(mia)
	r.must(offer(ben))
	r.must(by(ben, whispering))
	r.run(document(t, block("a", "Wait", `{"TimeLimitSeconds":"60"}`, "end", "WaitCompleted=end", "NoMatchingError!=end"), end), withFlows())
	r.takeUp(r.askIn(contact.Target{Name: "Eve", UserID: eve}), eve)
	r.must(func(d *contact.Draft) error {
		_, _, err := d.Monitor(contact.Taker{UserID: mia, DisplayName: "Mia"}, true)
		return err
	})
	return r
}

// A whisper is for the agent who took the contact: it ends with that one, however it goes, and with nobody else.
func TestWhoEndsAWhisper(t *testing.T) {
	for name, c := range map[string]struct {
		do         func(*room)
		over, told bool
	}{
		"its agent leaves":             {func(r *room) { r.leave(ben) }, true, false},
		"an agent beside it leaves":    {func(r *room) { r.leave(eve) }, false, true},
		"who only watches leaves":      {func(r *room) { r.leave(mia) }, false, false},
		"a supervisor takes the agent": {func(r *room) { r.takeOver(ben) }, true, false},
		"a supervisor takes another":   {func(r *room) { r.takeOver(eve) }, false, false},
	} {
		r := whispered(t)
		c.do(r)
		if over := r.s.Flow == nil; over != c.over || r.s.Status != session.Active {
			t.Errorf("%s: the whisper is over: %v, status %d", name, over, r.s.Status)
		}
		if told := r.s.Flow != nil && len(r.s.Flow.Input) > 0; told != c.told {
			t.Errorf("%s: the whisper hears that somebody left: %v", name, told)
		}
	}
}

// takeOver has mia take an agent out.
func (r *room) takeOver(user string) {
	r.t.Helper()
	r.must(func(d *contact.Draft) error { return d.Barge(mia, true) })
	r.must(func(d *contact.Draft) error { return d.TakeOver(mia, user) })
}

// However often somebody comes and goes, a chat stays of bounded size.
func TestHowManyComeBesideAChat(t *testing.T) {
	r := served(t)
	monitor := func(d *contact.Draft) error {
		_, _, err := d.Monitor(contact.Taker{UserID: mia, DisplayName: "Mia"}, false)
		return err
	}
	invite := func(d *contact.Draft) error {
		_, err := d.Invite(ben, contact.Target{QueueID: queueID}, config())
		return err
	}
	for range contact.MaxBeside / 2 {
		r.must(invite)
		invited := r.s.State.Beside[len(r.s.State.Beside)-1].ID
		r.must(func(d *contact.Draft) error { return d.Remove(ben, invited) })
	}
	for range contact.MaxBeside { // who watches and goes is forgotten where there is no room
		r.must(monitor)
		r.leave(mia)
		if b, p := len(r.s.State.Beside), len(r.s.State.Participants); b > contact.MaxBeside || p > contact.MaxBeside+2 {
			t.Fatalf("%d contacts beside the chat's, %d participants", b, p)
		}
	}
	for range contact.MaxBeside / 2 {
		r.must(invite)
		invited := r.s.State.Beside[len(r.s.State.Beside)-1].ID
		r.must(func(d *contact.Draft) error { return d.Remove(ben, invited) })
	}
	wantKind(t, "one more watches", r.decide(monitor), fault.LimitExceeded)
	wantKind(t, "one more is asked in", r.decide(invite), fault.LimitExceeded)
	if r.s.Status != session.Active || r.holds(ben) == "" {
		t.Error("the chat does not go on")
	}
}

// A decision that would take a slot from an agent whom it does not know is none.
func TestADecisionKnowsItsAgents(t *testing.T) {
	r := queued(t)
	r.must(offer(ben))
	defer func() {
		if recover() == nil {
			t.Error("the offer was withdrawn, and its agent keeps it for ever")
		}
	}()
	_ = contact.Decide(r.s, setID, r.now).Stop()
}

// A chat that its flow has ended, and that still says its last words, is offered to nobody.
func TestAChatThatEndsIsOfferedToNobody(t *testing.T) {
	r := queued(t)
	r.must(func(d *contact.Draft) error { return d.StartProcessing(function, true) })
	if err := r.send(customer, text("hello")); err != nil {
		t.Fatal(err)
	}
	r.must(offer(ben))
	r.must(func(d *contact.Draft) error { contact.EndAfterAll(d); return nil })
	if r.holds(ben) != "" || len(r.docs) != 2 { // of the two agents
		t.Errorf("ben has %q, documents %v", r.holds(ben), r.docs)
	}
	wantKind(t, "an offer", r.decide(offer(eve)), fault.Conflict)
	r.answer(content("HELLO"))
	if r.s.Status != session.Ended || !slices.Contains(r.said(), "HELLO") {
		t.Errorf("status %d, said %v", r.s.Status, r.said())
	}
}

// Two menus of one step are told apart, also where they wait to be processed.
func TestMenusThatWaitHaveNamesOfTheirOwn(t *testing.T) {
	r := connected(t, all()...)
	r.must(func(d *contact.Draft) error { return d.StartProcessing(function, true) })
	r.must(func(d *contact.Draft) error {
		_ = contact.SayBot(d, transcript.Plain, "hi")
		_ = contact.SayBot(d, transcript.Interactive, menu)
		return contact.SayBot(d, transcript.Interactive, menu)
	})
	if n := len(r.s.State.References); n != 2 || len(r.waiting()) != 3 {
		t.Errorf("%d references, waiting %v", n, r.waiting())
	}
}

// What a flow says is bounded as what people say: its block takes the error branch.
func TestAFlowLetsNotTooManyWait(t *testing.T) {
	r := connected(t, all()...)
	r.must(func(d *contact.Draft) error { return d.StartProcessing(function, true) })
	for i := range 32 {
		r.must(func(d *contact.Draft) error { return contact.SayBot(d, transcript.Plain, fmt.Sprint(i)) })
	}
	for _, content := range []string{transcript.Plain, transcript.Interactive} {
		err := r.decide(func(d *contact.Draft) error { return contact.SayBot(d, content, menu) })
		wantKind(t, content, err, fault.Throttled)
	}
	r.s.Flow = &session.Flow{ContactID: chatID, FlowID: "flow", Content: "content"}
	r.run(document(t, say("a", "hi", "end"), end), config())
	if slices.Contains(r.waiting(), "hi") {
		t.Errorf("a flow said more: %v", r.waiting())
	}
}
