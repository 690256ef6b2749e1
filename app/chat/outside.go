package chat

import (
	"context"
	"encoding/json"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/outside"
	"parley/domain/session"
	"parley/internal/fault"
)

// Deed is what a channel elsewhere tells of its customer.
type Deed string

// The deeds (ChatEventType).
const (
	Says   Deed = "MESSAGE"
	Does   Deed = "EVENT"
	Leaves Deed = "DISCONNECT"
)

// Outside is something that a channel elsewhere tells (SendChatIntegrationEvent).
type Outside struct {
	// Start is how a chat begins where none goes on; its Outside names the chat, its Initial is what is said.
	Start contact.Start
	Deed  Deed
	Said  contact.Message // of Does: the event and what belongs to it
}

// kindOutside are documents that exist as long as a customer elsewhere, or a signed-in one of a widget, has a chat here. ID: the chat's key.
const kindOutside = "outside-chat"

// outsideChat is such a document. It is created with the chat and deleted with its end: its version is 1.
type outsideChat struct {
	Session     string `json:"session"`
	Participant string `json:"participant"`
}

func outsideDocument(instance, key string, ids contact.IDs) change.Resource {
	document, _ := json.Marshal(outsideChat{ids.Contact, ids.Participant}) // texts always encode
	return change.Resource{Instance: instance, Kind: kindOutside, ID: key, Document: document}
}

// letGo forgets whose chat it is, when a change ends it or lets its customer go.
func letGo(_ context.Context, _ *session.Session, set *change.Set) {
	if set.Session == nil || set.Session.Next == nil || !outside.Over(set.Session.Next) {
		return
	}
	next := set.Session.Next
	set.Resources = append(set.Resources, change.Resource{Instance: next.InstanceID, Kind: kindOutside, ID: next.State.Outside, Version: 1, Delete: true})
	next.State.Outside = ""
	set.Session.Parts |= change.State
}

// mostTurns is how often the chat of a customer is looked for anew, when it ends or begins meanwhile (our choice).
const mostTurns = 5

// FromOutside does in the chat of a customer elsewhere what the channel tells. A message begins a chat where none goes on; anything else does
// nothing there, and initial is "".
func (s *Service) FromOutside(ctx context.Context, r Outside) (initial string, created bool, err error) {
	for range mostTurns {
		who, err := s.outsideCaller(ctx, r.Start.InstanceID, r.Start.Outside)
		switch {
		case fault.Is(err, fault.NotFound) && r.Deed != Says:
			return "", false, nil
		case fault.Is(err, fault.NotFound):
			initial, err = s.beginOutside(ctx, r)
			if err == nil || !fault.Is(err, fault.Duplicate) {
				return initial, err == nil, err
			}
		case err != nil:
			return "", false, err
		default:
			if err = s.goOn(ctx, who, r); err == nil || !fault.Is(err, fault.Denied) {
				return who.Session, false, err
			}
		}
	}
	return "", false, fault.New(fault.Unavailable, "The chat is too busy; try again")
}

// outsideCaller is the customer elsewhere in the chat that goes on; fault.NotFound.
func (s *Service) outsideCaller(ctx context.Context, instance, key string) (who Caller, err error) {
	row, err := s.store.Resource(ctx, instance, kindOutside, key)
	if err != nil {
		return who, err
	}
	var doc outsideChat
	if err := json.Unmarshal(row.Document, &doc); err != nil {
		return who, fault.Wrap(fault.Internal, err, "the document of a chat from elsewhere cannot be read")
	}
	return Caller(doc), nil
}

// beginOutside begins a chat with a message, and connects the customer, who has no socket.
func (s *Service) beginOutside(ctx context.Context, r Outside) (string, error) {
	start := r.Start
	start.Initial = &r.Said
	if start.Stream != nil {
		start.Stream = &session.Stream{ID: s.newID(""), ARN: start.Stream.ARN}
	}
	done, err := s.Start(ctx, Start{Start: start})
	if err != nil {
		return "", err
	}
	_, err = s.connection(ctx, Caller{done.ContactID, done.ParticipantID}, Connect{Participant: true})
	return done.ContactID, err
}

// goOn does something in a chat that goes on. A server that died after it had begun the chat had not connected the customer.
func (s *Service) goOn(ctx context.Context, who Caller, r Outside) error {
	c, err := s.connection(ctx, who, Connect{Participant: true, Credentials: true})
	if err != nil {
		return err
	}
	switch r.Deed {
	case Leaves:
		return s.Disconnect(ctx, c.ConnectionToken, "")
	case Does:
		_, err = s.Event(ctx, c.ConnectionToken, r.Said.ContentType, r.Said.Content)
	default:
		_, err = s.Send(ctx, c.ConnectionToken, r.Said, "")
	}
	return err
}
