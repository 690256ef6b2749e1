package routing

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A tree of numbers agrees with a sorted slice. A number's start is its last digit.
func TestTreeAgreesWithASlice(t *testing.T) {
	start := func(n int) time.Time { return time.Unix(int64(n%10), 0) }
	rapid.Check(t, func(t *rapid.T) {
		tr, sorted := newTree(cmp.Compare[int], start), []int{}
		for _, n := range rapid.SliceOf(rapid.IntRange(0, 99)).Draw(t, "numbers") {
			if i, found := slices.BinarySearch(sorted, n); found {
				tr.remove(n)
				sorted = slices.Delete(sorted, i, i+1)
			} else {
				tr.remove(n)
				tr.insert(n)
				sorted = slices.Insert(sorted, i, n)
			}
		}
		var walked []int
		tr.each(func(n int) bool { walked = append(walked, n); return true })
		if !slices.Equal(walked, sorted) || tr.len() != len(sorted) {
			t.Fatalf("got %v (%d), want %v", walked, tr.len(), sorted)
		}
		for i, n := range sorted {
			if got := tr.before(n); got != i {
				t.Fatalf("%d items are before %d, want %d", got, n, i)
			}
		}
		latest := rapid.IntRange(0, 9).Draw(t, "latest")
		even := func(n int) bool { return n/10%2 == 0 }
		got, found := tr.find(time.Unix(int64(latest), 0), even)
		i := slices.IndexFunc(sorted, func(n int) bool { return n%10 <= latest && even(n) })
		if found != (i >= 0) || found && got != sorted[i] {
			t.Fatalf("found %d (%v) in %v, not later than %d", got, found, sorted, latest)
		}
		if got, ok := tr.first(); ok != (len(sorted) > 0) || ok && got != sorted[0] {
			t.Fatalf("first is %d (%v) of %v", got, ok, sorted)
		}
	})
}
