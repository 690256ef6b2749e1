package contactevent_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/contactevent"
	"parley/domain/session"
)

var at = time.Unix(1_000, 0)

// told writes events as "contact TYPE updated…".
func told(before, after *session.Session) (all []string) {
	for _, e := range contactevent.Of(before, after) {
		text := e.Contact.ID + " " + string(e.Type)
		for _, name := range e.Updated {
			text += " " + name
		}
		all = append(all, text)
	}
	return all
}

func chat(contacts ...session.Contact) *session.Session {
	return &session.Session{ID: contacts[0].ID, State: session.State{Contacts: contacts}}
}

// Every change of a chat tells what it makes, and nothing else.
func TestOf(t *testing.T) {
	waiting := session.Contact{ID: "a", ConnectedAt: at, QueueID: "q", EnqueuedAt: at}
	served := waiting
	served.Agent = &session.AgentInfo{ConnectedAt: at}
	ended := served
	ended.DisconnectedAt = at
	cleared := ended
	cleared.Agent = &session.AgentInfo{ConnectedAt: at, WorkBegan: at, WorkEnded: at}
	tagged := served
	tagged.Tags, tagged.Routing.Priority = map[string]string{"x": "1"}, 2
	customer := session.Contact{ID: "a", CustomerID: "c", SegmentAttributes: map[string]session.Value{"x": {}}}
	withAttributes := chat(served)
	withAttributes.Attributes = map[string]string{"x": "1"}
	noted := served
	noted.Notes = []session.Note{{Text: "x"}}
	for _, c := range []struct {
		name          string
		before, after *session.Session
		want          []string
	}{
		{"a chat that starts", nil, chat(session.Contact{ID: "a", CustomerID: "c", Tags: map[string]string{"x": "1"}}), []string{"a INITIATED"}},
		{"it connects", chat(session.Contact{ID: "a"}), chat(session.Contact{ID: "a", ConnectedAt: at}), []string{"a CONNECTED_TO_SYSTEM"}},
		{"it waits", chat(session.Contact{ID: "a", ConnectedAt: at}), chat(waiting), []string{"a QUEUED"}},
		{"it is taken", chat(waiting), chat(served), []string{"a CONNECTED_TO_AGENT"}},
		{"it ends", chat(served), chat(ended), []string{"a DISCONNECTED"}},
		{"its work ends", chat(ended), chat(cleared), []string{"a COMPLETED"}},
		{"it ends without an agent", chat(waiting), chat(session.Contact{ID: "a", ConnectedAt: at, EnqueuedAt: at, DisconnectedAt: at}), []string{"a DISCONNECTED", "a COMPLETED"}},
		{"nothing happens", chat(served), chat(served), nil},
		{"a note", chat(served), chat(noted), nil},
		{"tags and routing", chat(served), chat(tagged), []string{"a CONTACT_DATA_UPDATED RoutingCriteria Tags"}},
		{"who it is", chat(session.Contact{ID: "a"}), chat(customer), []string{"a CONTACT_DATA_UPDATED CustomerId SegmentAttributes"}},
		{"attributes", chat(served), withAttributes, []string{"a CONTACT_DATA_UPDATED Attributes"}},
		{"it is sent on", chat(served), chat(ended, session.Contact{ID: "b", ConnectedAt: at, EnqueuedAt: at}), []string{
			"a DISCONNECTED", "b INITIATED", "b CONNECTED_TO_SYSTEM", "b QUEUED",
		}},
	} {
		if diff := cmp.Diff(c.want, told(c.before, c.after)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// A supervisor's contact is complete when it ends: there is no work after it.
func TestASupervisorsContactIsCompleteAtItsEnd(t *testing.T) {
	before := chat(session.Contact{ID: "a"})
	before.State.Beside = []session.Contact{{ID: "m", InitiationMethod: "MONITOR", Agent: &session.AgentInfo{ConnectedAt: at}}}
	after := before.Clone()
	after.State.Beside[0].DisconnectedAt = at
	if got := fmt.Sprint(told(before, after)); got != "[m DISCONNECTED m COMPLETED]" {
		t.Errorf("told: %s", got)
	}
}
