package router

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"parley/domain/agent"
	"parley/domain/change"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/loop"
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

	row     sync.Mutex // held while this node's own row is written, however long the store takes
	version int64      // of that row, 0 = there is none

	mu     sync.Mutex            // guards what follows, and is never held during a call
	mine   map[key]bool          // who is connected here
	shown  bool                  // the row says that the node lives, since somebody has been here
	owed   map[key]bool          // who has gone from here and could not be noted as gone
	others map[string]*lastHeard // by node
}

// lastHeard is the latest beat of another node, and when it was seen, by this node's own clock on the wall.
type lastHeard struct {
	version int64
	at      time.Time
}

// beats shows until ctx ends that this node lives, and has those noted as gone who were connected to nodes that do not.
func (r *Router) beats(ctx context.Context) {
	warn := func(trouble string, err error) {
		if err != nil && ctx.Err() == nil {
			r.o.Log.WarnContext(ctx, trouble, slog.Any("error", err))
		}
	}
	loop.Every(ctx, r.o.Beat, func() error {
		warn("this node could not show that it lives; after a while its agents are noted as gone", loop.Survive(func() error { return r.beat(ctx) }))
		warn("agents who have gone could not be noted as gone", loop.Survive(func() error { return r.settle(ctx) }))
		return r.mourn(ctx)
	}, func(err error) { warn("the other nodes could not be looked at", err) })
}

// hosts notes that a user is connected to this node or not any more; before the first one others hear of this node. It was quiet while
// nobody was here, and its row may be buried.
func (r *Router) hosts(ctx context.Context, who key, here bool) error {
	h := &r.heart
	h.mu.Lock()
	if here {
		h.mine[who] = true
		delete(h.owed, who)
	} else {
		delete(h.mine, who)
		h.shown = h.shown && len(h.mine) > 0
	}
	silent := here && !h.shown
	h.mu.Unlock()
	if silent {
		return r.beat(ctx)
	}
	return nil
}

// owe notes that a user who has gone from here is still to be noted as gone, unless it is back.
func (h *heart) owe(who key) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.mine[who] {
		h.owed[who] = true
	}
}

// has reports whether a user is connected to this node.
func (h *heart) has(who key) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.mine[who]
}

// settle notes those as gone for whom the store had no answer when they went.
func (r *Router) settle(ctx context.Context) (failed error) {
	h := &r.heart
	h.mu.Lock()
	owed := slices.Collect(maps.Keys(h.owed))
	h.mu.Unlock()
	for _, who := range owed {
		err := r.loseFrom(ctx, who.kind, who.id, h.id)
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

// beat writes this node's row anew while somebody is connected here. A row that others have buried is made again.
func (r *Router) beat(ctx context.Context) error {
	h := &r.heart
	h.row.Lock()
	defer h.row.Unlock()
	if !h.hosting(false) {
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
			h.hosting(true)
			return nil
		}
		if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Duplicate) {
			return err
		}
		if h.version, err = r.lastBeat(ctx, h.id); err != nil { // buried, or written in a commit whose answer was lost
			return err
		}
	}
	return nil
}

// hosting reports whether somebody is connected here, and notes that others have been shown so.
func (h *heart) hosting(shown bool) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.shown = len(h.mine) > 0 && (h.shown || shown)
	return len(h.mine) > 0
}

// lastBeat is the version of a node's row, 0 if there is none.
func (r *Router) lastBeat(ctx context.Context, node string) (int64, error) {
	row, err := r.o.Sessions.Store.Resource(ctx, "", kindBeat, node)
	if fault.Is(err, fault.NotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return row.Version, nil
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
