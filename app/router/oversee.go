package router

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"

	"parley/domain/agent"
	"parley/domain/contact"
	"parley/internal/fault"
	"parley/internal/loop"
)

// Supervision is what a user may do as a supervisor.
type Supervision struct {
	Listen bool // watch chats
	Barge  bool // take part in them
}

// overseer knows in which instances somebody may watch chats who may not any more: where something was configured anew, and where
// somebody has begun to watch. The zero overseer knows of none.
type overseer struct {
	mu    sync.Mutex
	doubt map[string]bool
	wake  chan struct{}
}

func (o *overseer) note(instance string) {
	o.mu.Lock()
	o.doubt[instance] = true
	o.mu.Unlock()
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

func (o *overseer) take() (instances []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for instance := range o.doubt {
		instances = append(instances, instance)
	}
	clear(o.doubt)
	return instances
}

// oversees ends what supervisors may not do any more, until ctx ends.
func (r *Router) oversees(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.overseer.wake:
		}
		for _, instance := range r.overseer.take() {
			err := loop.Survive(func() error { return r.oversee(ctx, instance) })
			if ignore(err, fault.NotFound) != nil && ctx.Err() == nil {
				r.o.Log.ErrorContext(ctx, "supervisors cannot be held to their permissions", slog.String("instance", instance), slog.Any("error", err))
				time.AfterFunc(r.o.Look, func() { r.overseer.note(instance) })
			}
		}
	}
}

// oversee holds the supervisors of an instance to what they may do now.
func (r *Router) oversee(ctx context.Context, instance string) error {
	rows, err := r.list(ctx, instance, agent.KindWatching, nil)
	if err != nil {
		return err
	}
	var lost error
	for i := range rows {
		user := rows[i].ID
		may, err := r.o.Supervises(ctx, instance, user)
		switch {
		case fault.Is(err, fault.NotFound):
			err = nil // it is taken out before it is deleted
		case err != nil:
		case !may.Listen:
			err = r.Unwatch(ctx, instance, user, r.o.Clock.Now())
		case !may.Barge:
			err = r.stepBack(ctx, instance, user)
		}
		lost = cmp.Or(lost, err)
	}
	return lost
}

// stepBack has a supervisor only watch where it takes part; where no agent is left to be watched it leaves.
func (r *Router) stepBack(ctx context.Context, instance, user string) error {
	cfg, err := r.o.Config(ctx, instance)
	if err != nil {
		return err
	}
	return r.supervised(ctx, instance, user, func(d *contact.Draft) error {
		if err := d.Barge(user, false); !fault.Is(err, fault.Rule) {
			return err
		}
		return d.Disconnect(d.Session().User(user).ID, cfg)
	})
}
