package presence_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/presence"
	"parley/domain/session"
	"parley/domain/transcript"
)

const (
	chat     = "cccccccc-0000-4000-8000-000000000001"
	customer = "dddddddd-0000-4000-8000-000000000001"
	setID    = "eeeeeeee-0000-4000-8000-000000000001"
)

var t0 = time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)

// connected is a chat whose customer is there.
func connected(t *testing.T) *session.Session {
	t.Helper()
	start := contact.Start{InstanceID: "i", FlowID: "flow", FlowContent: "content", DisplayName: "Ann"}
	set, err := start.Begin(contact.IDs{Set: setID, Contact: chat, Participant: customer}, contact.Settings{}, t0)
	if err != nil {
		t.Fatal(err)
	}
	return decide(t, set.Session.Next, t0, func(d *contact.Draft) error { return d.Connect(customer, true) }).Session.Next
}

func decide(t *testing.T, s *session.Session, now time.Time, edit func(*contact.Draft) error) *change.Set {
	t.Helper()
	d := contact.Decide(s, setID, now)
	if err := edit(d); err != nil {
		t.Fatal(err)
	}
	return d.Changes()
}

func socket(ticket string) presence.Socket {
	return presence.Socket{Session: chat, Participant: customer, Ticket: ticket, Node: "n"}
}

func TestACustomerIsAwayAndBack(t *testing.T) {
	s := connected(t)
	lost := decide(t, s, t0.Add(time.Minute), func(d *contact.Draft) error { presence.Lost(d, customer, time.Hour); return nil })
	want := []transcript.Item{{
		Type: transcript.Event, ContentType: transcript.Inactive, ContactID: chat, Visibility: transcript.AgentOnly,
		Author: transcript.Author{ParticipantID: customer, DisplayName: "Ann", Role: transcript.Customer},
	}}
	if diff := cmp.Diff(want, lost.Items); diff != "" || !lost.Items[0].Passing() {
		t.Errorf("(-want +got):\n%s", diff)
	}
	gone := change.Due{DueKey: change.DueKey{Owner: chat, Kind: presence.DueGone, Subject: customer}, At: t0.Add(61 * time.Minute)}
	if diff := cmp.Diff([]change.Due{gone}, lost.Due); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	away := lost.Session.Next
	if again := decide(t, away, t0.Add(2*time.Minute), func(d *contact.Draft) error { presence.Lost(d, customer, time.Hour); return nil }); len(again.Items) != 0 {
		t.Errorf("it is lost twice: %+v", again.Items)
	}
	back := decide(t, away, t0.Add(3*time.Minute), func(d *contact.Draft) error { presence.Open(d, socket("t")); return nil })
	want[0].ContentType = transcript.Active
	if diff := cmp.Diff(want, back.Items); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	drops := []change.DueKey{{Owner: chat, Kind: presence.DueLost, Subject: customer}, gone.DueKey}
	if diff := cmp.Diff(drops, back.Drop); diff != "" || len(back.Resources) != 1 || back.Resources[0].ID != socket("t").ID() {
		t.Errorf("%+v (-want +got):\n%s", back.Resources, diff)
	}
}

// A deadline that was overtaken ends no chat.
func TestOnlyWhoIsAwayIsGone(t *testing.T) {
	there := connected(t)
	gone := func(d *contact.Draft) error { return presence.Gone(d, customer) }
	if set := decide(t, there, t0.Add(time.Hour), gone); set.Session.Next != nil {
		t.Error("a chat ends whose customer is there")
	}
	away := decide(t, there, t0, func(d *contact.Draft) error { presence.Lost(d, customer, 0); return nil })
	if len(away.Due) != 0 {
		t.Errorf("by default a chat ends: %v", away.Due)
	}
	over := decide(t, away.Session.Next, t0.Add(time.Hour), gone).Session.Next
	if over.Status != session.Ended || over.Current().DisconnectReason != contact.ReasonCustomer {
		t.Errorf("status %d, %s", over.Status, over.Current().DisconnectReason)
	}
	if set := decide(t, over, t0.Add(2*time.Hour), gone); set.Session.Next != nil {
		t.Error("an ended chat ends")
	}
}

// Of a chat that is over nothing but the document is left to see to.
func TestASocketClosesAfterTheEnd(t *testing.T) {
	s := connected(t)
	row := &change.Resource{Kind: presence.KindSocket, ID: socket("t").ID(), Version: 1}
	set := presence.Closed(s, row, socket("t"), setID, t0)
	if len(set.Due) != 1 || !set.Due[0].At.Equal(t0.Add(presence.Grace)) || !set.Resources[0].Delete || row.Delete {
		t.Errorf("%+v", set)
	}
	over := decide(t, s, t0, func(d *contact.Draft) error { return d.Stop() }).Session.Next
	if set := presence.Closed(over, row, socket("t"), setID, t0); set.Session != nil || len(set.Due) != 0 || len(set.Resources) != 1 {
		t.Errorf("%+v", set)
	}
}
