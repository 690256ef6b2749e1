package record_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/record"
	"parley/domain/session"
	"parley/domain/transcript"
)

func at(minute int) time.Time { return time.Date(2026, 11, 22, 12, minute, 0, 0, time.UTC) }

// transferred is a chat that Ben sent on to a queue, watched by Sue.
func transferred() *session.Session {
	yes := "yes"
	return &session.Session{
		ID: "c1", InstanceID: "i", Version: 7, Status: session.Active,
		State: session.State{
			Contacts: []session.Contact{
				{
					ID: "c1", AssociationID: "c1", InitiationMethod: "API", FlowID: "f", CustomerID: "u-9", Name: "order",
					InitiatedAt: at(0), ConnectedAt: at(1), EnqueuedAt: at(2), DequeuedAt: at(4), DisconnectedAt: at(9), UpdatedAt: at(9),
					DisconnectReason: "CONTACT_FLOW_DISCONNECT", QueueID: "q1", Tags: map[string]string{"t": "1"},
					SegmentAttributes: map[string]session.Value{"vip": {String: &yes}},
					Routing:           session.Routing{Priority: 2},
					Declined:          []session.Declined{{UserID: "eve", At: at(2), Ended: at(3), Why: session.Missed}},
					Agent: &session.AgentInfo{
						UserID: "ben", ParticipantID: "p-ben", ConnectedAt: at(4), ProfileID: "rp", Groups: []string{"g1", "g2"}, WorkBegan: at(9), WorkEnded: at(10),
					},
					Notes: []session.Note{{ID: "n", Text: "secret"}}, Disposition: &session.Disposition{Code: "SOLVED"},
				},
				{ID: "c2", PreviousID: "c1", AssociationID: "c1", InitiationMethod: "TRANSFER", InitiatedAt: at(9), EnqueuedAt: at(9), QueueID: "q2", UpdatedAt: at(9)},
			},
			Beside: []session.Contact{
				{ID: "m1", PreviousID: "c1", InitiationMethod: "MONITOR", InitiatedAt: at(5), Agent: &session.AgentInfo{UserID: "sue", ParticipantID: "p-sue", ConnectedAt: at(5)}},
			},
			Participants: []session.Participant{
				{ID: "p", Role: transcript.Customer, DisplayName: "Ann"},
				{ID: "p-ben", Role: transcript.Agent, UserID: "ben", LeftAt: at(9)},
				{ID: "p-sue", Role: transcript.Supervisor, UserID: "sue"},
			},
		},
		Attributes: map[string]string{"order": "7"},
	}
}

func TestARecordSaysWhatBecameOfAContact(t *testing.T) {
	s := transferred()
	yes := "yes"
	want := record.Record{
		ID: "c1", SessionID: "c1", InstanceID: "i", NextID: "c2", NextMethod: "TRANSFER", AssociationID: "c1",
		Method: "API", FlowID: "f", CustomerID: "u-9", Name: "order",
		InitiatedAt: at(0), ConnectedAt: at(1), EnqueuedAt: at(2), DequeuedAt: at(4), DisconnectedAt: at(9), DisconnectReason: "CONTACT_FLOW_DISCONNECT", UpdatedAt: at(9),
		QueueID: "q1", Priority: 2, Declined: []session.Declined{{UserID: "eve", At: at(2), Ended: at(3), Why: session.Missed}},
		Agent:      &record.Agent{UserID: "ben", ParticipantID: "p-ben", ProfileID: "rp", Groups: []string{"g1", "g2"}, ConnectedAt: at(4), LeftAt: at(9), WorkBegan: at(9), WorkEnded: at(10)},
		Attributes: map[string]string{"order": "7"}, SegmentAttributes: map[string]session.Value{"vip": {String: &yes}}, Tags: map[string]string{"t": "1"},
		Notes: 1, Disposition: &session.Disposition{Code: "SOLVED"},
	}
	got := record.Of(s, s.Contact("c1"))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !got.Customer() || got.Abandoned() || len(got.Segments()) != 3 {
		t.Errorf("customer %v, abandoned %v, segment attributes %v", got.Customer(), got.Abandoned(), got.Segments())
	}
}

