package due

import (
	"context"
	"fmt"
	"time"
)

type panicked struct{ value any }

func (p panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

type unknownKind string

func (k unknownKind) Error() string { return "no handler for due work of kind " + string(k) }

// Advance moves the clock ahead by d. Deadlines on the way are handled in the
// order of their times, each at its own time; it returns how many (but for those of Aside), after the
// last one has committed. For test controls.
func (r *Runner) Advance(ctx context.Context, d time.Duration) (fired int, err error) {
	target := r.clock.Now().Add(d)
	for {
		rows, err := r.store.Due(ctx, target, 1)
		if err != nil {
			return fired, err
		}
		if len(rows) == 0 {
			r.clock.MoveTo(target)
			return fired, nil
		}
		r.clock.MoveTo(rows[0].At)
		if err := r.run(ctx, rows[0]); err != nil {
			return fired, fmt.Errorf("handle %s of %s: %w", rows[0].Kind, rows[0].Owner, err)
		}
		if !r.Aside[rows[0].Kind] {
			fired++
		}
	}
}
