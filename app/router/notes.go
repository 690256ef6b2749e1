package router

import (
	"context"
	"time"

	"parley/bus"
	"parley/domain/agent"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/remark"
	"parley/domain/session"
	"parley/internal/fault"
)

// Written is what a user writes about a contact.
type Written struct {
	ContactID string
	UserID    string
	// Anywhere: the user may write about any contact of the instance, not only about those that concern it.
	Anywhere bool
	Text     string
	Mentions []string // users who are told
}

// Note writes a note on a contact; in the same commit the mentioned agents are told, wherever they are connected. fault.NotFound if the
// contact does not concern the user.
func (r *Router) Note(ctx context.Context, instance string, w Written) (note session.Note, err error) {
	id, err := r.o.Sessions.ChatOf(ctx, instance, w.ContactID)
	if err != nil {
		return note, err
	}
	_, err = r.o.Sessions.Decide(ctx, id, func(snap *session.Session) (*change.Set, error) {
		if !w.Anywhere && !remark.Concerned(snap, w.UserID) {
			return nil, fault.New(fault.NotFound, "The contact was not found")
		}
		d, err := r.o.Sessions.Draft(ctx, snap, newID(), r.o.Clock.Now())
		if err != nil {
			return nil, err
		}
		for _, user := range w.Mentions {
			a, err := r.Agent(ctx, instance, user)
			if err != nil {
				return nil, err
			}
			d.Know(a)
		}
		if note, err = remark.Note(d, w.ContactID, session.Note{ID: newID(), UserID: w.UserID, Text: w.Text, Mentions: w.Mentions}); err != nil {
			return nil, err
		}
		return d.Changes(), nil
	})
	return note, err
}

// See forgets the mention of a user in a note.
func (r *Router) See(ctx context.Context, instance, user, note string) error {
	return r.edit(ctx, instance, user, nil, func(a agent.Agent, _ time.Time) (agent.Agent, error) { return a.See(note), nil })
}

// Dispose says what became of a contact of a user; codes are those that may be used, nil = any.
func (r *Router) Dispose(ctx context.Context, instance, contactID string, said session.Disposition, codes []string) error {
	err := r.inChat(ctx, instance, said.UserID, contactID, func(d *contact.Draft) error { return remark.Dispose(d, contactID, said, codes) })
	if err == nil { // nothing of the agent itself has changed, yet who watches it shows it
		r.o.Bus.Publish(ctx, bus.Routing, bus.Hint{Key: instance + "/" + agent.Kind + "/" + said.UserID})
	}
	return err
}