func TestWhoCameBesideIsNoCustomersContact(t *testing.T) {
	s := transferred()
	watch := record.Of(s, s.Contact("m1"))
	if !watch.Beside || watch.Customer() || watch.Agent.UserID != "sue" || watch.NextID != "" {
		t.Errorf("%+v", watch)
	}
	s.State.Guide = &session.Guide{UserID: "ben", ContactID: "other"}
	if guide := record.Of(s, s.Contact("c1")); guide.Customer() || guide.GuideOf != "other" {
		t.Errorf("%+v", guide)
	}
}

func TestWhoLeavesTheQueueHasAbandoned(t *testing.T) {
	s := transferred().Clone()
	k := s.Current()
	if r := record.Of(s, k); r.Abandoned() {
		t.Error("a contact that waits is abandoned")
	}
	k.DisconnectedAt = at(12)
	if r := record.Of(s, k); !r.Abandoned() {
		t.Error("nobody took it and it is not abandoned")
	}
	k.Agent = &session.AgentInfo{UserID: "ben"}
	if r := record.Of(s, k); r.Abandoned() {
		t.Error("an agent took it and it is abandoned")
	}
}

// Every member of a record is compared, but the time of the last change; so a new one is never forgotten.
func TestEveryMemberIsAChange(t *testing.T) {
	s := transferred()
	r := record.Of(s, s.Contact("c1"))
	if c := s.Clone(); record.Changed(r, record.Of(c, c.Contact("c1"))) {
		t.Error("a clone's record differs")
	}
	for i := range reflect.TypeFor[record.Record]().NumField() {
		other := r
		field := reflect.ValueOf(&other).Elem().Field(i)
		if field.IsZero() {
			set(field)
		} else {
			field.SetZero()
		}
		name := reflect.TypeFor[record.Record]().Field(i).Name
		if got, want := record.Changed(r, other), name != "UpdatedAt"; got != want {
			t.Errorf("%s: changed %v, want %v", name, got, want)
		}
	}
}

// set gives a field of zero value another one.
func set(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	case reflect.Struct: // a time
		v.Set(reflect.ValueOf(at(30)))
	}
}

func TestOnlyWhatChangedIsWritten(t *testing.T) {
	ids := func(before, after *session.Session) (list []string) {
		for _, r := range record.Changes(before, after) {
			list = append(list, r.ID)
		}
		return list
	}
	s := transferred()
	next := s.Clone()
	next.State.LastAgent = "ben"
	next.Current().Offer = &session.Offer{UserID: "eve"}
	next.Current().UpdatedAt = at(20)
	for name, c := range map[string]struct {
		before, after *session.Session
		want          []string
	}{
		"a session begins":    {nil, s, []string{"c1", "c2", "m1"}},
		"nothing":             {s, s.Clone(), nil},
		"no part of a record": {s, next, nil},
		"a contact":           {s, changed(s, func(n *session.Session) { n.Current().QueueID = "q3" }), []string{"c2"}},
		"who left":            {s, changed(s, func(n *session.Session) { n.State.Participants[2].LeftAt = at(9) }), []string{"m1"}},
		"the next contact": {s, changed(s, func(n *session.Session) {
			n.State.Contacts = append(n.State.Contacts, session.Contact{ID: "c3", PreviousID: "c2"})
		}), []string{"c2", "c3"}},
		"attributes": {s, changed(s, func(n *session.Session) { n.Attributes = map[string]string{"order": "8"} }), []string{"c1", "c2", "m1"}},
	} {
		if diff := cmp.Diff(c.want, ids(c.before, c.after)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func changed(s *session.Session, edit func(*session.Session)) *session.Session {
	n := s.Clone()
	edit(n)
	return n
}
