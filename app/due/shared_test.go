package due_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"parley/app/due"
	"parley/domain/change"
	"parley/internal/clock"
	"parley/store"
	"parley/store/postgres"
	"parley/store/postgres/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// nodes are runners that share a database, each with a store of its own.
type nodes struct {
	t      *testing.T
	stores []store.Store

	mu      sync.Mutex
	begun   map[string]int // by owner: how often a handler was called
	handled map[string]int // and how often it could commit
	changed chan struct{}
}

func newNodes(t *testing.T, n int) *nodes {
	t.Helper()
	url := pgtest.Database(t)
	w := &nodes{t: t, begun: map[string]int{}, handled: map[string]int{}, changed: make(chan struct{}, 1)}
	for range n {
		s, err := postgres.Open(t.Context(), url, postgres.Options{ClaimLife: 2 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		w.stores = append(w.stores, s)
	}
	return w
}

// set sets deadlines that have come.
func (w *nodes) set(n int) {
	w.t.Helper()
	set := &change.Set{}
	for i := range n {
		set.Due = append(set.Due, change.Due{DueKey: change.DueKey{Owner: fmt.Sprint(i), Kind: "k"}, At: time.Now()})
	}
	if _, err := w.stores[0].Commit(w.t.Context(), set); err != nil {
		w.t.Fatal(err)
	}
}

func (w *nodes) note(counts map[string]int, owner string) {
	w.mu.Lock()
	counts[owner]++
	w.mu.Unlock()
	select {
	case w.changed <- struct{}{}:
	default:
	}
}

// run runs node i's runner until the test ends. Its handler calls before first.
func (w *nodes) run(i int, before func(owner string)) {
	s := w.stores[i]
	handle := func(ctx context.Context, ref change.DueRef) error {
		w.note(w.begun, ref.Owner)
		before(ref.Owner)
		_, err := s.Commit(ctx, &change.Set{Done: []change.DueRef{ref}})
		if err == nil {
			w.note(w.handled, ref.Owner)
		}
		return nil
	}
	r := due.New(s, &clock.Clock{}, map[string]due.Handler{"k": handle}, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { r.Run(ctx); close(done) }()
	w.t.Cleanup(func() { cancel(); <-done })
}

// await waits until so many deadlines were handled, and checks that none was twice.
func (w *nodes) await(n int) {
	w.t.Helper()
	for timeout := time.After(30 * time.Second); ; {
		w.mu.Lock()
		owners := len(w.handled)
		w.mu.Unlock()
		if owners == n {
			break
		}
		select {
		case <-w.changed:
		case <-timeout:
			w.t.Fatalf("%d of %d deadlines were handled", owners, n)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for owner, times := range w.handled {
		if times != 1 {
			w.t.Errorf("the deadline of %s was handled %d times", owner, times)
		}
	}
}

// TestNodesShareTheWork: nodes on one database do everything once, and hardly
// anything in vain.
func TestNodesShareTheWork(t *testing.T) {
	const deadlines = 600
	w := newNodes(t, 3)
	w.set(deadlines)
	for i := range w.stores {
		w.run(i, func(string) {})
	}
	w.await(deadlines)
	w.mu.Lock()
	defer w.mu.Unlock()
	calls := 0
	for _, n := range w.begun {
		calls += n
	}
	if calls > deadlines+deadlines/20 {
		t.Errorf("handlers were called %d times for %d deadlines", calls, deadlines)
	}
}

// TestANodeThatStallsWritesNothingStale: what a node had claimed before it
// stalled is handled by another one; when it wakes, it changes nothing.
func TestANodeThatStallsWritesNothingStale(t *testing.T) {
	const deadlines = 20
	w := newNodes(t, 2)
	w.set(deadlines)
	wake := make(chan struct{})
	rows, err := w.stores[0].Claim(t.Context(), time.Now(), deadlines)
	if err != nil || len(rows) != deadlines {
		t.Fatalf("%d claimed, %v", len(rows), err)
	}
	var late sync.WaitGroup
	for _, row := range rows {
		late.Go(func() {
			<-wake
			if _, err := w.stores[0].Commit(context.Background(), &change.Set{Done: []change.DueRef{row.DueRef}}); err == nil {
				w.note(w.handled, row.Owner)
			}
		})
	}
	w.run(1, func(string) {})
	w.await(deadlines)
	close(wake)
	late.Wait()
	w.await(deadlines)
}
