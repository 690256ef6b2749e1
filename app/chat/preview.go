package chat

import (
	"context"
	"unicode/utf8"

	"parley/domain/contact"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// maxPreview is how much of what a customer writes is shown before it is sent, in code points (our choice).
const maxPreview = 1024

// Bearer returns who shows a valid ConnectionToken of a chat of an instance; fault.Denied.
func (s *Service) Bearer(ctx context.Context, instance, bearer string) (Caller, error) {
	who, err := s.caller(bearer)
	if err != nil {
		return Caller{}, err
	}
	of, err := s.sessions.Instance(ctx, who.Session)
	if err != nil {
		return Caller{}, denied(err)
	}
	if of != instance {
		return Caller{}, fault.New(fault.Denied, "Access denied")
	}
	return who, nil
}

// Preview shows the agents and supervisors in a chat that a widget started what its customer has written so far, "" for nothing any
// more. It is pushed to who asked for it and nowhere kept; where it may not be shown (see contact.Previews) nothing happens.
// fault.NotFound: the widget did not start the chat, or it is not known that it did.
func (s *Service) Preview(ctx context.Context, who Caller, widget, text string) error {
	if utf8.RuneCountInString(text) > maxPreview {
		return fault.New(fault.Invalid, "text must have at most %d characters", maxPreview)
	}
	snap, p, err := s.present(ctx, who)
	if err != nil {
		return err
	}
	if err := startedBy(snap, widget); err != nil {
		return err
	}
	now := s.clock.Now()
	if shown, err := contact.Previews(snap, who.Participant, now); err != nil || !shown {
		return err
	}
	s.sessions.Preview(ctx, who.Session, transcript.Item{
		ID: s.newID(snap.ID), Time: now, Type: transcript.Event, ContentType: transcript.TypingPreview, Content: text,
		ContactID: snap.Current().ID, Author: p.Author(), Visibility: transcript.AgentOnly,
	})
	return nil
}
