package flowrun

import (
	"sync/atomic"

	"parley/domain/contact"
	"parley/internal/telemetry"
	"parley/internal/trace"
)

type counts struct {
	steps, errors atomic.Int64
	outcomes      telemetry.Tally
}

// Stats counts what a Runner does.
type Stats struct {
	// Runs counts how often flows ran until they waited or were over, by outcome: "waiting", "queued", "ended",
	// "disconnected", "unwired" (a branch led nowhere), "budget" (too many actions) …; "none" where
	// there was nothing to do any more.
	Runs   map[string]int64
	Steps  int64 // actions
	Errors int64 // runs that failed and will be tried again
	// Dropped counts calls that found no place in their time: each is made once more when that is over.
	Dropped int64
}

// Stats returns the counts.
func (r *Runner) Stats() Stats {
	return Stats{Runs: r.counts.outcomes.Read(), Steps: r.counts.steps.Load(), Errors: r.counts.errors.Load(), Dropped: r.calls.dropped.Load()}
}

func (c *counts) count(step contact.FlowStep, err error) {
	if err != nil {
		c.errors.Add(1)
		return
	}
	c.steps.Add(int64(len(step.Trace)))
	c.outcomes.Add(outcome(step), 1)
}

func outcome(step contact.FlowStep) string {
	if step.Outcome.Kind == "" {
		return "none"
	}
	return string(step.Outcome.Kind)
}

func traced(span *trace.Span, step contact.FlowStep, err error) {
	span.Number("parley.flow.steps", int64(len(step.Trace)))
	if err != nil {
		span.Fail("failed")
		return
	}
	span.Text("parley.flow.outcome", outcome(step))
}
