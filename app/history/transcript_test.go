package history_test

import (
	"slices"
	"testing"

	"parley/app/history"
	"parley/domain/change"
	"parley/domain/record"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// talk is a chat of two contacts, the first of which ben took; sue watched it.
func talk(t *testing.T) *world {
	w := newWorld(t, 0, func(int, *record.Record) {})
	next := &session.Session{ID: "talk", InstanceID: instance, Status: session.Ended}
	next.State.Contacts = []session.Contact{
		{ID: "k1", InitiatedAt: t0, Agent: &session.AgentInfo{UserID: "ben", ParticipantID: "p-ben"}}, {ID: "k2", PreviousID: "k1", InitiatedAt: t0},
	}
	next.State.Beside = []session.Contact{{ID: "m1", PreviousID: "k1", InitiationMethod: "MONITOR", InitiatedAt: t0, Agent: &session.AgentInfo{UserID: "sue", ParticipantID: "p-sue"}}}
	set := &change.Set{ID: "t", At: t0, Session: &change.Session{ID: "talk", Create: true, Next: next}}
	for _, id := range []string{"k1", "k2", "m1"} {
		set.Contacts = append(set.Contacts, change.Contact{ID: id, SessionID: "talk", InstanceID: instance})
	}
	for _, i := range []transcript.Item{
		{Content: "hello", ContactID: "k1"},
		{Content: "for agents", ContactID: "k1", Visibility: transcript.AgentOnly},
		{Content: "for the customer", ContactID: "k1", Visibility: transcript.CustomerOnly},
		{Content: "passing", ContactID: "k1", ContentType: transcript.Idle},
		{Content: "later", ContactID: "k2"},
	} {
		i.Type = transcript.Message
		set.Items = append(set.Items, i)
	}
	if _, err := w.store.Commit(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestWhoReadsWhat(t *testing.T) {
	w := talk(t)
	for name, c := range map[string]struct {
		contact, agent string
		want           []string // nil = nothing is found
	}{
		"its agent":               {"k1", "ben", []string{"hello", "for agents"}},
		"who may read all":        {"k1", "", []string{"hello", "for agents", "for the customer"}},
		"another agent":           {"k1", "eve", nil},
		"the agent of one before": {"k2", "ben", nil},
		"the next contact":        {"k2", "", []string{"later"}},
		"a supervisor's":          {"m1", "sue", []string{"hello", "for agents"}},
		"none":                    {"k9", "", nil},
	} {
		for _, limit := range []int{1, 100} {
			r := history.Reading{Instance: instance, ContactID: c.contact, Agent: c.agent, Limit: limit}
			var got []string
			for {
				page, err := w.service.Read(t.Context(), r)
				if c.want == nil && fault.Is(err, fault.NotFound) {
					break
				}
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				for _, i := range page.Items {
					got = append(got, i.Content)
				}
				if r.After = page.Next; r.After == 0 {
					break
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s, pages of %d: %q, want %q", name, limit, got, c.want)
			}
		}
	}
	if _, err := w.service.Read(t.Context(), history.Reading{Instance: "another", ContactID: "k1", Limit: 1}); !fault.Is(err, fault.NotFound) {
		t.Errorf("of another instance: %v", err)
	}
}
