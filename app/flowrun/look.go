package flowrun

import (
	"context"

	"parley/domain/catalog"
	"parley/domain/flow/interp"
	"parley/domain/quota"
	"parley/domain/routing"
	"parley/domain/session"
	"parley/internal/fault"
)

// look reads what a decision on a flow lacked, beside contents.
func (r *Runner) look(ctx context.Context, snap *session.Session, cfg *catalog.Config, out interp.Outcome) (err error) {
	instance := snap.InstanceID
	switch out.Kind {
	case interp.NeedMetrics:
		if cfg.Live == nil {
			cfg.Live = map[string]catalog.Live{}
		}
		_, standard := cfg.Queues[out.Subject]
		cfg.Live[out.Subject], err = r.live(ctx, instance, out.Subject, !standard)
		cfg.Stands = r.stands(ctx, snap)
	case interp.NeedUser:
		if cfg.Users == nil {
			cfg.Users = map[string]string{}
		}
		cfg.Users[out.Subject], err = r.userName(ctx, instance, out.Subject)
	case interp.NeedServed:
		if cfg.Served == nil {
			cfg.Served = map[string]string{}
		}
		cfg.Served[out.Subject], err = r.served(ctx, instance, out.Subject)
	case interp.NeedContact:
		if cfg.Past == nil {
			cfg.Past = map[string]*session.Session{}
		}
		cfg.Past[out.Subject], err = r.past(ctx, instance, out.Subject)
	}
	return err
}

// live reads the numbers of a queue, of a user's own with agentQueue. How many wait is what the store counts; the rest is
// what this node knows.
func (r *Runner) live(ctx context.Context, instance, queue string, agentQueue bool) (live catalog.Live, err error) {
	if r.Agents != nil {
		live = r.Agents.Live(ctx, instance, queue, agentQueue)
	}
	live.Contacts, err = r.sessions.Store.Usage(ctx, quota.Queued(instance, queue))
	return live, err
}

// stands is where the contact itself stands, nil if it waits in no queue.
func (r *Runner) stands(ctx context.Context, snap *session.Session) *interp.Standing {
	if r.Agents == nil {
		return nil
	}
	if at, ok := r.Agents.Stands(ctx, snap.InstanceID, snap.Current()); ok {
		return &at
	}
	return nil
}

// userName returns the name of a user, "" if there is none.
func (r *Runner) userName(ctx context.Context, instance, user string) (string, error) {
	if r.Agents == nil {
		return "", nil
	}
	name, err := r.Agents.UserName(ctx, instance, user)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return name, err
}

// served returns who served a customer last, "" if nobody is known.
func (r *Runner) served(ctx context.Context, instance, customer string) (string, error) {
	row, err := r.sessions.Store.Resource(ctx, instance, routing.ServedKind, routing.ServedID(customer))
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	s, err := routing.ParseServed(row.Document)
	return s.UserID, err
}

// past returns the chat of a contact, nil if there is none.
func (r *Runner) past(ctx context.Context, instance, contactID string) (*session.Session, error) {
	snap, err := r.sessions.Of(ctx, instance, contactID)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	return snap, err
}
