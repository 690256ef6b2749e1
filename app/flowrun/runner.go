// Package flowrun advances the flows of chats: it wakes with the due work
// "flow" of a session, lets the interpreter run until the flow waits or is over,
// and commits what the flow did in one decision.
//
// It guarantees: a flow's step and its effects on the chat are committed
// together, once; a run keeps the content that it started with.
package flowrun

import (
	"context"
	"log/slog"
	"math/rand/v2"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/flow/interp"
	"parley/domain/session"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/trace"
	"parley/work"
)

// Runner runs flows. It is safe for concurrent use.
type Runner struct {
	Tracer *trace.Tracer // nil traces nothing; set before the first run

	sessions  *work.Sessions
	directory Directory
	clock     *clock.Clock
	log       *slog.Logger
	counts    counts
}

// Directory knows what flows read: their content and the instance around them.
type Directory interface {
	// FlowContent returns the parsed content with that id; contents never change.
	FlowContent(ctx context.Context, instance, content string) (*flow.Document, error)
	// FlowConfig returns what a flow may read of its instance.
	FlowConfig(ctx context.Context, instance string) (contact.Config, error)
}

// New returns a runner.
func New(sessions *work.Sessions, directory Directory, c *clock.Clock, log *slog.Logger) *Runner {
	return &Runner{sessions: sessions, directory: directory, clock: c, log: log}
}

// HandleDue lets the flow of a session go on. A deadline that was handled or moved meanwhile does nothing.
func (r *Runner) HandleDue(ctx context.Context, ref change.DueRef) error {
	ctx, span := r.Tracer.Start(ctx, "flow")
	defer span.End()
	docs, full := loaded{}, map[string]bool{}
	for {
		var step contact.FlowStep
		var queue string
		_, err := r.sessions.DecideDue(ctx, ref, func(snap *session.Session) (set *change.Set, err error) {
			set, step, err = r.step(ctx, snap, ref, docs, full)
			if set != nil && set.Session.Next != nil {
				queue = set.Session.Next.Current().QueueID
			}
			return set, err
		})
		if fault.Is(err, fault.LimitExceeded) && !full[queue] {
			full[queue] = true // decided again, the flow takes its QueueAtCapacity branch
			continue
		}
		r.counts.count(step, err)
		traced(span, step, err)
		r.report(ctx, ref.Owner, step, err)
		return err
	}
}

// step decides how far the flow gets now that its deadline has come.
func (r *Runner) step(ctx context.Context, snap *session.Session, ref change.DueRef, docs loaded, full map[string]bool) (*change.Set, contact.FlowStep, error) {
	if snap.Flow == nil || snap.Status != session.Active {
		d := r.draft(snap)
		d.Handled(ref)
		return d.Changes(), contact.FlowStep{}, nil
	}
	d, step, err := r.decide(ctx, snap, docs, full, func(d *contact.Draft, cfg contact.Config) (contact.FlowStep, error) {
		return d.RunFlow(cfg, uuid.NewString(), rand.Uint64)
	})
	if err != nil {
		return nil, step, err
	}
	d.Handled(ref)
	return d.Changes(), step, nil
}

// report logs how a flow ended that did not end as its author drew it.
func (r *Runner) report(ctx context.Context, sessionID string, step contact.FlowStep, err error) {
	if err != nil {
		return
	}
	switch step.Outcome.Kind {
	case interp.Unwired, interp.Budget:
		r.log.WarnContext(ctx, "flow ended early",
			slog.String("contact", sessionID), slog.String("why", string(step.Outcome.Kind)), slog.String("reason", step.Outcome.Reason))
	}
	for _, t := range step.Trace {
		r.log.DebugContext(ctx, "flow step", slog.String("contact", sessionID), slog.String("action", t.Action),
			slog.String("type", t.Type), slog.String("rule", string(t.Rule)), slog.String("next", t.Next)) // no Detail: it may quote an attribute
	}
}
