package batch

import (
	"sort"
	"time"

	"parley/internal/fault"
)

// FirstAt finds the first of the items 1 to head that is not before a time, or head + 1. Times
// grow with positions, so it halves the transcript instead of needing an index of
// times; at reads the time of one item, in milliseconds.
func FirstAt(head int64, t time.Time, at func(position int64) (int64, error)) (int64, error) {
	var failed error
	reached := func(i int) bool {
		if failed != nil {
			return true
		}
		ms, err := at(int64(i) + 1)
		failed = err
		return !FromMillis(ms).Before(t)
	}
	i := sort.Search(int(head), reached)
	if failed != nil {
		return 0, fault.Wrap(fault.Unavailable, failed, "the transcript cannot be searched")
	}
	return int64(i) + 1, nil
}
