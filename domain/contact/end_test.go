package contact_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/contact"
	"parley/domain/quota"
	"parley/domain/session"
	"parley/internal/fault"
)

func leave(who string) func(*contact.Draft) error {
	return func(d *contact.Draft) error { return d.Disconnect(who, config()) }
}

func expire(d *contact.Draft) error         { d.Expire(); return nil }
func connectTimeout(d *contact.Draft) error { d.ConnectTimeout(); return nil }

func TestHowAChatEnds(t *testing.T) {
	const (
		joined, botJoined = "participant.joined CUSTOMER", "participant.joined CUSTOM_BOT"
		left, botLeft     = "participant.left CUSTOMER", "participant.left CUSTOM_BOT"
		ended             = "chat.ended"
	)
	withBot := func() *room { r := connected(t); r.bot(); return r }
	invited := func() *room { r := connected(t); r.invite(); return r }
	pending := func() *room { return begun(t, start()) }
	for name, c := range map[string]struct {
		room   *room
		by     func(*contact.Draft) error
		reason string
		said   []string
	}{
		"the customer leaves":                       {withBot(), leave(customer), "CUSTOMER_DISCONNECT", []string{joined, botJoined, left, botLeft, ended}},
		"the customer leaves a bot that never came": {invited(), leave(customer), "CUSTOMER_DISCONNECT", []string{joined, left, ended}},
		"the customer leaves before connecting":     {pending(), leave(customer), "CUSTOMER_DISCONNECT", []string{ended}},
		"the bot leaves and nobody else is there":   {withBot(), leave(bot), "", []string{joined, botJoined, botLeft, left, ended}},
		"StopContact":                      {withBot(), (*contact.Draft).Stop, "API", []string{joined, botJoined, left, botLeft, ended}},
		"StopContact before the connect":   {pending(), (*contact.Draft).Stop, "API", []string{ended}},
		"the duration is over":             {withBot(), expire, "EXPIRED", []string{joined, botJoined, left, botLeft, ended}},
		"the duration is over, no connect": {pending(), expire, "EXPIRED", []string{ended}},
		"the customer does not connect":    {pending(), connectTimeout, "CUSTOMER_CONNECTION_NOT_ESTABLISHED", []string{ended}},
	} {
		r := c.room
		r.now = t0.Add(7 * time.Minute)
		r.must(c.by)
		if diff := cmp.Diff(c.said, r.said()); diff != "" {
			t.Errorf("%s: transcript (-want +got):\n%s", name, diff)
		}
		k := r.s.Current()
		if k.DisconnectReason != c.reason || !k.DisconnectedAt.Equal(r.now) || !k.UpdatedAt.Equal(r.now) {
			t.Errorf("%s: reason %q at %v, updated at %v", name, k.DisconnectReason, k.DisconnectedAt, k.UpdatedAt)
		}
		wantOver(t, name, r)
	}
}

// wantOver: the chat is over and holds nothing any more but the day for which its client tokens are remembered.
func wantOver(t *testing.T, what string, r *room) {
	t.Helper()
	if r.s.Status != session.Ended || !r.s.State.EndedAt.Equal(r.now) || r.s.Flow != nil {
		t.Errorf("%s: status %d since %v, flow %v", what, r.s.Status, r.s.State.EndedAt, r.s.Flow)
	}
	if forget, ok := r.due[contact.DueForget]; !ok || !forget.Equal(r.now.Add(24*time.Hour)) || len(r.due) > 1 {
		t.Errorf("%s: deadlines are left: %v", what, r.due)
	}
	for key, n := range r.usage {
		if n != 0 {
			t.Errorf("%s: %s still counts %d", what, key, n)
		}
	}
	for _, p := range r.s.State.Participants {
		if p.Present() {
			t.Errorf("%s: %s is still there", what, p.Role)
		}
	}
}

func TestAChatEndsOnce(t *testing.T) {
	for name, c := range map[string]struct {
		again func(*contact.Draft) error
		ok    bool
		kind  fault.Kind
	}{
		"StopContact":         {(*contact.Draft).Stop, false, fault.Gone},
		"the customer leaves": {leave(customer), false, fault.Denied},
		"expiry":              {expire, true, 0},
		"connect timeout":     {connectTimeout, true, 0},
	} {
		r := connected(t)
		r.must((*contact.Draft).Stop)
		said, usage := r.said(), r.usage[quota.ActiveChats(instance)]
		wantOutcome(t, name, r.decide(c.again), c.ok, c.kind)
		if diff := cmp.Diff(said, r.said()); diff != "" || r.usage[quota.ActiveChats(instance)] != usage {
			t.Errorf("%s after the end did something:\n%s", name, diff)
		}
	}
}

func TestTheConnectTimeoutSparesAConnectedChat(t *testing.T) {
	r := connected(t)
	r.must(connectTimeout)
	if r.s.Status != session.Active || len(r.items) != 1 {
		t.Errorf("status %d, transcript %v", r.s.Status, r.said())
	}
}

func TestABotThatLeaves(t *testing.T) {
	queued := func(r *room) { r.s.Current().QueueID = "q" }
	running := func(r *room) { withFlow(r) }
	for name, before := range map[string]func(*room){"a queued contact": queued, "a chat whose flow runs": running} {
		r := connected(t)
		r.bot()
		before(r)
		r.must(leave(bot))
		if r.s.Status != session.Active {
			t.Errorf("%s ends with its bot", name)
		}
		if got := r.said()[len(r.items)-1]; got != "participant.left CUSTOM_BOT" {
			t.Errorf("%s: the last item is %s", name, got)
		}
	}
	r := begun(t, start())
	r.bot()
	r.must(leave(bot))
	if r.s.Status != session.Pending {
		t.Errorf("a chat whose customer has not come yet ends with its bot: status %d", r.s.Status)
	}
	r = withFlow(connected(t))
	r.bot()
	r.must(leave(bot))
	if diff := cmp.Diff([]session.Input{{Kind: contact.InputLeft}}, r.s.Flow.Input); diff != "" || !r.due[contact.DueFlow].Equal(r.now) {
		t.Errorf("the running flow is not told: deadlines %v\n%s", r.due, diff)
	}
}

func TestTheEndOfAQueuedContactFreesItsPlace(t *testing.T) {
	r := connected(t)
	r.s.Current().QueueID = "q"
	r.usage[quota.Queued(instance, "q")] = 1
	r.must((*contact.Draft).Stop)
	wantOver(t, "queued", r)
}
