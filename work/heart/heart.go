// Package heart lets a node show the others that it lives, and finds those that do not any more.
//
// It guarantees: a node shows itself while it has something that others would have to see to, and an idle one writes nothing; a node is
// taken for dead only after it was silent for several beats by the clock of the node that listens: nobody compares clocks; whoever is dead
// is seen to at least once, by one of the others.
package heart

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/store"
)

// Every is how often Beat and Mourn are called (our choice): a crash is noticed within half a minute.
const (
	Every  = 5 * time.Second
	missed = 4 // beats after which a node is dead
)

// Options are what a Heart is made of.
type Options struct {
	Rows  store.Store
	Clock *clock.Clock
	// Kind is that of the rows, in no instance, by which nodes show that they live: their versions grow with each beat.
	Kind string
	Node string // this node, since its start
	// Busy tells whether there is something on this node that others would have to see to. It must not call the heart.
	Busy func() bool
	// Bereave sees to what was on a node that is dead. It may be called again for the same node.
	Bereave func(ctx context.Context, node string) error
}

// Heart is that of one node. It is safe for concurrent use.
type Heart struct {
	o Options

	row     sync.Mutex // held while this node's own row is written, however long the store takes
	version int64      // of that row, 0 = there is none

	mu     sync.Mutex // guards what follows, and is never held during a call
	shown  bool       // the row says that this node lives, since it has been busy
	others map[string]beat
}

// beat is the latest one of another node, and when it was seen, by this node's own clock on the wall.
type beat struct {
	version int64
	at      time.Time
}

// New returns the heart of a node that was never busy.
func New(o Options) *Heart {
	return &Heart{o: o, others: map[string]beat{}}
}

// Took is called after the node has taken something on: when it returns nil, others know of this node. It was quiet while there was
// nothing, and its row may be buried.
func (h *Heart) Took(ctx context.Context) error {
	h.mu.Lock()
	shown := h.shown
	h.mu.Unlock()
	if shown {
		return nil
	}
	return h.Beat(ctx)
}

// Left is called after the node has got rid of something.
func (h *Heart) Left() { h.busy(false) }

// Beat writes this node's row anew while it is busy. A row that others have buried is made again.
func (h *Heart) Beat(ctx context.Context) error {
	h.row.Lock()
	defer h.row.Unlock()
	if !h.busy(false) {
		return nil
	}
	for range 2 {
		err := h.write(ctx, change.Resource{Kind: h.o.Kind, ID: h.o.Node, Version: h.version, Document: []byte(`{}`)})
		if err == nil {
			h.version++
			h.busy(true)
			return nil
		}
		if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Duplicate) {
			return err
		}
		if h.version, err = h.last(ctx); err != nil { // buried, or written in a commit whose answer was lost
			return err
		}
	}
	return nil
}

// busy reports whether the node is, and notes that others have been shown so.
func (h *Heart) busy(shown bool) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	busy := h.o.Busy()
	h.shown = busy && (h.shown || shown)
	return busy
}

func (h *Heart) write(ctx context.Context, row change.Resource) error {
	_, err := h.o.Rows.Commit(ctx, &change.Set{ID: uuid.Must(uuid.NewV7()).String(), At: h.o.Clock.Now(), Resources: []change.Resource{row}})
	return err
}

// last is the version of this node's row, 0 if there is none.
func (h *Heart) last(ctx context.Context) (int64, error) {
	row, err := h.o.Rows.Resource(ctx, "", h.o.Kind, h.o.Node)
	if fault.Is(err, fault.NotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return row.Version, nil
}

// Mourn looks for nodes whose beat stands still, sees to what was on them and buries them.
func (h *Heart) Mourn(ctx context.Context) error {
	var rows []change.Resource
	for row, err := range store.All(ctx, h.o.Rows, "", h.o.Kind, "") {
		if err != nil {
			return err
		}
		rows = append(rows, *row)
	}
	for _, row := range h.dead(rows, clock.Wall()) {
		if err := h.o.Bereave(ctx, row.ID); err != nil {
			return err
		}
		row.Kind, row.Delete = h.o.Kind, true
		if err := h.write(ctx, row); err != nil && !fault.Is(err, fault.Conflict) { // else it lives, or another node was faster
			return err
		}
	}
	return nil
}

// dead notes what is heard of the other nodes and returns those of which nothing was heard for so long.
func (h *Heart) dead(rows []change.Resource, wall time.Time) (dead []change.Resource) {
	h.mu.Lock()
	defer h.mu.Unlock()
	heard := make(map[string]beat, len(rows))
	for i := range rows {
		row := &rows[i]
		last, known := h.others[row.ID]
		if !known || last.version != row.Version {
			last = beat{row.Version, wall}
		}
		heard[row.ID] = last
		if row.ID != h.o.Node && wall.Sub(last.at) >= missed*Every {
			dead = append(dead, *row)
		}
	}
	h.others = heard
	return dead
}
