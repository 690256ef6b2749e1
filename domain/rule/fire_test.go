package rule_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/change"
	"parley/domain/rule"
	"parley/domain/session"
	"parley/domain/transcript"
)

func two() *session.Session {
	return &session.Session{ID: "s", InstanceID: "i", Version: 7, State: session.State{Contacts: []session.Contact{
		{ID: "c1", DisconnectedAt: time.Unix(1, 0)}, {ID: "c2"},
	}}}
}

func keys(set *change.Set) (all []change.DueKey) {
	for _, d := range set.Due {
		all = append(all, d.DueKey)
	}
	return all
}

// Rules look once at a contact that ends, and at one in which a customer or an agent says something.
func TestLook(t *testing.T) {
	before, at := two(), time.Unix(9, 0)
	next := before.Clone()
	next.State.Contacts[1].DisconnectedAt = at
	item := transcript.Item{Type: transcript.Message, ContentType: "text/plain", ContactID: "c2", Author: transcript.Author{Role: transcript.Agent}}
	system := item
	system.Author.Role = transcript.System
	set := func() *change.Set {
		return &change.Set{At: at, Session: &change.Session{ID: "s", Next: next}, Items: []transcript.Item{item, item, system}}
	}
	post, live := change.DueKey{Owner: "s", Kind: rule.DuePost, Subject: "c2"}, change.DueKey{Owner: "s", Kind: rule.DueLive, Subject: "c2"}
	for _, c := range []struct {
		live, post bool
		want       []change.DueKey
	}{{false, false, nil}, {true, false, []change.DueKey{live}}, {false, true, []change.DueKey{post}}, {true, true, []change.DueKey{live, post}}} {
		got := set()
		rule.Look(before, got, c.live, c.post)
		if diff := cmp.Diff(c.want, keys(got)); diff != "" {
			t.Errorf("live %v, post %v: %s", c.live, c.post, diff)
		}
	}
	only := &change.Set{At: at, Session: &change.Session{ID: "s"}, Items: []transcript.Item{system}}
	rule.Look(before, only, true, true)
	rule.Look(before, &change.Set{At: at}, true, true)
	if len(only.Due) > 0 {
		t.Errorf("rules look at what the system says: %v", only.Due)
	}
}

// A rule matches a contact once, whatever is found again.
func TestFireOnce(t *testing.T) {
	s, now := two(), time.Unix(9, 0)
	ref := change.DueRef{DueKey: change.DueKey{Owner: "s", Kind: rule.DuePost, Subject: "c1"}, Generation: 3}
	all := []rule.Matched{{ID: "r1", Name: "one", Category: true, Events: []string{"e1", "e2"}}, {ID: "r2", Name: "two", Category: true}}
	set := rule.Fire(s, "c1", rule.PostChat, append(all, all[0]), ref, "id", now)
	if set.Session == nil || set.Session.Version != 7 || set.Session.Parts != change.State || len(set.Done) != 1 || set.Done[0] != ref {
		t.Fatalf("the change is %+v", set)
	}
	next := set.Session.Next
	if diff := cmp.Diff([]string{"one", "two"}, next.State.Contacts[0].Categories()); diff != "" {
		t.Error(diff)
	}
	if s.State.Contacts[0].Rules != nil || len(keys(set)) != 2 || keys(set)[1] != (change.DueKey{Owner: "s", Kind: rule.DueEvent, Subject: "c1/r1/1"}) {
		t.Errorf("the snapshot has %v, the events are %v", s.State.Contacts[0].Rules, keys(set))
	}
	again := rule.Fire(next, "c1", rule.PostChat, all, ref, "id", now)
	if again.Session != nil || len(again.Due) > 0 || len(again.Done) != 1 {
		t.Errorf("again: %+v", again)
	}
	if gone := rule.Fire(s, "none", rule.PostChat, all, ref, "id", now); gone.Session != nil || len(gone.Done) != 1 {
		t.Errorf("a contact that is gone: %+v", gone)
	}
}
