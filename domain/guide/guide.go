// Package guide holds the rules of the guides of agents (Amazon Connect, step-by-step guides; flow language,
// UpdateContactEventHooks with DefaultAgentUI and DisconnectAgentUI).
//
// A guide is a chat of its own, in which the agent is the customer. It guarantees: each contact has at most one guide at
// each hook, whoever begins it and how often; a guide counts as nobody's chat, and the customer's own chat knows nothing of it.
package guide

import (
	"time"

	"github.com/google/uuid"

	"parley/domain/agent"
	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
)

// Hooks lists the hooks at which guides run.
func Hooks() []string { return []string{contact.HookAgentUI, contact.HookAgentUIEnd} }

// ID is the id of the guide that a contact has at a hook, of its chat and of the contact in it. It is derived, so that two who begin
// the guide at once begin the same one.
func ID(contactID, hook string) string {
	space, err := uuid.Parse(contactID)
	if err != nil {
		space = uuid.NameSpaceOID
	}
	return uuid.NewSHA1(space, []byte("guide"+hook)).String()
}

// Wanted says at which hook a contact has a guide now, "" for none, and which flow guides: the one of DefaultAgentUI from the
// agent's acceptance to the end of its work on the contact, that of DisconnectAgentUI instead of it during after-contact work
// (our choice: without the second the first goes on).
func Wanted(k *session.Contact, cfg catalog.Config) (hook string, f catalog.FlowRef) {
	if k.Agent == nil || !k.Agent.WorkEnded.IsZero() {
		return "", f
	}
	if !k.Agent.WorkBegan.IsZero() {
		if f, ok := contact.FlowOn(&cfg, k, contact.HookAgentUIEnd); ok {
			return contact.HookAgentUIEnd, f
		}
	}
	if f, ok := contact.FlowOn(&cfg, k, contact.HookAgentUI); ok {
		return contact.HookAgentUI, f
	}
	return "", f
}

// Begin is a request to begin a guide.
type Begin struct {
	Chat    *session.Session // of the customer
	Contact *session.Contact // which the agent has
	Hook    string
	Flow    catalog.FlowRef
	Agent   *agent.Agent // as it is stored, nil for a user who was deleted
}

// Set begins the guide: the agent has joined, and the flow runs at once, whether or not a client of the agent is connected (our
// choice). It copies the attributes of the customer's chat, as a chat with that RelatedContactId does. set is the new Set's id.
func (b Begin) Set(set string, now time.Time) (*change.Set, error) {
	s := b.session(now)
	p := s.Customer()
	out := &change.Set{
		ID: set, At: now,
		Session:  &change.Session{ID: s.ID, Create: true, Next: s, Parts: change.AllParts},
		Contacts: []change.Contact{{ID: s.ID, SessionID: s.ID, InstanceID: s.InstanceID}},
		Items:    []transcript.Item{{Type: transcript.Event, ContentType: transcript.Joined, ContactID: s.ID, Author: p.Author()}},
		Due: []change.Due{
			{DueKey: change.DueKey{Owner: s.ID, Kind: contact.DueFlow, Subject: s.ID}, At: now},
			{DueKey: change.DueKey{Owner: s.ID, Kind: contact.DueExpiry, Subject: s.ID}, At: s.State.Deadline},
		},
	}
	if b.Agent == nil {
		return out, nil
	}
	a, err := b.Agent.Guided(b.Contact.ID, s.ID)
	if err != nil { // it has the contact no more: nobody is to be told
		return out, nil
	}
	out.Resources, err = a.Written(now)
	return out, err
}

func (b Begin) session(now time.Time) *session.Session {
	id, subtype := ID(b.Contact.ID, b.Hook), "connect:Guide"
	participant := session.Participant{
		ID: uuid.NewSHA1(uuid.NameSpaceOID, []byte(id)).String(), Role: transcript.Customer, UserID: b.Contact.Agent.UserID, JoinedAt: now,
	}
	if p := b.Chat.Participant(b.Contact.Agent.ParticipantID); p != nil {
		participant.DisplayName = p.DisplayName
	}
	return &session.Session{
		ID: id, InstanceID: b.Chat.InstanceID, Status: session.Active, Attributes: b.Chat.Attributes,
		State: session.State{
			CreatedAt: now, Deadline: now.Add(contact.MaxDuration), ContentTypes: contentTypes(),
			Guide:        &session.Guide{UserID: b.Contact.Agent.UserID, ContactID: b.Contact.ID},
			Participants: []session.Participant{participant},
			Contacts: []session.Contact{{
				ID: id, AssociationID: b.Contact.AssociationID, RelatedID: b.Contact.ID, InitiationMethod: "API", FlowID: b.Flow.ID,
				CustomerID: b.Contact.CustomerID, LanguageCode: b.Contact.LanguageCode, InitiatedAt: now, ConnectedAt: now, UpdatedAt: now,
				SegmentAttributes: map[string]session.Value{session.Subtype: {String: &subtype}},
			}},
		},
		Flow: &session.Flow{ContactID: id, FlowID: b.Flow.ID, Content: b.Flow.Published},
	}
}

// contentTypes are what a guide may contain: whatever a chat may.
func contentTypes() []string {
	return []string{transcript.Plain, transcript.Markdown, transcript.JSON, transcript.Interactive, transcript.InteractiveResponse}
}
