package push_test

import (
	"testing"
	"time"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/push"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

const chat = "00000000-0000-4000-8000-000000000001"

func draft(s *session.Session) *contact.Draft {
	return contact.Decide(s, "set", time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC))
}

func active() *session.Session {
	return &session.Session{ID: chat, Status: session.Active, Head: 7, State: session.State{Contacts: []session.Contact{{ID: chat}}}}
}

// A subscription is registered once, from now on, and a chat has so many.
func TestRegister(t *testing.T) {
	d := draft(active())
	first, err := push.Register(d, "a", "")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := push.Register(d, "a", ""); err != nil || again != first {
		t.Errorf("the same subscription is %s, then %s, %v", first, again, err)
	}
	if got := d.Session().State.Pushes; len(got) != 1 || got[0].After != 7 || got[0].Token != "a" {
		t.Errorf("the chat has %+v", got)
	}
	for _, token := range []string{"b", "c", "d", "e"} {
		if id, err := push.Register(d, token, ""); err != nil || id == first {
			t.Errorf("%s: %s, %v", token, id, err)
		}
	}
	if _, err := push.Register(d, "f", ""); !fault.Is(err, fault.Quota) {
		t.Errorf("a sixth: %v", err)
	}
	over := active()
	over.Status = session.Ended
	if _, err := push.Register(draft(over), "a", ""); !fault.Is(err, fault.NotFound) {
		t.Errorf("in a chat that is over: %v", err)
	}
}

// The page with the chat is what was told last; who tells none leaves it.
func TestThePage(t *testing.T) {
	d := draft(active())
	for _, c := range []struct{ told, want string }{{"https://a.example/", "https://a.example/"}, {"", "https://a.example/"}, {"https://b.example/", "https://b.example/"}} {
		if _, err := push.Register(d, "a", c.told); err != nil {
			t.Fatal(err)
		}
		if got := d.Session().State.Pushes; len(got) != 1 || got[0].Page != c.want {
			t.Errorf("after %q the chat has %+v", c.told, got)
		}
	}
}

// How far one was told never goes back; -1 and Remove take it away, and no other.
func TestTold(t *testing.T) {
	d := draft(active())
	a, _ := push.Register(d, "a", "")
	b, _ := push.Register(d, "b", "")
	push.Told(d, map[string]int64{a: 9})
	push.Told(d, map[string]int64{a: 8, "unknown": -1})
	if got := d.Session().State.Pushes; len(got) != 2 || got[0].After != 9 || got[1].After != 7 {
		t.Errorf("the chat has %+v", got)
	}
	if err := push.Remove(d, "unknown"); !fault.Is(err, fault.NotFound) {
		t.Errorf("one that is not there: %v", err)
	}
	if err := push.Remove(d, a); err != nil {
		t.Fatal(err)
	}
	if got := d.Session().State.Pushes; len(got) != 1 || got[0].ID != b {
		t.Errorf("the chat has %+v", got)
	}
}

// Customers hear of what others say to them, and of nothing else.
func TestWhatCustomersHear(t *testing.T) {
	say := func(role transcript.Role, kind transcript.Type, seen transcript.Visibility) transcript.Item {
		return transcript.Item{Type: kind, Author: transcript.Author{Role: role}, Visibility: seen}
	}
	registered := active()
	registered.State.Pushes = []session.Push{{ID: "p"}}
	for name, c := range map[string]struct {
		item transcript.Item
		want bool
	}{
		"an agent's message":            {say(transcript.Agent, transcript.Message, transcript.All), true},
		"a bot's":                       {say(transcript.CustomBot, transcript.Message, transcript.All), true},
		"a flow's, for it alone":        {say(transcript.System, transcript.Message, transcript.CustomerOnly), true},
		"a file":                        {say(transcript.Agent, transcript.Attachment, transcript.All), true},
		"its own":                       {say(transcript.Customer, transcript.Message, transcript.All), false},
		"an event":                      {say(transcript.Agent, transcript.Event, transcript.All), false},
		"what agents say to agents":     {say(transcript.Agent, transcript.Message, transcript.AgentOnly), false},
		"what only its author has seen": {say(transcript.Agent, transcript.Message, transcript.AuthorOnly), false},
	} {
		if got := push.Wants(&c.item); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
		set := &change.Set{Items: []transcript.Item{c.item}}
		push.Before(registered, set)
		if got := len(set.Due) == 1 && set.Due[0].DueKey == (change.DueKey{Owner: chat, Kind: push.Due, Subject: chat}); got != c.want {
			t.Errorf("%s: the deadlines are %v", name, set.Due)
		}
		set.Due = nil
		push.Before(active(), set)
		push.Before(nil, set)
		if len(set.Due) > 0 {
			t.Errorf("%s: a deadline where nobody has registered", name)
		}
	}
}

// Nobody is registered in a chat that is over, and what ended it sets no deadline.
func TestTheEnd(t *testing.T) {
	before, next := active(), active()
	before.State.Pushes = []session.Push{{ID: "p"}}
	next.State.Pushes = before.State.Pushes
	goes := &change.Set{Session: &change.Session{Next: next}}
	push.Before(before, goes)
	if len(next.State.Pushes) != 1 || goes.Session.Parts != 0 {
		t.Errorf("a chat that goes on has %+v", next.State.Pushes)
	}
	next.Status = session.Ended
	over := &change.Set{Session: &change.Session{Next: next}, Items: []transcript.Item{{Type: transcript.Message, Author: transcript.Author{Role: transcript.Agent}}}}
	push.Before(before, over)
	if len(next.State.Pushes) > 0 || over.Session.Parts&change.State == 0 || len(over.Due) > 0 {
		t.Errorf("a chat that is over has %+v, parts %v, deadlines %v", next.State.Pushes, over.Session.Parts, over.Due)
	}
	if len(before.State.Pushes) != 1 {
		t.Error("what was before is changed")
	}
}
