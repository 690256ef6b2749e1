package flowrun

import (
	"context"

	"github.com/google/uuid"

	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/flow/interp"
	"parley/domain/session"
	"parley/internal/fault"
)

// attempt is one decision on a session's flow.
type attempt func(*contact.Draft, contact.Config) (contact.FlowStep, error)

// loaded are the contents that one piece of work has read. They never change, so
// a decision that is made again finds them.
type loaded map[string]*flow.Document

// decide makes a decision on the flow with what it reads: the instance, and the
// contents it comes to. A decision that needs a content that was not read is
// thrown away and made again with it.
func (r *Runner) decide(ctx context.Context, snap *session.Session, docs loaded, full map[string]bool, try attempt) (*contact.Draft, contact.FlowStep, error) {
	cfg, err := r.directory.FlowConfig(ctx, snap.InstanceID)
	cfg.Full, cfg.Documents = full, docs
	need := snap.Flow.Content
	for err == nil {
		if err = r.load(ctx, snap.InstanceID, docs, need); err != nil {
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
			err = r.look(ctx, snap.InstanceID, &cfg, step.Outcome)
		}
	}
	if fault.Is(err, fault.NotFound) { // the instance was deleted: nobody can reach the chat any more
		d, err := r.draft(ctx, snap)
		if err != nil {
			return nil, contact.FlowStep{}, err
		}
		return d, contact.FlowStep{}, d.Stop()
	}
	return nil, contact.FlowStep{}, err
}

func (r *Runner) draft(ctx context.Context, snap *session.Session) (*contact.Draft, error) {
	return r.sessions.Draft(ctx, snap, uuid.Must(uuid.NewV7()).String(), r.clock.Now())
}

func (r *Runner) load(ctx context.Context, instance string, docs loaded, content string) error {
	if docs[content] != nil {
		return nil
	}
	doc, err := r.directory.FlowContent(ctx, instance, content)
	if err == nil {
		docs[content] = doc
	}
	return err
}
