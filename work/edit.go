package work

import (
	"context"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/internal/clock"
	"parley/internal/fault"
)

// Edit makes a rule of an edit: a decision on a chat with the agents who have a share in it, and with others on whom it depends, at
// the time of the clock. maker says whose decisions these are to what makes ids (ident.Source).
func (w *Sessions) Edit(ctx context.Context, maker string, c *clock.Clock, edit func(*contact.Draft) error, others ...string) Rule {
	return func(snap *session.Session) (*change.Set, error) {
		d, err := w.Draft(ctx, snap, w.IDs.New(maker, snap.ID), c.Now(), others...)
		if err != nil {
			return nil, err
		}
		if err := edit(d); err != nil {
			return nil, err
		}
		return d.Changes(), nil
	}
}

// ChatOf returns the id of the chat that a contact of an instance belongs to; fault.NotFound, in words for who asked.
func (w *Sessions) ChatOf(ctx context.Context, instance, contactID string) (string, error) {
	id, err := w.Store.SessionOf(ctx, instance, contactID)
	if fault.Is(err, fault.NotFound) {
		return "", fault.Wrap(fault.NotFound, err, "The contact was not found")
	}
	return id, err
}

// Of returns the chat of a contact as it stands now, whatever node changed it last; fault.NotFound, in words for who asked.
func (w *Sessions) Of(ctx context.Context, instance, contactID string) (*session.Session, error) {
	id, err := w.ChatOf(ctx, instance, contactID)
	if err != nil {
		return nil, err
	}
	return w.Current(ctx, id)
}
