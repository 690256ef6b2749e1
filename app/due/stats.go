package due

import (
	"context"

	"parley/internal/trace"
)

// Stats counts what a Runner does.
type Stats struct {
	Running int              // handlers now
	Pausing int              // deadlines whose handler failed and will be tried again
	Handled map[string]int64 // by kind
	Failed  map[string]int64 // by kind; each try counts
}

// Stats returns the counts. Kinds that no handler is for are counted as one.
func (r *Runner) Stats() Stats {
	st := Stats{Handled: r.handled.Read(), Failed: r.failures.Read()}
	r.mu.Lock()
	defer r.mu.Unlock()
	st.Running, st.Pausing = len(r.running), len(r.failed)
	return st
}

// note counts and traces what became of a deadline.
func (r *Runner) note(span *trace.Span, kind string, err error) {
	if r.handlers[kind] == nil {
		kind = "unknown"
	}
	span.Text("parley.due.kind", kind)
	if err != nil {
		r.failures.Add(kind, 1)
		span.Fail("failed")
	} else {
		r.handled.Add(kind, 1)
	}
	span.End()
}

// Late returns by how many seconds the earliest deadline is overdue, 0 if none is.
func (r *Runner) Late(ctx context.Context) (float64, error) {
	next, err := r.store.NextDue(ctx)
	if err != nil || next.IsZero() {
		return 0, err
	}
	return max(0, r.clock.Now().Sub(next).Seconds()), nil
}
