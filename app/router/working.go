package router

import (
	"context"
	"time"

	"parley/domain/agent"
	"parley/domain/routing"
	"parley/internal/fault"
)

// Working is an agent who is at work or has a contact, as routing sees it.
type Working struct {
	agent.Agent
	Routing   routing.Agent
	ProfileID string
}

// Now is the time by which the router counts.
func (r *Router) Now() time.Time { return r.o.Clock.Now() }

// Working returns the agents of an instance who are at work or have a contact, as the store has them.
func (r *Router) Working(ctx context.Context, instance string) (all []Working, err error) {
	agents, err := r.Online(ctx, instance)
	if err != nil {
		return nil, err
	}
	for _, a := range agents {
		w, err := r.o.People.Worker(ctx, instance, a.UserID)
		if fault.Is(err, fault.NotFound) { // deleted
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, Working{a, a.Routing(w.Profile), w.ProfileID})
	}
	return all, nil
}

// Waiting returns the contacts that wait in queues of an instance, as the store has them: also those that are offered to somebody.
func (r *Router) Waiting(ctx context.Context, instance string) (all []routing.Waiting, err error) {
	rows, err := r.list(ctx, instance, routing.Kind, nil)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		w, err := routing.ParseWaiting(rows[i].ID, rows[i].Document)
		if err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	return all, nil
}
