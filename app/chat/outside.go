package chat

import (
	"context"

	"parley/domain/contact"
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
	// Start is how a chat begins where none goes on; its Key names the chat, its Initial is what is said.
	Start contact.Start
	Deed  Deed
	Said  contact.Message // of Does: the event and what belongs to it
}

// mostTurns is how often the chat of a customer is looked for anew, when it ends or begins meanwhile (our choice).
const mostTurns = 5

// FromOutside does in the chat of a customer elsewhere what the channel tells. A message begins a chat where none goes on; anything else does
// nothing there, and initial is "".
func (s *Service) FromOutside(ctx context.Context, r Outside) (initial string, created bool, err error) {
	for range mostTurns {
		who, err := s.keyedCaller(ctx, r.Start.InstanceID, r.Start.Key)
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
