package router

import (
	"context"
	"log/slog"
	"time"

	"parley/domain/agent"
	"parley/domain/change"
	"parley/domain/routing"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/loop"
	"parley/store"
)

// catchUp brings onto the Board what this node wrote, and reads what is in doubt.
func (r *Router) catchUp(ctx context.Context, d *desk) {
	d.lock.Lock()
	defer d.lock.Unlock()
	wall := clock.Wall()
	news, doubts, stale := d.take(wall)
	if stale {
		r.reread(ctx, d)
	}
	for i := range news {
		r.put(ctx, d, &news[i])
	}
	for k, in := range doubts {
		if !in.force && d.facts[k].version >= in.version {
			continue
		}
		if err := r.read(ctx, d, k); err != nil { // the store is away: again
			in.at = wall.Add(r.o.Yield)
			d.doubt(k, in)
		}
	}
}

// read reads one document anew.
func (r *Router) read(ctx context.Context, d *desk, k key) error {
	row, err := r.o.Sessions.Store.Resource(ctx, d.instance, k.kind, k.id)
	if fault.Is(err, fault.NotFound) {
		row, err = &change.Resource{Kind: k.kind, ID: k.id, Version: d.facts[k].version + 1, Delete: true}, nil
	}
	if err == nil {
		r.put(ctx, d, row)
	}
	return err
}

// put brings a document onto the Board of a desk that is locked. What cannot be read is left out: routing the others matters more.
func (r *Router) put(ctx context.Context, d *desk, row *change.Resource) {
	if d.facts[key{row.Kind, row.ID}].version < row.Version {
		r.watchers.seen(d.instance, row)
	}
	if err := d.put(row, func(user string) (Worker, bool) { return r.worker(ctx, d, user) }, r.o.Clock.Now()); err != nil {
		r.o.Log.ErrorContext(ctx, "a document of routing cannot be read", slog.String("kind", row.Kind), slog.String("id", row.ID), slog.Any("error", err))
	}
}

// worker returns a user, remembered until the instance is configured anew. Without an answer the agent is
// offered nothing; the next look asks again.
func (r *Router) worker(ctx context.Context, d *desk, user string) (Worker, bool) {
	if w, ok := d.workers[user]; ok {
		return w, true
	}
	w, err := r.o.People.Worker(ctx, d.instance, user)
	if err != nil && !fault.Is(err, fault.NotFound) {
		delete(d.facts, key{agent.Kind, user})
		r.o.Log.ErrorContext(ctx, "a user cannot be read for routing", slog.String("user", user), slog.Any("error", err))
	}
	return w, err == nil
}

// reread reads the users of a desk again.
func (r *Router) reread(ctx context.Context, d *desk) {
	agents := d.agents
	d.workers, d.agents = map[string]Worker{}, make(map[string]agent.Agent, len(agents))
	for _, a := range agents {
		d.putAgent(a, func(user string) (Worker, bool) { return r.worker(ctx, d, user) })
	}
}

// look reads all agents and waiting contacts now and then, of large instances more rarely: whatever no hint told of.
func (r *Router) look(ctx context.Context) {
	for ctx.Err() == nil {
		began := clock.Wall()
		if err := loop.Survive(func() error { return r.lookAtAll(ctx) }); err != nil && ctx.Err() == nil {
			r.o.Log.ErrorContext(ctx, "routing cannot read the store", slog.Any("error", err))
		}
		r.Wake()
		timer := time.NewTimer(max(r.o.Look, lookShare*clock.Wall().Sub(began)))
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// lookShare bounds the time that looks take: one part in so many (our choice).
const lookShare = 50

func (r *Router) lookAtAll(ctx context.Context) error {
	instances, err := r.o.People.Instances(ctx)
	if err != nil {
		return err
	}
	for _, instance := range instances {
		if err := r.lookAt(ctx, r.desk(instance)); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return nil
}

// lookAgain has everything read anew at once.
func (r *Router) lookAgain() {
	for _, d := range r.all() {
		d.lock.Lock()
		for k := range d.facts {
			d.doubt(k, doubt{at: clock.Wall(), force: true})
		}
		d.lock.Unlock()
	}
	r.Wake()
}

// lookAt compares what a desk knows with the store.
func (r *Router) lookAt(ctx context.Context, d *desk) error {
	config, err := r.o.People.Configured(ctx, d.instance)
	if err != nil {
		return err
	}
	d.lock.Lock()
	d.looks++
	if d.config != config {
		d.config = config
		d.reconfigured()
		r.overseer.note(d.instance)
	}
	d.lock.Unlock()
	var rows []change.Resource
	for _, kind := range []string{agent.Kind, routing.Kind} {
		if rows, err = r.list(ctx, d.instance, kind, rows); err != nil {
			return err
		}
	}
	d.lock.Lock()
	defer d.lock.Unlock()
	found := make(map[key]bool, len(rows))
	for i := range rows {
		found[key{rows[i].Kind, rows[i].ID}] = true
		r.put(ctx, d, &rows[i])
	}
	for k, f := range d.facts { // what was learned since the look began may not have been there yet
		switch {
		case found[k] || f.since >= d.looks:
		case f.gone:
			delete(d.facts, k)
		default:
			r.put(ctx, d, &change.Resource{Kind: k.kind, ID: k.id, Version: f.version + 1, Delete: true})
		}
	}
	return nil
}

func (r *Router) list(ctx context.Context, instance, kind string, rows []change.Resource) ([]change.Resource, error) {
	for row, err := range store.All(ctx, r.o.Sessions.Store, instance, kind, "") {
		if err != nil {
			return nil, err
		}
		rows = append(rows, *row)
	}
	return rows, nil
}
