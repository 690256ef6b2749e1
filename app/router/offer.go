package router

import (
	"context"
	"log/slog"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/routing"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/loop"
	"parley/work"
)

// carryOut offers a contact as the Board proposed. A panic is the failure of this one proposal.
func (r *Router) carryOut(ctx context.Context, d *desk, a routing.Assignment) {
	err := loop.Survive(func() error { return r.propose(ctx, d.instance, a) })
	r.counts.note(err)
	if err == nil {
		return
	}
	if ctx.Err() == nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotFound) {
		r.o.Log.ErrorContext(ctx, "a contact could not be offered", slog.String("contact", a.Contact), slog.Any("error", err))
	}
	if err := loop.Survive(func() error { return r.bury(ctx, d.instance, a) }); err != nil && ctx.Err() == nil {
		r.o.Log.ErrorContext(ctx, "the document of a contact that waits no more could not be deleted", slog.String("contact", a.Contact), slog.Any("error", err))
	}
	d.refused(a, clock.Wall())
	r.Wake()
}

// bury deletes the document of a contact that waits no more and does not know of it: a server of a version before there
// were agents has ended the chat.
func (r *Router) bury(ctx context.Context, instance string, a routing.Assignment) error {
	snap, err := r.o.Sessions.Fresh(ctx, a.Session)
	if err == nil {
		if k := snap.Contact(a.Contact); k != nil && (k.Queued() || k.Waiting > 0) {
			return nil
		}
	} else if !fault.Is(err, fault.NotFound) {
		return err
	}
	row, err := r.o.Sessions.Store.Resource(ctx, instance, routing.Kind, a.Contact)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	row.Delete = true
	_, err = r.o.Sessions.Commit(ctx, &change.Set{ID: newID(), At: r.o.Clock.Now(), Resources: []change.Resource{*row}})
	if fault.Is(err, fault.Conflict) { // another node did
		return nil
	}
	return err
}

// propose commits an offer; a user who accepts by itself takes the contact in the same commit.
func (r *Router) propose(ctx context.Context, instance string, a routing.Assignment) error {
	w, err := r.o.People.Worker(ctx, instance, a.Agent)
	if err != nil {
		return err
	}
	take, err := r.taking(ctx, instance, a.Agent, a.Contact, w)
	if err != nil {
		return err
	}
	return r.decide(ctx, a.Session, a.Agent, func(d *contact.Draft) error {
		if err := d.Offer(a.Contact, a.Agent, w.Concurrency); err != nil || !w.AutoAccept {
			return err
		}
		return take(d)
	})
}

// taking is how a user takes an offered contact.
func (r *Router) taking(ctx context.Context, instance, user, contactID string, w Worker) (func(*contact.Draft) error, error) {
	cfg, err := r.o.Config(ctx, instance)
	return func(d *contact.Draft) error {
		if err := d.Accept(contactID, w.taker(user)); err != nil {
			return err
		}
		d.Whisper(contactID, cfg)
		return r.remember(ctx, d, contactID, user, cfg)
	}, err
}

func (w Worker) taker(user string) contact.Taker {
	return contact.Taker{UserID: user, DisplayName: w.DisplayName, Names: w.Names, WorkLimit: w.WorkLimit, ProfileID: w.ProfileID, Groups: w.Groups}
}

// decide makes a decision on a session and on an agent.
func (r *Router) decide(ctx context.Context, session, user string, edit func(*contact.Draft) error) error {
	_, err := r.o.Sessions.Decide(ctx, session, r.draft(ctx, user, edit))
	return err
}

// draft makes a rule of an edit of a session and an agent.
func (r *Router) draft(ctx context.Context, user string, edit func(*contact.Draft) error) work.Rule {
	return r.o.Sessions.Edit(ctx, "router", r.o.Clock, edit, user)
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }
