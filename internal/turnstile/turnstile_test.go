package turnstile_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/turnstile"
)

// gate is a turnstile with two places and the guests who came through it.
type gate struct {
	*turnstile.Turnstile[int]
	t    *testing.T
	wait sync.WaitGroup
	mu   sync.Mutex
	in   []int
}

func newGate(t *testing.T) *gate {
	return &gate{t: t, Turnstile: turnstile.New[int](turnstile.Options{Places: 2, Stay: time.Second, Wait: time.Minute})}
}

// come brings guests one after the other.
func (g *gate) come(ctx context.Context, guests ...int) {
	for _, who := range guests {
		g.wait.Go(func() {
			if g.Enter(ctx, who) == nil {
				g.mu.Lock()
				g.in = append(g.in, who)
				g.mu.Unlock()
			}
		})
		synctest.Wait()
	}
}

func (g *gate) want(when string, guests ...int) {
	g.t.Helper()
	synctest.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	if !slices.Equal(g.in, guests) {
		g.t.Errorf("%s: %v came in, want %v", when, g.in, guests)
	}
}

func TestWhoComesFirstIsServedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(t)
		g.come(t.Context(), 1, 2, 3, 4, 5, 6)
		g.want("at first", 1, 2)
		g.Leave(2)
		g.want("when one left", 1, 2, 3)
		g.Leave(2)
		g.want("when it left again", 1, 2, 3)
		g.come(t.Context(), 1)
		g.want("who is inside goes on", 1, 2, 3, 1)
		g.Leave(1)
		synctest.Wait()
		g.Leave(3)
		g.want("when all left", 1, 2, 3, 1, 4, 5)
		if n := g.Waiting(); n != 1 {
			t.Errorf("%d wait, want 1", n)
		}
		g.Leave(5)
		g.wait.Wait()
	})
}

func TestAPlaceIsKeptForAStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(t)
		g.come(t.Context(), 1, 2, 3, 4)
		time.Sleep(600 * time.Millisecond)
		g.come(t.Context(), 1) // stays anew
		time.Sleep(500 * time.Millisecond)
		g.want("after the stay of 2", 1, 2, 1, 3)
		time.Sleep(500 * time.Millisecond)
		g.want("after that of 1", 1, 2, 1, 3, 4)
		g.wait.Wait()
	})
}

func TestNobodyWaitsForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{t: t, Turnstile: turnstile.New[int](turnstile.Options{Places: 1, Stay: time.Hour, Wait: time.Minute})}
		g.come(t.Context(), 1, 2)
		time.Sleep(time.Minute)
		g.want("after the longest wait", 1, 2)
		ctx, cancel := context.WithCancel(t.Context())
		g.come(ctx, 3)
		cancel()
		synctest.Wait()
		if n := g.Waiting(); n != 0 {
			t.Errorf("%d wait after they went", n)
		}
		if err := g.Enter(ctx, 4); !errors.Is(err, context.Canceled) {
			t.Errorf("came in with %v", err)
		}
		g.wait.Wait()
		g.Leave(1)
		g.come(t.Context(), 5)
		g.want("who went has no place", 1, 2, 5)
	})
}
