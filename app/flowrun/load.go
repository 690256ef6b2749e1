package flowrun

import (
	"context"
	"log/slog"

	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/flow/interp"
	"parley/domain/session"
	"parley/internal/fault"
)

// attempt is one decision on a session's flow.
type attempt func(*contact.Draft, catalog.Config) (contact.FlowStep, error)

// loaded are the contents that one piece of work has read, nil for those that are gone.
// They never change, so a decision that is made again finds them.
type loaded map[string]*flow.Document

// decide makes a decision on the flow with what it reads: the instance, and the
// contents it comes to. A decision that needs a content that was not read is
// thrown away and made again with it.
func (r *Runner) decide(ctx context.Context, snap *session.Session, docs loaded, full map[string]bool, try attempt) (*contact.Draft, contact.FlowStep, error) {
	cfg, err := r.directory.FlowConfig(ctx, snap.InstanceID)
	cfg.Full, cfg.Documents, cfg.Pools = full, docs, r.Pools
	need := snap.Flow.Content
	for err == nil {
		if err = r.load(ctx, snap, docs, need); err != nil {
			break
		}
		var d *contact.Draft
		if d, err = r.draft(ctx, snap); err != nil {
			break
		}
		var step contact.FlowStep
		step, err = try(d, cfg)
		switch {
		case err != nil || !step.Outcome.Kind.Needs():
			return d, step, err
		case step.Outcome.Kind == interp.NeedDocument:
			need = step.Outcome.Content
		default:
			err = r.look(ctx, snap, &cfg, step.Outcome)
		}
	}
	if fault.Is(err, fault.NotFound) { // the instance was deleted: nobody can reach the chat any more
		r.log.WarnContext(ctx, "a chat ends: its instance is gone", slog.String("contact", snap.ID), slog.String("instance", snap.InstanceID))
		d, err := r.draft(ctx, snap)
		if err != nil {
			return nil, contact.FlowStep{}, err
		}
		return d, contact.FlowStep{}, d.Stop()
	}
	return nil, contact.FlowStep{}, err
}

// maker names this package to what makes ids.
const maker = "flow"

func (r *Runner) draft(ctx context.Context, snap *session.Session) (*contact.Draft, error) {
	return r.sessions.Draft(ctx, snap, r.sessions.IDs.New(maker, snap.ID), r.clock.Now())
}

// load reads a content. One that is gone is the flow's error, and somebody's to look into: contents are
// kept longer than any chat that may run them.
func (r *Runner) load(ctx context.Context, snap *session.Session, docs loaded, content string) error {
	if _, read := docs[content]; read {
		return nil
	}
	doc, err := r.directory.FlowContent(ctx, snap.InstanceID, content)
	if fault.Is(err, fault.NotFound) {
		r.log.ErrorContext(ctx, "the content of a flow is gone", slog.String("contact", snap.ID),
			slog.String("flow", snap.Flow.FlowID), slog.String("content", content))
		doc, err = nil, nil
	}
	if err == nil {
		docs[content] = doc
	}
	return err
}
