package bench

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A server that needs 20 ms for each message that is due every 10 ms falls
// behind; the latency of each message must show its whole wait.
func TestOpenLoopCountsFromTheDueTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan := schedule{start: time.Now().Add(time.Second), rate: 100, count: 50, workers: 1}
		var got []time.Duration
		late := plan.run(t.Context(), time.Sleep, func(_ int, due time.Time) {
			time.Sleep(20 * time.Millisecond)
			got = append(got, time.Since(due))
		})
		if len(got) != 50 {
			t.Fatalf("%d messages sent, want 50", len(got))
		}
		for i, latency := range got {
			if want := 20*time.Millisecond + time.Duration(i)*10*time.Millisecond; latency != want {
				t.Fatalf("message %d took %v, want %v", i, latency, want)
			}
		}
		if late.Max() != 0 || late.Count() != 50 {
			t.Errorf("the schedule was %v late over %d", late.Max(), late.Count())
		}
	})
}

func TestOpenLoopKeepsItsRateOverTheWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		plan := schedule{start: start, rate: 1000, count: 3000, workers: 7}
		var mu sync.Mutex
		counts := make([]int, 7)
		last := make([]time.Time, 7)
		plan.run(t.Context(), time.Sleep, func(w int, due time.Time) {
			mu.Lock()
			defer mu.Unlock()
			counts[w]++
			if !due.After(last[w]) || time.Since(due) != 0 {
				t.Errorf("worker %d: due %v after %v, at %v", w, due.Sub(start), last[w].Sub(start), time.Since(start))
			}
			last[w] = due
		})
		if took := time.Since(start); took != 2999*time.Millisecond {
			t.Errorf("took %v", took)
		}
		for w, n := range counts {
			if n < 428 || n > 429 {
				t.Errorf("worker %d sent %d", w, n)
			}
		}
	})
}

func TestOpenLoopStopsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 95*time.Millisecond)
		defer cancel()
		sent := 0
		plan := schedule{start: time.Now(), rate: 100, count: 1000, workers: 1}
		plan.run(ctx, time.Sleep, func(int, time.Time) { sent++ })
		if sent != 10 {
			t.Errorf("%d sent in 95 ms at 100/s, want 10", sent)
		}
	})
}
