package due_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/app/due"
	"parley/domain/change"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/store/storetest"
)

// world is a store with deadlines and what handlers did with them. In a synctest
// bubble its clock stands unless everybody waits.
type world struct {
	t     *testing.T
	store *storetest.Memory
	clock *clock.Clock
	began time.Time
	sets  int

	mu    sync.Mutex
	calls []string // "owner@offset"
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, store: storetest.NewMemory(), clock: &clock.Clock{}}
	w.began = w.clock.Now()
	return w
}

// set sets a deadline of kind "k" after some time from the beginning.
func (w *world) set(owner string, after time.Duration) {
	w.t.Helper()
	w.mu.Lock()
	w.sets++
	id := fmt.Sprint("set-", w.sets)
	w.mu.Unlock()
	_, err := w.store.Commit(context.Background(), &change.Set{ID: id, Due: []change.Due{
		{DueKey: change.DueKey{Owner: owner, Kind: "k"}, At: w.began.Add(after)},
	}})
	if err != nil {
		w.t.Error(err)
	}
}

// note remembers that a deadline was handled now.
func (w *world) note(owner string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, fmt.Sprintf("%s@%v", owner, w.clock.Now().Sub(w.began)))
}

func (w *world) called() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.calls)
}

// done takes the deadline away; another runner may have been faster.
func (w *world) done(ref change.DueRef) error {
	w.mu.Lock()
	w.sets++
	id := fmt.Sprint("set-", w.sets)
	w.mu.Unlock()
	_, err := w.store.Commit(context.Background(), &change.Set{ID: id, Done: []change.DueRef{ref}})
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	if err == nil {
		w.note(ref.Owner)
	}
	return err
}

// runner makes a runner whose handler of kind "k" is handle, or done.
func (w *world) runner(handle due.Handler) *due.Runner {
	if handle == nil {
		handle = func(_ context.Context, ref change.DueRef) error { return w.done(ref) }
	}
	return due.New(w.store, w.clock, map[string]due.Handler{"k": handle}, slog.New(slog.DiscardHandler))
}

// run runs runners until the test ends.
func (w *world) run(runners ...*due.Runner) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for _, r := range runners {
		all.Go(func() { r.Run(ctx) })
	}
	return func() {
		cancel()
		all.Wait()
	}
}
