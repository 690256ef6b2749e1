package session_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/domain/session"
	"parley/domain/transcript"
)

func sample() *session.Session {
	text := "x"
	return &session.Session{
		ID: "c1", InstanceID: "i", Version: 3, Head: 9, Status: session.Active,
		State: session.State{
			ContentTypes: []string{transcript.Plain},
			Contacts: []session.Contact{
				{ID: "c1", SegmentAttributes: map[string]session.Value{"a": {String: &text}}, Tags: map[string]string{"t": "1"}},
				{ID: "c2", References: map[string]session.Reference{"r": {Value: "1"}}},
			},
			Participants: []session.Participant{
				{ID: "b", Role: transcript.CustomBot}, {ID: "p", Role: transcript.Customer, DisplayName: "Ann"},
			},
		},
		Attributes: map[string]string{"k": "v"},
		Flow:       &session.Flow{ContactID: "c2", Input: []session.Input{{Kind: "message"}}},
	}
}

func text(t *testing.T, s *session.Session) string {
	t.Helper()
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestAClonesChangesStayItsOwn(t *testing.T) {
	for name, change := range map[string]func(*session.Session){
		"contact":     func(c *session.Session) { c.Current().QueueID = "q" },
		"participant": func(c *session.Session) { c.Customer().DisplayName = "Bob" },
		"new participant": func(c *session.Session) {
			c.State.Participants = append(c.State.Participants, session.Participant{ID: "n"})
		},
		"flow":       func(c *session.Session) { c.Flow.Listening = true },
		"flow input": func(c *session.Session) { c.Flow.Input[0].Kind = "left" },
		"no flow":    func(c *session.Session) { c.Flow = nil },
		"status":     func(c *session.Session) { c.Status = session.Ended },
	} {
		s := sample()
		before := text(t, s)
		c := s.Clone()
		if got := text(t, c); got != before {
			t.Fatalf("the clone differs: %s", got)
		}
		change(c)
		if got := text(t, s); got != before {
			t.Errorf("%s: the change of a clone shows in the snapshot:\n%s", name, got)
		}
		if text(t, c) == before {
			t.Errorf("%s: the clone was not changed", name)
		}
	}
}

func TestFindingWhatIsInASession(t *testing.T) {
	s := sample()
	if got := s.Current().ID; got != "c2" {
		t.Errorf("the current contact is %s", got)
	}
	if k := s.Contact("c1"); k == nil || k.ID != "c1" || s.Contact("c3") != nil {
		t.Errorf("Contact: %+v, %+v", k, s.Contact("c3"))
	}
	if p := s.Participant("b"); p == nil || p.ID != "b" || s.Participant("") != nil {
		t.Errorf("Participant: %+v, %+v", p, s.Participant(""))
	}
	want := transcript.Author{ParticipantID: "p", DisplayName: "Ann", Role: transcript.Customer}
	if got := s.Customer().Author(); got != want {
		t.Errorf("the customer is %+v, want %+v", got, want)
	}
	s.State.Participants = s.State.Participants[:1]
	if s.Customer() != nil {
		t.Error("a session without a customer has one")
	}
}

func TestEveryChatHasTheSystemSegmentAttributes(t *testing.T) {
	guide, red := "connect:Guide", "red"
	for name, c := range map[string]struct {
		given map[string]session.Value
		want  map[string]string
	}{
		"none given": {nil, map[string]string{"connect:Subtype": "connect:Chat", "connect:Direction": "INBOUND"}},
		"a guide": {
			map[string]session.Value{"connect:Subtype": {String: &guide}, "color": {String: &red}},
			map[string]string{"connect:Subtype": "connect:Guide", "connect:Direction": "INBOUND", "color": "red"},
		},
	} {
		k := session.Contact{SegmentAttributes: c.given}
		got := map[string]string{}
		for key, v := range k.Segments() {
			got[key] = *v.String
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if len(k.SegmentAttributes) != len(c.given) {
			t.Errorf("%s: the contact was changed", name)
		}
	}
}

// What is stored keeps the names of earlier releases, whatever the members are called now.
func TestStoredNames(t *testing.T) {
	var s session.State
	if err := json.Unmarshal([]byte(`{"Outside":"k"}`), &s); err != nil || s.Key != "k" {
		t.Errorf("the key is %q, %v", s.Key, err)
	}
	if raw, err := json.Marshal(session.State{Key: "k"}); err != nil || !bytes.Contains(raw, []byte(`"Outside":"k"`)) {
		t.Errorf("it is stored as %s, %v", raw, err)
	}
}
