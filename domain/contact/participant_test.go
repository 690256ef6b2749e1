package contact_test

import (
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

func TestWhoMayAct(t *testing.T) {
	for name, c := range map[string]struct {
		who  string
		edit func(*room)
		ok   bool
	}{
		"the customer":          {customer, func(*room) {}, true},
		"a bot":                 {bot, (*room).bot, true},
		"a stranger":            {bot, func(*room) {}, false},
		"nobody":                {"", func(*room) {}, false},
		"after the end":         {customer, func(r *room) { r.must((*contact.Draft).Stop) }, false},
		"a bot that has left":   {bot, func(r *room) { r.bot(); r.must(func(d *contact.Draft) error { return d.Disconnect(bot, config()) }) }, false},
		"a bot that came late":  {bot, func(r *room) { r.invite(); r.now = r.now.Add(15*time.Second + time.Millisecond) }, false},
		"a bot just in time":    {bot, func(r *room) { r.invite(); r.now = r.now.Add(15 * time.Second) }, true},
		"a bot long after use":  {bot, func(r *room) { r.bot(); r.now = r.now.Add(time.Hour) }, true},
		"a customer after days": {customer, func(r *room) { r.now = r.now.Add(6 * 24 * time.Hour) }, true},
	} {
		r := withFlow(connected(t))
		c.edit(r)
		p, err := contact.Here(r.s, c.who, r.now)
		wantOutcome(t, name, err, c.ok, fault.Denied)
		if err == nil && p.ID != c.who {
			t.Errorf("%s: got the participant %s", name, p.ID)
		}
		for command, err := range map[string]error{
			"Send":       r.clone().send(c.who, contact.Message{ContentType: transcript.Plain, Content: "x"}),
			"Connect":    r.clone().decide(func(d *contact.Draft) error { return d.Connect(c.who, false) }),
			"Use":        r.clone().decide(func(d *contact.Draft) error { return d.Use(c.who) }),
			"Disconnect": r.clone().decide(func(d *contact.Draft) error { return d.Disconnect(c.who, config()) }),
		} {
			wantOutcome(t, name+", "+command, err, c.ok, fault.Denied)
		}
	}
}

// invite adds a bot that has not come yet.
func (r *room) invite() { r.must(func(d *contact.Draft) error { return d.AddBot(bot, "Bot") }) }

// clone is a room in the same state.
func (r *room) clone() *room {
	c := *r
	c.s, c.usage, c.due = r.s.Clone(), maps.Clone(r.usage), maps.Clone(r.due)
	return &c
}

// withFlow gives the chat a flow that runs, so that it does not end when a bot leaves.
func withFlow(r *room) *room {
	r.s.Flow = &session.Flow{ContactID: chatID, Run: []byte(`{}`)}
	return r
}

func TestTheCustomersFirstConnectStartsTheChat(t *testing.T) {
	for name, subscribed := range map[string]bool{"subscribe": true, "ConnectParticipant": false} {
		r := begun(t, start())
		r.now = t0.Add(time.Minute)
		r.must(func(d *contact.Draft) error { return d.Connect(customer, subscribed) })
		if _, ok := r.due[contact.DueConnect]; ok || r.s.Status != session.Active {
			t.Errorf("%s: status %d, deadlines %v", name, r.s.Status, r.due)
		}
		if !r.due[contact.DueFlow].Equal(r.now) || !r.due[contact.DueExpiry].Equal(t0.Add(25*time.Hour)) {
			t.Errorf("%s: deadlines %v", name, r.due)
		}
		if k := r.s.Current(); !k.ConnectedAt.Equal(r.now) || !k.UpdatedAt.Equal(r.now) {
			t.Errorf("%s: connected at %v, updated at %v", name, k.ConnectedAt, k.UpdatedAt)
		}
		if got := r.s.Customer().SubscribedAt.Equal(r.now); got != subscribed {
			t.Errorf("%s: subscribed is %v", name, got)
		}
		if diff := cmp.Diff([]string{"participant.joined CUSTOMER"}, r.said()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestALaterConnectChangesNothingMore(t *testing.T) {
	r := begun(t, start())
	r.must(func(d *contact.Draft) error { return d.Connect(customer, false) })
	delete(r.due, contact.DueFlow)
	r.now = r.now.Add(time.Minute)
	for range 2 {
		r.must(func(d *contact.Draft) error { return d.Connect(customer, true) })
	}
	p := r.s.Customer()
	if !p.JoinedAt.Equal(t0) || !p.SubscribedAt.Equal(r.now) || !r.s.Current().ConnectedAt.Equal(t0) {
		t.Errorf("joined %v, subscribed %v, connected %v", p.JoinedAt, p.SubscribedAt, r.s.Current().ConnectedAt)
	}
	if _, again := r.due[contact.DueFlow]; again || len(r.items) != 1 {
		t.Errorf("deadlines %v, transcript %v", r.due, r.said())
	}
	version := r.s.Version
	r.must(func(d *contact.Draft) error { return d.Connect(customer, true) })
	if r.s.Version != version {
		t.Error("a connect that changes nothing writes the session")
	}
}

func TestABotJoinsWhenItsTokenIsFirstUsed(t *testing.T) {
	r := connected(t)
	r.invite()
	if got := len(r.items); got != 1 {
		t.Errorf("an invited bot is seen: %v", r.said())
	}
	r.must(func(d *contact.Draft) error { return d.Use(bot) })
	r.must(func(d *contact.Draft) error { return d.Use(bot) })
	r.must(func(d *contact.Draft) error { return d.Use(customer) })
	want := []string{"participant.joined CUSTOMER", "participant.joined CUSTOM_BOT"}
	if diff := cmp.Diff(want, r.said()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOneCustomParticipantAtATime(t *testing.T) {
	again := func(d *contact.Draft) error { return d.AddBot("another", "Bot 2") }
	agent := func(r *room) {
		r.s.State.Participants = append(r.s.State.Participants, session.Participant{ID: "a", Role: transcript.Agent})
	}
	left := func(r *room) {
		withFlow(r).bot()
		r.must(func(d *contact.Draft) error { return d.Disconnect(bot, config()) })
	}
	late := func(r *room) { r.invite(); r.now = r.now.Add(15*time.Second + time.Millisecond) }
	for name, c := range map[string]struct {
		before func(*room)
		ok     bool
		kind   fault.Kind
	}{
		"the first":                       {func(*room) {}, true, 0},
		"beside one that was invited":     {(*room).invite, false, fault.Conflict},
		"beside one":                      {(*room).bot, false, fault.Conflict},
		"beside an agent":                 {agent, false, fault.Conflict},
		"after one that left":             {left, true, 0},
		"after one that came too late":    {late, true, 0},
		"after the end":                   {func(r *room) { r.must((*contact.Draft).Stop) }, false, fault.Rule},
		"before the customer has come in": {func(r *room) { *r = *begun(t, start()) }, true, 0},
	} {
		r := connected(t)
		c.before(r)
		wantOutcome(t, name, r.decide(again), c.ok, c.kind)
	}
}

func TestWhereASocketBegins(t *testing.T) {
	withMessage := start()
	withMessage.Initial = &hello
	r := begun(t, withMessage)
	p := func() *session.Participant { return r.s.Customer() }
	if got := contact.ServeAfter(p(), 9); got != 0 {
		t.Errorf("a customer who has not connected is served after %d", got)
	}
	r.must(func(d *contact.Draft) error { return d.Connect(customer, false) })
	if got := contact.ServeAfter(p(), 9); got != 0 {
		t.Errorf("a customer without a socket is served after %d", got)
	}
	r.must(func(d *contact.Draft) error { return d.Connect(customer, true) })
	if got := contact.ServeAfter(p(), 9); got != 9 {
		t.Errorf("a customer who subscribed before is served after %d", got)
	}
	r.invite()
	if got := contact.ServeAfter(r.s.Participant(bot), 9); got != 9 {
		t.Errorf("a bot that has not joined is served after %d", got)
	}
	head := r.s.Head
	r.must(func(d *contact.Draft) error { return d.Use(bot) })
	if got := contact.ServeAfter(r.s.Participant(bot), 9); got != head {
		t.Errorf("a bot is served after %d, it joined after %d", got, head)
	}
}
