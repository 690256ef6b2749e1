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
	full := map[string]bool{}
	for {
		var step contact.FlowStep
		var queue string
		_, err := r.sessions.DecideDue(ctx, ref, func(snap *session.Session) (set *change.Set, err error) {
			set, step, err = r.decide(ctx, snap, ref, full)
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

func (r *Runner) decide(ctx context.Context, snap *session.Session, ref change.DueRef, full map[string]bool) (*change.Set, contact.FlowStep, error) {
	d := contact.Decide(snap, uuid.Must(uuid.NewV7()).String(), r.clock.Now())
	d.Handled(ref)
	if snap.Flow == nil || snap.Status != session.Active {
		return d.Changes(), contact.FlowStep{}, nil
	}
	doc, cfg, err := r.read(ctx, snap)
	if fault.Is(err, fault.NotFound) { // the instance was deleted: nobody can reach the chat any more
		err = d.Stop()
		return d.Changes(), contact.FlowStep{}, err
	}
	if err != nil {
		return nil, contact.FlowStep{}, err
	}
	cfg.Full = full
	step, err := d.RunFlow(doc, cfg, uuid.NewString(), rand.Uint64)
	return d.Changes(), step, err
}

// read returns the content that the flow runs and the instance around it.
func (r *Runner) read(ctx context.Context, snap *session.Session) (*flow.Document, contact.Config, error) {
	doc, err := r.directory.FlowContent(ctx, snap.InstanceID, snap.Flow.Content)
	if err != nil {
		return nil, contact.Config{}, err
	}
	cfg, err := r.directory.FlowConfig(ctx, snap.InstanceID)
	return doc, cfg, err
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
