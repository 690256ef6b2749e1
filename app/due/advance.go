package due

import (
	"context"
	"fmt"
	"time"

	"parley/domain/change"
)

// look is how often Advance looks whether a handler that ran already is done.
const look = 2 * time.Millisecond

type panicked struct{ value any }

func (p panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

type unknownKind string

func (k unknownKind) Error() string { return "no handler for due work of kind " + string(k) }

// Advance moves the clock ahead by d. Deadlines on the way are handled in the
// order of their times, each at its own time and by nobody else of this node; it returns how many (but for those of Aside), after
// the last one has committed. Until then Run begins nothing, and another Advance waits. For test controls.
func (r *Runner) Advance(ctx context.Context, d time.Duration) (fired int, err error) {
	select {
	case r.advance <- struct{}{}:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	r.hold(true)
	defer func() {
		r.hold(false)
		<-r.advance
		r.Wake()
	}()
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
		row := rows[0]
		begun, err := r.idle(ctx, row.DueKey)
		if err != nil {
			return fired, err
		}
		if begun {
			continue // it was being handled, so what is due is another now
		}
		r.clock.MoveTo(row.At)
		err = r.run(ctx, row)
		r.finish(row.DueKey, err)
		if err != nil {
			return fired, fmt.Errorf("handle %s of %s: %w", row.Kind, row.Owner, err)
		}
		if !r.Aside[row.Kind] {
			fired++
		}
	}
}

// hold stops Run from beginning anything, or lets it again.
func (r *Runner) hold(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held = on
}

// idle marks a deadline as being handled. Where a handler of it ran already, it waits for that one instead and says so.
func (r *Runner) idle(ctx context.Context, key change.DueKey) (ran bool, err error) {
	for {
		r.mu.Lock()
		busy := r.running[key]
		if !busy && !ran {
			r.running[key] = true
		}
		r.mu.Unlock()
		if !busy {
			return ran, nil
		}
		ran = true
		select {
		case <-ctx.Done():
			return ran, ctx.Err()
		case <-time.After(look):
		}
	}
}
