package audit_test

import (
	"context"
	"math"
	"testing"
	"time"

	"parley/store"
	"parley/work/audit"
)

// A page begins at the newest entry, however far away it is asked for, and one after the other brings all entries once.
func TestPagesOfTheRecord(t *testing.T) {
	onBoth(t, func(t *testing.T, _ store.Store, node func() *audit.Log) {
		l := node()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // a walk from afar would never end
		defer cancel()
		if list, next, err := l.Page(ctx, "i", math.MaxInt64, 200); len(list) != 0 || next != 0 || err != nil {
			t.Errorf("an empty record: %v, %d, %v", list, next, err)
		}
		for _, instance := range []string{"i", "j", "i", "j", "i"} {
			must(t, l.Note(ctx, instance, audit.Note{Event: "done"}))
		}
		var seen []int64
		for before, calls := int64(math.MaxInt64), 0; before != 0; calls++ {
			list, next, err := l.Page(ctx, "i", before, 2)
			must(t, err)
			for i := range list {
				seen = append(seen, list[i].Seq)
			}
			if before = next; calls > 3 {
				t.Fatalf("no end; so far %v", seen)
			}
		}
		if len(seen) != 3 || seen[0] != 5 || seen[1] != 3 || seen[2] != 1 {
			t.Errorf("the entries of the instance are %v", seen)
		}
	})
}
