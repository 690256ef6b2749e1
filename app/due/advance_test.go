package due_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/domain/change"
)

func TestAdvanceHandlesDeadlinesInOrderAtTheirTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.set("c", 3*time.Hour)
		w.set("a", time.Hour)
		w.set("z", 25*time.Hour)
		r := w.runner(func(_ context.Context, ref change.DueRef) error {
			if ref.Owner == "a" {
				w.set("b", 2*time.Hour) // set on the way
			}
			return w.done(ref)
		})
		fired, err := r.Advance(t.Context(), 24*time.Hour)
		if err != nil || fired != 3 {
			t.Errorf("fired %d, %v", fired, err)
		}
		expect(t, w, "a@1h0m0s", "b@2h0m0s", "c@3h0m0s")
		if got := w.clock.Now().Sub(w.began); got != 24*time.Hour {
			t.Errorf("the clock stands at %v", got)
		}
	})
}

func TestAdvanceReachesExactlyItsTarget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.set("x", 5*time.Minute)
		r := w.runner(nil)
		for _, step := range []struct {
			by   time.Duration
			want int
		}{{5*time.Minute - time.Millisecond, 0}, {0, 0}, {time.Millisecond, 1}, {time.Hour, 0}} {
			if fired, err := r.Advance(t.Context(), step.by); err != nil || fired != step.want {
				t.Errorf("by %v: fired %d, %v, want %d", step.by, fired, err, step.want)
			}
		}
	})
}

func TestAdvanceHandlesWhatIsOverdueNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.set("overdue", -time.Hour)
		if fired, err := w.runner(nil).Advance(t.Context(), time.Minute); err != nil || fired != 1 {
			t.Errorf("fired %d, %v", fired, err)
		}
		expect(t, w, "overdue@0s")
	})
}

func TestAdvanceStopsAtAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.set("a", time.Hour)
		w.set("b", 2*time.Hour)
		cause := errors.New("no")
		for name, fail := range map[string]func(){"an error": nil, "a panic": func() { panic("x") }} {
			r := w.runner(func(context.Context, change.DueRef) error {
				if fail != nil {
					fail()
				}
				return cause
			})
			fired, err := r.Advance(t.Context(), 3*time.Hour)
			if fired != 0 || err == nil || fail == nil && !errors.Is(err, cause) {
				t.Errorf("%s: fired %d, %v", name, fired, err)
			}
			if got := w.clock.Now().Sub(w.began); got > 3*time.Hour {
				t.Errorf("%s: the clock stands at %v", name, got)
			}
		}
		expect(t, w)
	})
}

// Whoever moves the clock handles what is on the way: a handler that tells somebody else would tell it twice.
func TestNothingIsHandledTwiceWhileTheClockMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		began := map[change.DueRef]int{}
		r := w.runner(func(_ context.Context, ref change.DueRef) error {
			w.mu.Lock()
			began[ref]++
			w.mu.Unlock()
			time.Sleep(300 * time.Millisecond) // somebody is told, which takes a moment
			return w.done(ref)
		})
		defer w.run(r)()
		w.set("now", 0) // Run has begun it when the clock is moved
		r.Wake()
		synctest.Wait()
		for i := range 5 {
			w.set(fmt.Sprint(i), time.Hour)
		}
		var both sync.WaitGroup
		var fired atomic.Int64
		for range 2 { // one after the other
			both.Go(func() {
				n, err := r.Advance(t.Context(), time.Hour)
				if err != nil {
					t.Error(err)
				}
				fired.Add(int64(n))
			})
		}
		both.Wait()
		if len(began) != 6 || fired.Load() != 5 {
			t.Errorf("%d of 6 were handled, %d of 5 on the way", len(began), fired.Load())
		}
		for ref, times := range began {
			if times != 1 {
				t.Errorf("the handler of %s was called %d times", ref.Owner, times)
			}
		}
		w.set("after", 3*time.Hour)
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if calls := w.called(); calls[len(calls)-1] != "after@3h0m0.3s" {
			t.Errorf("Run does not go on: %v", calls)
		}
	})
}
