package router

import (
	"context"

	"parley/domain/agent"
	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/guide"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/work"
)

// HandleGuide sees to the guides of a contact's agent: those that are over end, and then the one that is wanted begins, in one
// commit with the answer to the deadline. Whatever changes what is wanted sets the deadline anew, so it is enough to read the chat
// as it is stored now.
func (r *Router) HandleGuide(ctx context.Context, ref change.DueRef) error {
	snap, err := r.o.Sessions.Fresh(ctx, ref.Owner)
	if fault.Is(err, fault.NotFound) {
		return r.answered(ctx, ref)
	}
	if err != nil {
		return err
	}
	k := snap.Contact(ref.Subject)
	if k == nil {
		return r.answered(ctx, ref)
	}
	cfg, err := r.o.Config(ctx, snap.InstanceID)
	if fault.Is(err, fault.NotFound) { // the instance was deleted: guides are over, too
		cfg, err = catalog.Config{}, nil
	}
	if err != nil {
		return err
	}
	wanted, f := guide.Wanted(k, cfg)
	for _, hook := range guide.Hooks() {
		if hook != wanted {
			if err := r.endGuide(ctx, guide.ID(k.ID, hook)); err != nil {
				return err
			}
		}
	}
	if wanted == "" {
		return r.answered(ctx, ref)
	}
	return r.beginGuide(ctx, ref, guide.Begin{Chat: snap, Contact: k, Hook: wanted, Flow: f})
}

// endGuide ends a guide, if there is one.
func (r *Router) endGuide(ctx context.Context, id string) error {
	_, err := r.o.Sessions.Decide(ctx, id, func(snap *session.Session) (*change.Set, error) {
		if snap.Status == session.Ended {
			return nil, nil
		}
		return r.draft(ctx, snap.State.Guide.UserID, (*contact.Draft).Stop)(snap)
	})
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// guideAttempts bounds how often a guide is begun anew because its agent was changed meanwhile; then the deadline comes up again.
const guideAttempts = 5

// beginGuide begins a guide that has not begun.
func (r *Router) beginGuide(ctx context.Context, ref change.DueRef, b guide.Begin) error {
	for range guideAttempts {
		_, err := r.o.Sessions.Fresh(ctx, guide.ID(b.Contact.ID, b.Hook))
		if err == nil {
			return r.answered(ctx, ref)
		}
		if !fault.Is(err, fault.NotFound) {
			return err
		}
		a, err := work.Agent(ctx, r.o.Sessions.Store, b.Chat.InstanceID, b.Contact.Agent.UserID)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		b.Agent = known(a, err)
		set, err := b.Set(newID(), r.o.Clock.Now())
		if err != nil {
			return err
		}
		set.Done = []change.DueRef{ref}
		_, err = r.o.Sessions.Commit(ctx, set)
		if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Duplicate) {
			return err
		}
	}
	return nil
}

// known is an agent that was read, nil if there is none.
func known(a agent.Agent, err error) *agent.Agent {
	if err != nil {
		return nil
	}
	return &a
}
