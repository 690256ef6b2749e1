package router

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"parley/domain/agent"
	"parley/domain/change"
	"parley/internal/clock"
	"parley/internal/fault"
)

// kindBeat is the kind of the resource, in no instance, by which a node shows that it lives: one for each node to which workspaces are
// connected. Its version grows with each beat; nobody compares clocks.
const kindBeat = "node-beat"

// Beats (our choice): a crash is noticed within half a minute, and an idle server writes nothing.
const (
	beatEvery = 5 * time.Second
	missed    = 4 // beats after which a node is dead
)

// heart is what a router knows of who lives.
type heart struct {
	id string // of this node, since its start

	mu      sync.Mutex
	version int64                 // of this node's own row, 0 = there is none
	mine    map[key]bool          // who is connected here
	others  map[string]*lastHeard // by node
}

// lastHeard is the latest beat of another node, and when it was seen, by this node's own clock on the wall.
type lastHeard struct {
	version int64
	at      time.Time
}

// beats shows until ctx ends that this node lives, and has those noted as gone who were connected to nodes that do not.
func (r *Router) beats(ctx context.Context) {
	ticker := time.NewTicker(r.o.Beat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := r.beat(ctx); err != nil && ctx.Err() == nil {
			r.o.Log.WarnContext(ctx, "this node could not show that it lives; after a while its agents are noted as gone", slog.Any("error", err))
		}
		if err := r.mourn(ctx); err != nil && ctx.Err() == nil {
			r.o.Log.WarnContext(ctx, "the other nodes could not be looked at", slog.Any("error", err))
		}
	}
}

// hosts notes that a user is connected to this node or not any more; before the first one others hear of this node.
func (r *Router) hosts(ctx context.Context, who key, here bool) error {
	h := &r.heart
	h.mu.Lock()
	if here {
		h.mine[who] = true
	} else {
		delete(h.mine, who)
	}
	silent := here && h.version == 0
	h.mu.Unlock()
	if silent {
		return r.beat(ctx)
	}
	return nil
}

// beat writes this node's row anew while somebody is connected here. A row that others have buried is made again.
func (r *Router) beat(ctx context.Context) error {
	h := &r.heart
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.mine) == 0 {
		return nil
	}
	for range 2 {
		text, err := json.Marshal(struct{ Beat int64 }{h.version + 1})
		if err != nil {
			return err
		}
		row := change.Resource{Kind: kindBeat, ID: h.id, Version: h.version, Document: text}
		_, err = r.o.Sessions.Commit(ctx, &change.Set{ID: newID(), At: r.o.Clock.Now(), Resources: []change.Resource{row}})
		if err == nil {
			h.version++
			return nil
		}
		if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Duplicate) {
			return err
		}
		h.version = 0
	}
	return nil
}

// mourn looks for nodes whose beat stands still, notes their agents as gone and buries them.
func (r *Router) mourn(ctx context.Context) error {
	rows, err := r.list(ctx, "", kindBeat, nil)
	if err != nil {
		return err
	}
	for _, row := range r.heart.dead(rows, clock.Wall(), missed*r.o.Beat) {
		if err := r.bereave(ctx, row.ID); err != nil {
			return err
		}
		row.Delete = true
		_, err := r.o.Sessions.Commit(ctx, &change.Set{ID: newID(), At: r.o.Clock.Now(), Resources: []change.Resource{row}})
		if err != nil && !fault.Is(err, fault.Conflict) { // else it lives, or another node was faster
			return err
		}
	}
	return nil
}

// dead notes what is heard of the other nodes and returns those of which nothing was heard for so long.
func (h *heart) dead(rows []change.Resource, wall time.Time, silence time.Duration) (dead []change.Resource) {
	h.mu.Lock()
	defer h.mu.Unlock()
	heard := make(map[string]*lastHeard, len(rows))
	for i := range rows {
		row := &rows[i]
		last := h.others[row.ID]
		if last == nil || last.version != row.Version {
			last = &lastHeard{row.Version, wall}
		}
		heard[row.ID] = last
		if row.ID != h.id && wall.Sub(last.at) >= silence {
			dead = append(dead, *row)
		}
	}
	h.others = heard
	return dead
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
