package flowrun

import (
	"context"

	"parley/domain/contact"
	"parley/domain/flow/interp"
	"parley/domain/quota"
	"parley/domain/session"
	"parley/internal/fault"
)

// look reads what a decision on a flow lacked, beside contents.
func (r *Runner) look(ctx context.Context, instance string, cfg *contact.Config, out interp.Outcome) (err error) {
	switch out.Kind {
	case interp.NeedMetrics:
		if cfg.Live == nil {
			cfg.Live = map[string]contact.Live{}
		}
		cfg.Live[out.Subject], err = r.live(ctx, instance, out.Subject)
	case interp.NeedContact:
		if cfg.Past == nil {
			cfg.Past = map[string]*session.Session{}
		}
		cfg.Past[out.Subject], err = r.past(ctx, instance, out.Subject)
	}
	return err
}

// live reads the numbers of a queue. How long the oldest contact waits nobody
// counts yet, and there are no agents: this is the place for both.
func (r *Runner) live(ctx context.Context, instance, queue string) (contact.Live, error) {
	n, err := r.sessions.Store.Usage(ctx, quota.Queued(instance, queue))
	return contact.Live{Contacts: n}, err
}

// past returns the chat of a contact, nil if there is none.
func (r *Runner) past(ctx context.Context, instance, contactID string) (*session.Session, error) {
	id, err := r.sessions.Store.SessionOf(ctx, instance, contactID)
	var snap *session.Session
	if err == nil {
		snap, err = r.sessions.Current(ctx, id)
	}
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	return snap, err
}
