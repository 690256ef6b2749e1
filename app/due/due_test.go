package due_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/change"
)

func expect(t *testing.T, w *world, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, w.called()); diff != "" {
		t.Errorf("handled (-want +got):\n%s", diff)
	}
}

func TestDeadlinesAreHandledOnceAtTheirTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.set("overdue", -time.Hour)
		w.set("late", 25*time.Hour)
		w.set("soon", 5*time.Minute)
		stop := w.run(w.runner(nil))
		defer stop()
		time.Sleep(5*time.Minute - time.Millisecond)
		synctest.Wait()
		expect(t, w, "overdue@0s")
		time.Sleep(48 * time.Hour)
		synctest.Wait()
		expect(t, w, "overdue@0s", "soon@5m0s", "late@25h0m0s")
	})
}

func TestTwoRunnersHandleADeadlineOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		for i := range 50 {
			w.set(fmt.Sprint(i), time.Minute)
		}
		stop := w.run(w.runner(nil), w.runner(nil), w.runner(nil))
		defer stop()
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		seen := map[string]bool{}
		for _, call := range w.called() {
			seen[call] = true
		}
		if len(w.called()) != 50 || len(seen) != 50 {
			t.Errorf("%d deadlines of 50 were handled %d times", len(seen), len(w.called()))
		}
	})
}

func TestAnEarlierDeadlineWakesTheRunner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		r := w.runner(nil)
		w.set("far", time.Hour)
		defer w.run(r)()
		synctest.Wait()
		w.set("near", time.Second)
		r.Wake()
		time.Sleep(time.Second)
		synctest.Wait()
		expect(t, w, "near@1s")
	})
}

// Another node set a deadline and died: the runner looks by itself.
func TestWithoutAWakeADeadlineIsFoundWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.run(w.runner(nil))()
		time.Sleep(time.Second / 2)
		w.set("soon", 3*time.Second/2)
		w.set("overdue", time.Second/4)
		time.Sleep(time.Minute)
		synctest.Wait()
		expect(t, w, "overdue@1s", "soon@1.5s")
	})
}

func TestAFailingHandlerIsTriedAgainWithGrowingPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.set("x", 0)
		failures := 12
		r := w.runner(func(_ context.Context, ref change.DueRef) error {
			if failures--; failures >= 0 {
				w.note("failed")
				return errors.New("no")
			}
			return w.done(ref)
		})
		defer w.run(r)()
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		at, pause, want := time.Duration(0), 100*time.Millisecond, []string{}
		for range 12 {
			want = append(want, fmt.Sprint("failed@", at))
			at, pause = at+pause, min(2*pause, time.Minute)
		}
		expect(t, w, append(want, fmt.Sprint("x@", at))...)
	})
}

func TestAPanicIsAFailureOfOneDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.set("bad", 0)
		w.set("good", time.Second)
		bad := 2
		r := w.runner(func(_ context.Context, ref change.DueRef) error {
			if ref.Owner == "bad" && bad > 0 {
				bad--
				panic("broken")
			}
			return w.done(ref)
		})
		defer w.run(r)()
		time.Sleep(time.Minute)
		synctest.Wait()
		expect(t, w, "bad@300ms", "good@1s")
	})
}

func TestWhatFailsDoesNotHoldUpTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		for i := range 600 { // more than are read at a time
			w.set(fmt.Sprint("bad", i), -time.Hour)
		}
		w.set("good", time.Second)
		r := w.runner(func(_ context.Context, ref change.DueRef) error {
			if ref.Owner != "good" {
				return errors.New("no")
			}
			return w.done(ref)
		})
		defer w.run(r)()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		expect(t, w, "good@1s")
	})
}

func TestASlowHandlerRunsOnceAndHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.set("slow", 0)
		w.set("quick", time.Second)
		r := w.runner(func(_ context.Context, ref change.DueRef) error {
			if ref.Owner == "slow" {
				w.note("begun")
				time.Sleep(time.Minute)
			}
			return w.done(ref)
		})
		defer w.run(r)()
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		expect(t, w, "begun@0s", "quick@1s", "slow@1m0s")
	})
}

func TestRunReturnsWhenItsHandlersHave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.set("x", 0)
		r := w.runner(func(_ context.Context, ref change.DueRef) error {
			time.Sleep(time.Minute)
			return w.done(ref)
		})
		stop := w.run(r)
		synctest.Wait()
		stop()
		expect(t, w, "x@1m0s")
	})
}

func TestAnUnknownKindIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		key := change.DueKey{Owner: "x", Kind: "of a newer release"}
		if _, err := w.store.Commit(t.Context(), &change.Set{ID: "a", Due: []change.Due{{DueKey: key, At: w.began}}}); err != nil {
			t.Fatal(err)
		}
		w.set("good", time.Second)
		defer w.run(w.runner(nil))()
		time.Sleep(time.Minute)
		synctest.Wait()
		expect(t, w, "good@1s")
		if rows, err := w.store.Due(t.Context(), w.clock.Now(), 10); err != nil || len(rows) != 1 {
			t.Errorf("left: %v, %v", rows, err)
		}
	})
}
