package heart_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/clock"
	"parley/store/storetest"
	"parley/work/heart"
)

const kind = "beat-of-tests"

type node struct {
	*heart.Heart
	t        *testing.T
	busy     bool
	bereaved []string
}

func newNode(t *testing.T, rows *storetest.Memory, name string, ahead time.Duration) *node {
	n := &node{t: t}
	c := &clock.Clock{}
	c.SetOffset(ahead)
	n.Heart = heart.New(heart.Options{
		Rows: rows, Clock: c, Kind: kind, Node: name, Busy: func() bool { return n.busy },
		Bereave: func(_ context.Context, node string) error { n.bereaved = append(n.bereaved, node); return nil },
	})
	return n
}

// took has the node take something on.
func (n *node) took() {
	n.t.Helper()
	n.busy = true
	if err := n.Took(n.t.Context()); err != nil {
		n.t.Fatal(err)
	}
}

// goOn lets beats pass in which nodes beat and listen.
func goOn(t *testing.T, beats int, nodes ...*node) {
	t.Helper()
	for range beats {
		time.Sleep(heart.Every)
		for _, n := range nodes {
			if err := n.Beat(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := n.Mourn(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// version is that of a node's row, 0 for none.
func version(t *testing.T, rows *storetest.Memory, node string) int64 {
	t.Helper()
	all, err := rows.Resources(t.Context(), "", kind, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range all {
		if row.ID == node {
			return row.Version
		}
	}
	return 0
}

func (n *node) wantBereaved(nodes ...string) {
	n.t.Helper()
	if !slices.Equal(n.bereaved, nodes) {
		n.t.Errorf("the nodes taken for dead are %v, want %v", n.bereaved, nodes)
	}
}

func TestABusyNodeShowsItselfAndAnIdleOneWritesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rows := storetest.NewMemory()
		a := newNode(t, rows, "a", 0)
		goOn(t, 3, a)
		if got := version(t, rows, "a"); got != 0 {
			t.Errorf("a node that was never busy wrote %d times", got)
		}
		a.took()
		if got := version(t, rows, "a"); got != 1 {
			t.Errorf("a node that took something on is shown %d times", got)
		}
		goOn(t, 3, a)
		if got := version(t, rows, "a"); got != 4 {
			t.Errorf("a node that is busy for three beats is at its beat %d, want 4", got)
		}
		a.busy = false
		a.Left()
		goOn(t, 3, a)
		if got := version(t, rows, "a"); got != 4 {
			t.Errorf("a node that is idle again is at its beat %d, want 4", got)
		}
	})
}

// A node whose clock is hours away lives for the others, and they for it.
func TestNobodyComparesClocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rows := storetest.NewMemory()
		a, b, c := newNode(t, rows, "a", -5*time.Hour), newNode(t, rows, "b", 0), newNode(t, rows, "c", 5*time.Hour)
		for _, n := range []*node{a, b, c} {
			n.took()
		}
		goOn(t, 20, a, b, c)
		for _, n := range []*node{a, b, c} {
			n.wantBereaved()
		}
	})
}

func TestDeadIsWhoIsSilentForBeatsOfTheListener(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rows := storetest.NewMemory()
		a, b := newNode(t, rows, "a", 0), newNode(t, rows, "b", 0)
		a.took()
		time.Sleep(time.Hour)
		goOn(t, 4, b) // hears of it now, and three beats later
		b.wantBereaved()
		goOn(t, 3, a, b)
		goOn(t, 3, b)
		b.wantBereaved()
		goOn(t, 1, b)
		b.wantBereaved("a")
		if got := version(t, rows, "a"); got != 0 {
			t.Errorf("a node that was buried has a row, of version %d", got)
		}
		goOn(t, 5, b)
		b.wantBereaved("a")
	})
}

// Who was buried while it only could not be heard shows itself again.
func TestABuriedRowIsMadeAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rows := storetest.NewMemory()
		a, b := newNode(t, rows, "a", 0), newNode(t, rows, "b", 0)
		a.took()
		goOn(t, 5, b)
		b.wantBereaved("a")
		goOn(t, 1, a)
		if got := version(t, rows, "a"); got != 1 {
			t.Errorf("a node that was buried and lives is at beat %d, want 1", got)
		}
		goOn(t, 10, a, b)
		b.wantBereaved("a")
	})
}
