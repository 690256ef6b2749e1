package node

import (
	"context"
	"log/slog"
	"time"

	"parley/domain/metric"
	"parley/internal/fault"
	"parley/internal/loop"
	"parley/work/measure"
)

// worked reads how agents spent their time. Profile and hierarchy are those that a user has now.
func (n *Node) worked() measure.Clock {
	staff := workers{n.people, n.resources}
	return measure.Clock{Store: n.store, Now: n.clock.Now, Staff: func(ctx context.Context, instance, user string) (metric.Agent, error) {
		w, err := staff.Worker(ctx, instance, user)
		return metric.Agent{ID: user, Profile: w.ProfileID, Groups: w.Groups}, err
	}}
}

// forgetEvery is how often what agents did long ago is forgotten (our choice).
const forgetEvery = time.Hour

// forget deletes until ctx ends how agents spent their time, once nobody can ask for it any more.
func (n *Node) forget(ctx context.Context) {
	exists := func(ctx context.Context, instance string) (bool, error) {
		_, err := n.admin.Instance(ctx, instance)
		if fault.Is(err, fault.NotFound) {
			return false, nil
		}
		return err == nil, err
	}
	loop.Every(ctx, forgetEvery, func() error { return n.worked().Forget(ctx, exists) }, func(err error) {
		n.log.ErrorContext(ctx, "what agents did long ago cannot be deleted", slog.Any("error", err))
	})
}
