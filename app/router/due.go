package router

import (
	"context"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
)

// HandleDue does what a deadline of an agent is for: an offer is missed, after-contact work
// is over, or the agent has not come back.
func (r *Router) HandleDue(ctx context.Context, ref change.DueRef) error {
	if ref.Kind == DueAgent {
		return r.abandon(ctx, ref)
	}
	_, err := r.o.Sessions.DecideDue(ctx, ref, func(snap *session.Session) (*change.Set, error) {
		user := ""
		if k := snap.Contact(ref.Subject); ref.Kind == contact.DueWork && k != nil && k.Agent != nil {
			user = k.Agent.UserID
		}
		return r.draft(ctx, user, func(d *contact.Draft) error {
			d.Handled(ref)
			if ref.Kind == contact.DueWork {
				return d.ClearWork(ref.Subject, user)
			}
			return d.Miss(ref.Subject)
		})(snap)
	})
	return err
}
