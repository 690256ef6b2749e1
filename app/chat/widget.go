package chat

import (
	"context"

	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
)

// startedBy refuses a chat that a widget has not started, or of which it is not known; fault.NotFound.
func startedBy(snap *session.Session, widget string) error {
	if snap.State.Widget != widget {
		return fault.New(fault.NotFound, "This widget has not started the chat")
	}
	return nil
}

// CustomerOf refuses who has no part in a chat, or is not its customer: fault.Denied; and a chat that the widget did not start: fault.NotFound.
func (s *Service) CustomerOf(ctx context.Context, who Caller, widget string) error {
	snap, p, err := s.present(ctx, who)
	if err != nil {
		return err
	}
	if p.Role != transcript.Customer {
		return fault.New(fault.Denied, "Access denied: only customers are told of messages")
	}
	return startedBy(snap, widget)
}

// Rejoin returns the seat of the customer in the chat that goes on under a key (contact.Start.Key), with the same participant token
// as its start did; fault.NotFound where none goes on, or where the chat is no longer of that CustomerId.
func (s *Service) Rejoin(ctx context.Context, instance, key, customer string) (Started, error) {
	who, err := s.keyedCaller(ctx, instance, key)
	if err != nil {
		return Started{}, err
	}
	snap, _, err := s.present(ctx, who)
	if fault.Is(err, fault.Denied) || err == nil && !of(snap, customer) {
		return Started{}, fault.New(fault.NotFound, "No chat of the customer goes on")
	}
	if err != nil {
		return Started{}, err
	}
	return s.withToken(Started{ContactID: who.Session, ParticipantID: who.Participant}), nil
}

// of reports whether a chat began as that of a CustomerId, and still is.
func of(snap *session.Session, customer string) bool {
	return customer != "" && snap.State.Contacts[0].CustomerID == customer && snap.Current().CustomerID == customer
}

// mostLooked is how many contacts of a customer are looked through for the last chat of a widget (our choice).
const mostLooked = 20

// LastOf returns the newest chat of a CustomerId that a widget started and that has ended, by its initial contact; "" for none.
func (s *Service) LastOf(ctx context.Context, instance, widget, customer string) (string, error) {
	rows, err := s.store.Contacts(ctx, store.ContactQuery{
		Instance: instance, Order: store.Initiated, Descending: true, Limit: mostLooked, ContactFilter: store.ContactFilter{Customer: customer},
	})
	if err != nil {
		return "", err
	}
	seen := map[string]bool{}
	for i := range rows {
		id := rows[i].SessionID
		if seen[id] {
			continue
		}
		seen[id] = true
		snap, err := s.sessions.Current(ctx, id)
		if fault.Is(err, fault.NotFound) { // erased meanwhile
			continue
		}
		if err != nil {
			return "", err
		}
		if snap.Status == session.Ended && snap.State.Widget == widget && of(snap, customer) {
			return id, nil
		}
	}
	return "", nil
}
