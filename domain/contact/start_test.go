package contact_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/persistent"
	"parley/domain/quota"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

func TestBeginWritesTheWholeChat(t *testing.T) {
	r := start()
	r.Initial = &contact.Message{ContentType: transcript.Plain, Content: "Hello"}
	r.Attributes = map[string]string{"k": "v"}
	r.CustomerID, r.ResponseMode, r.DisconnectOnCustomerExit = "ann-1", "INCREMENTAL", true
	ids := contact.IDs{Set: setID, Contact: chatID, Participant: customer}
	set, err := r.Begin(ids, contact.Settings{ActiveChats: 7}, t0)
	if err != nil {
		t.Fatal(err)
	}
	due := func(kind string, after time.Duration) change.Due {
		return change.Due{DueKey: change.DueKey{Owner: chatID, Kind: kind, Subject: chatID}, At: t0.Add(after)}
	}
	want := &change.Set{
		ID: setID, At: t0,
		Usage:    []change.Usage{{Key: quota.ActiveChats(instance), Delta: 1, Max: 7}},
		Contacts: []change.Contact{{ID: chatID, SessionID: chatID, InstanceID: instance}},
		Due:      []change.Due{due(contact.DueConnect, 5*time.Minute), due(contact.DueExpiry, 25*time.Hour)},
		Items: []transcript.Item{{
			Type: transcript.Message, ContentType: transcript.Plain, Content: "Hello", ContactID: chatID,
			Author: transcript.Author{ParticipantID: customer, DisplayName: "Ann", Role: transcript.Customer},
		}},
		Session: &change.Session{ID: chatID, Create: true, Parts: change.AllParts, Next: &session.Session{
			ID: chatID, InstanceID: instance, Status: session.Pending,
			Attributes: map[string]string{"k": "v"},
			Flow:       &session.Flow{ContactID: chatID, FlowID: "flow", Content: "content"},
			State: session.State{
				CreatedAt: t0, Deadline: t0.Add(25 * time.Hour), ContentTypes: []string{transcript.Plain},
				ResponseMode: "INCREMENTAL", DisconnectOnCustomerExit: true, InitialMessage: "Hello",
				Contacts: []session.Contact{{
					ID: chatID, AssociationID: chatID, InitiationMethod: "API", FlowID: "flow", CustomerID: "ann-1",
					InitiatedAt: t0, UpdatedAt: t0,
				}},
				Participants: []session.Participant{{ID: customer, Role: transcript.Customer, DisplayName: "Ann"}},
			},
		}},
	}
	if diff := cmp.Diff(want, set); diff != "" {
		t.Errorf("the Set (-want +got):\n%s", diff)
	}
}

func TestDurationOfAChat(t *testing.T) {
	for given, want := range map[time.Duration]time.Duration{
		0:                    25 * time.Hour,
		60 * time.Minute:     time.Hour,
		10_080 * time.Minute: 7 * 24 * time.Hour,
	} {
		r := start()
		r.Duration = given
		room := begun(t, r)
		deadline := t0.Add(want)
		if !room.s.State.Deadline.Equal(deadline) || !room.due[contact.DueExpiry].Equal(deadline) {
			t.Errorf("a chat of %v ends at %v, by the timer at %v", given, room.s.State.Deadline, room.due[contact.DueExpiry])
		}
	}
}

func TestRulesAcrossMembers(t *testing.T) {
	menu := &contact.Message{ContentType: transcript.InteractiveResponse, Content: "{}"}
	for name, c := range map[string]struct {
		edit func(*contact.Start, *contact.Settings)
		ok   bool
	}{
		"nothing beside the required": {func(*contact.Start, *contact.Settings) {}, true},
		"a duration":                  {func(r *contact.Start, _ *contact.Settings) { r.Duration = time.Hour }, true},
		"a duration where it is off": {func(r *contact.Start, s *contact.Settings) {
			r.Duration, s.FixedDuration = time.Hour, true
		}, false},
		"no duration where it is off":                       {func(_ *contact.Start, s *contact.Settings) { s.FixedDuration = true }, true},
		"an initial message of a type that is not declared": {func(r *contact.Start, _ *contact.Settings) { r.Initial = menu }, false},
		"an initial message of a declared type": {func(r *contact.Start, _ *contact.Settings) {
			r.Initial, r.ContentTypes = menu, []string{transcript.Plain, transcript.InteractiveResponse}
		}, true},
		"a persistent chat that is related too": {func(r *contact.Start, _ *contact.Settings) {
			r.RelatedContactID, r.Rehydration = "x", &persistent.Rehydration{Type: persistent.FromSegment, SourceContactID: "x"}
		}, false},
	} {
		r, settings := start(), contact.Settings{}
		c.edit(&r, &settings)
		_, err := r.Begin(contact.IDs{Contact: chatID}, settings, t0)
		wantOutcome(t, name, err, c.ok, fault.Rule)
	}
}

func TestARelatedChatTakesOverAttributesAndRoot(t *testing.T) {
	r := start()
	r.Attributes = map[string]string{"a": "mine"}
	r.RelatedContactID = "related"
	r.Related = &session.Session{
		ID: "related", Attributes: map[string]string{"a": "theirs", "b": "theirs"},
		State: session.State{Contacts: []session.Contact{{ID: "related", AssociationID: "root"}}},
	}
	room := begun(t, r)
	if diff := cmp.Diff(map[string]string{"a": "mine", "b": "theirs"}, room.s.Attributes); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	k := room.s.Current()
	if k.RelatedID != "related" || k.AssociationID != "root" || room.s.State.Past != nil {
		t.Errorf("related %q, root %q, past %v", k.RelatedID, k.AssociationID, room.s.State.Past)
	}
	r.Related.Attributes = filled(32_768, "x")
	_, err := r.Begin(contact.IDs{Contact: chatID}, contact.Settings{}, t0)
	wantKind(t, "both attributes together are too large", err, fault.Invalid)
}
