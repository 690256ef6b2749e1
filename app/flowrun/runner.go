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

	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/flow/interp"
	"parley/domain/session"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/recent"
	"parley/internal/trace"
	"parley/store"
	"parley/work"
)

// Runner runs flows. It is safe for concurrent use.
type Runner struct {
	Tracer *trace.Tracer   // nil traces nothing; set before the first run
	Caller Caller          // makes the calls of flows; nil makes none: they fail. Set before the first run
	Log    *FlowLog        // nil writes none; set before the first run
	Agents Agents          // nil: nobody is at work. Set before the first run
	Pools  map[string]bool // the user pools, by id, whose customers can sign in; set before the first run
	Recent *recent.Log     // remembers the steps that flows took; nil remembers nothing. Set before the first run

	sessions  *work.Sessions
	directory Directory
	clock     *clock.Clock
	log       *slog.Logger
	counts    counts
	calls     *calls
}

// Directory knows what flows read: their content and the instance around them.
type Directory interface {
	// FlowContent returns the parsed content with that id; contents never change.
	FlowContent(ctx context.Context, instance, content string) (*flow.Document, error)
	// FlowConfig returns what a flow may read of its instance.
	FlowConfig(ctx context.Context, instance string) (catalog.Config, error)
}

// Agents knows who works in instances.
type Agents interface {
	// Live returns the numbers of a queue, of a user's own with agentQueue; Contacts is left out.
	Live(ctx context.Context, instance, queue string, agentQueue bool) catalog.Live
	// Stands returns where a contact stands in its queue; false if it waits in none.
	Stands(ctx context.Context, instance string, k *session.Contact) (interp.Standing, bool)
	// UserName returns the name of a user; fault.NotFound.
	UserName(ctx context.Context, instance, user string) (string, error)
}

// New returns a runner.
func New(sessions *work.Sessions, directory Directory, c *clock.Clock, log *slog.Logger) *Runner {
	return &Runner{sessions: sessions, directory: directory, clock: c, log: log, calls: newCalls(callsAtOnce)}
}

// HandleDue lets the flow of a session go on. A deadline that was handled or moved meanwhile does nothing.
func (r *Runner) HandleDue(ctx context.Context, ref change.DueRef) error {
	if err := r.calls.await(ctx, ref.Owner, r.clock.Now()); err != nil {
		return err
	}
	return r.proceed(ctx, ref.Owner,
		func(ctx context.Context, rule work.Rule) (store.Result, error) {
			return r.sessions.DecideDue(ctx, ref, rule)
		},
		func(ctx context.Context, snap *session.Session, docs loaded, full map[string]bool) (*change.Set, contact.FlowStep, error) {
			return r.step(ctx, snap, ref, docs, full)
		})
}

// decision decides how far the flow of a session gets. The Set is nil where nothing is to be done.
type decision func(ctx context.Context, snap *session.Session, docs loaded, full map[string]bool) (*change.Set, contact.FlowStep, error)

// proceed makes a decision on a flow and commits it; what follows from it begins only then.
func (r *Runner) proceed(ctx context.Context, id string, commit func(context.Context, work.Rule) (store.Result, error), decide decision) error {
	ctx, span := r.Tracer.Start(ctx, "flow")
	defer span.End()
	docs, full := loaded{}, map[string]bool{}
	for {
		var step contact.FlowStep
		var set *change.Set
		var on *session.Session
		res, err := commit(ctx, func(snap *session.Session) (_ *change.Set, err error) {
			set, step, err = decide(ctx, snap, docs, full)
			on = snap
			return set, err
		})
		if queue := queueOf(set); fault.Is(err, fault.LimitExceeded) && !full[queue] {
			full[queue] = true // decided again, the flow takes its QueueAtCapacity branch
			continue
		}
		committed := err == nil && res.Version > 0 && set != nil // else nothing that was decided counts
		if !committed {
			step = contact.FlowStep{}
		}
		r.counts.count(step, err)
		traced(span, step, err)
		r.report(ctx, on, step, err)
		if call := step.Outcome.Call; call != nil {
			r.begin(after(set, on), *call)
		}
		return err
	}
}

// after is the session as a committed set leaves it.
func after(set *change.Set, before *session.Session) *session.Session {
	if set.Session.Next != nil {
		return set.Session.Next
	}
	return before
}

// queueOf is the queue that the contact is in after the set.
func queueOf(set *change.Set) string {
	if set == nil || set.Session.Next == nil {
		return ""
	}
	return set.Session.Next.Current().QueueID
}

// step decides how far the flow gets now that its deadline has come.
func (r *Runner) step(ctx context.Context, snap *session.Session, ref change.DueRef, docs loaded, full map[string]bool) (*change.Set, contact.FlowStep, error) {
	if snap.Flow == nil || snap.Status != session.Active {
		d, err := r.draft(ctx, snap)
		if err != nil {
			return nil, contact.FlowStep{}, err
		}
		d.Handled(ref)
		return d.Changes(), contact.FlowStep{}, nil
	}
	d, step, err := r.decide(ctx, snap, docs, full, func(d *contact.Draft, cfg catalog.Config) (contact.FlowStep, error) {
		return d.RunFlow(cfg, uuid.NewString(), rand.Uint64)
	})
	if err != nil {
		return nil, step, err
	}
	d.Handled(ref)
	return d.Changes(), step, nil
}

// report logs how a flow ended that did not end as its author drew it.
func (r *Runner) report(ctx context.Context, on *session.Session, step contact.FlowStep, err error) {
	if err != nil || step.Outcome.Kind == "" {
		return
	}
	sessionID := on.ID
	switch step.Outcome.Kind {
	case interp.Unwired, interp.Budget:
		r.log.WarnContext(ctx, "flow ended early",
			slog.String("contact", sessionID), slog.String("why", string(step.Outcome.Kind)), slog.String("reason", step.Outcome.Reason))
	}
	for _, t := range step.Trace {
		if t.Plain != "" {
			r.log.WarnContext(ctx, "a step of a flow failed",
				slog.String("contact", sessionID), slog.String("action", t.Action), slog.String("type", t.Type), slog.String("reason", t.Plain))
		}
		r.Recent.Add(recent.Entry{Kind: recent.Flow, Instance: on.InstanceID, Session: sessionID, Text: told(t)}) // no Detail here, too
		r.log.DebugContext(ctx, "flow step", slog.String("contact", sessionID), slog.String("action", t.Action),
			slog.String("type", t.Type), slog.String("rule", string(t.Rule)), slog.String("why", t.Why()), slog.String("next", t.Next), missing(t.Missing)) // no Detail: it may quote an attribute
	}
	r.logged(ctx, on, step)
}

// missing names the references at which a step found nothing, if there are any.
func missing(references []string) slog.Attr {
	if len(references) == 0 {
		return slog.Attr{} // is not logged
	}
	return slog.Any("missing", references)
}
