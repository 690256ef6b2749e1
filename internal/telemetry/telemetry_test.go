package telemetry_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/telemetry"
)

func TestAHistogramCountsUpToEachBound(t *testing.T) {
	h := telemetry.NewHistogram(1, 10, 100)
	for _, v := range []int64{0, 1, 2, 10, 11, 100, 101, 5000} {
		h.Observe(v)
	}
	want := telemetry.Distribution{Bounds: []int64{1, 10, 100}, Counts: []int64{2, 4, 6}, Count: 8, Sum: 5225}
	if diff := cmp.Diff(want, h.Read()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestADurationBelowZeroIsNone(t *testing.T) {
	h := telemetry.NewDurations()
	h.Took(-time.Hour)
	h.Took(time.Millisecond)
	if d := h.Read(); d.Sum != int64(time.Millisecond) || d.Count != 2 || d.Counts[0] != 1 {
		t.Errorf("got %+v", d)
	}
}

func TestANilHistogramCountsNothing(t *testing.T) {
	var h *telemetry.Histogram
	h.Observe(1)
	if d := h.Read(); d.Count != 0 {
		t.Errorf("got %+v", d)
	}
}

func TestATallyBoundsItsNames(t *testing.T) {
	var tally telemetry.Tally
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i := range 1000 {
				tally.Add(fmt.Sprintf("from outside %d", i), 1)
			}
		})
	}
	group.Wait()
	got, sum := tally.Read(), int64(0)
	for _, n := range got {
		sum += n
	}
	if len(got) > 65 || sum != 4000 || got[telemetry.Other] == 0 {
		t.Errorf("%d names with %d in all, %d of them other", len(got), sum, got[telemetry.Other])
	}
}

// BenchmarkObserve is what one observation costs.
func BenchmarkObserve(b *testing.B) {
	h := telemetry.NewDurations()
	b.ReportAllocs()
	for b.Loop() {
		h.Took(3 * time.Millisecond)
	}
}

// BenchmarkStopwatch is what one look at the clock costs.
func BenchmarkStopwatch(b *testing.B) {
	w := telemetry.NewStopwatch()
	b.ReportAllocs()
	for b.Loop() {
		_ = w.Now()
	}
}
