package router

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"parley/domain/agent"
	"parley/domain/change"
	"parley/internal/fault"
	"parley/internal/loop"
	"parley/work/heart"
)

// kindBeat is the kind of the resource, in no instance, by which a node shows that it lives: one for each node to which workspaces are
// connected.
const kindBeat = "node-beat"

// here is who is connected to this node.
type here struct {
	node string // this one, since its start

	mu   sync.Mutex   // never held during a call
	mine map[key]bool // who is connected here
	owed map[key]bool // who has gone from here and could not be noted as gone
}

// busy tells whether somebody is connected to this node.
func (h *here) busy() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.mine) > 0
}

// beats shows until ctx ends that this node lives, and has those noted as gone who were connected to nodes that do not.
func (r *Router) beats(ctx context.Context) {
	warn := func(trouble string, err error) {
		if err != nil && ctx.Err() == nil {
			r.o.Log.WarnContext(ctx, trouble, slog.Any("error", err))
		}
	}
	loop.Every(ctx, heart.Every, func() error {
		warn("this node could not show that it lives; after a while its agents are noted as gone", loop.Survive(func() error { return r.heart.Beat(ctx) }))
		warn("agents who have gone could not be noted as gone", loop.Survive(func() error { return r.settle(ctx) }))
		return r.heart.Mourn(ctx)
	}, func(err error) { warn("the other nodes could not be looked at", err) })
}

// came notes that a user is connected to this node; when it returns nil, others know of this node.
func (r *Router) came(ctx context.Context, who key) error {
	h := &r.here
	h.mu.Lock()
	h.mine[who] = true
	delete(h.owed, who)
	h.mu.Unlock()
	return r.heart.Took(ctx)
}

// went notes that a user is not connected to this node any more.
func (r *Router) went(who key) {
	r.here.mu.Lock()
	delete(r.here.mine, who)
	r.here.mu.Unlock()
	r.heart.Left()
}

// owe notes that a user who has gone from here is still to be noted as gone, unless it is back.
func (h *here) owe(who key) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.mine[who] {
		h.owed[who] = true
	}
}

// has reports whether a user is connected to this node.
func (h *here) has(who key) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.mine[who]
}

// settle notes those as gone for whom the store had no answer when they went.
func (r *Router) settle(ctx context.Context) (failed error) {
	h := &r.here
	h.mu.Lock()
	owed := slices.Collect(maps.Keys(h.owed))
	h.mu.Unlock()
	for _, who := range owed {
		err := r.loseFrom(ctx, who.kind, who.id, h.node)
		if h.has(who) { // it came back at the same moment
			err = r.Connect(ctx, who.kind, who.id)
		}
		if ignore(err, fault.NotFound) != nil {
			failed = errors.Join(failed, err)
			continue
		}
		h.mu.Lock()
		delete(h.owed, who)
		h.mu.Unlock()
	}
	return failed
}

// bereave notes those as gone who were connected to a node.
func (r *Router) bereave(ctx context.Context, node string) error {
	return r.eachAgent(ctx, func(instance string, row *change.Resource) error {
		a, err := agent.Parse(instance, row.ID, row.Version, row.Document)
		if err != nil || a.Node != node || !a.Present() {
			return nil //nolint:nilerr // who cannot be read is none of the node's
		}
		return r.loseFrom(ctx, instance, a.UserID, node)
	})
}
