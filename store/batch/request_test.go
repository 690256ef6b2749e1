package batch_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/store/batch"
)

// TestACallerIsToldInTime: whoever set a deadline is told when it passes,
// whatever becomes of the Set; whoever is gone is waited for.
func TestACallerIsToldInTime(t *testing.T) {
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	for name, c := range map[string]struct {
		ctx   context.Context
		taken bool
		after time.Duration // of the answer
		want  error
	}{
		"in time":                 {context.Background(), true, 3 * time.Second, nil},
		"the deadline, before":    {nil, false, time.Second, context.DeadlineExceeded},
		"the deadline, meanwhile": {nil, true, time.Second, context.DeadlineExceeded},
		"the caller is gone":      {gone, true, 3 * time.Second, nil},
		"the caller was gone":     {gone, false, 0, context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, began := c.ctx, time.Now()
				if ctx == nil {
					var stop context.CancelFunc
					ctx, stop = context.WithTimeout(t.Context(), time.Second)
					defer stop()
				}
				r, err := batch.NewRequest(&change.Set{})
				if err != nil {
					t.Fatal(err)
				}
				if c.taken {
					r.Take()
					time.AfterFunc(3*time.Second, func() { r.Finish(nil) })
				}
				err = r.Wait(ctx)
				if !errors.Is(err, c.want) || err != nil && !fault.Is(err, fault.Unavailable) {
					t.Errorf("%v, want %v", err, c.want)
				}
				if took := time.Since(began); took != c.after {
					t.Errorf("told after %v, want %v", took, c.after)
				}
				time.Sleep(5 * time.Second) // until it is finished
			})
		})
	}
}
