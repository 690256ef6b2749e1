package work

import (
	"context"
	"time"

	"parley/domain/agent"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/routing"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/store"
)

// Draft begins a decision on a session with the agents who have a share in it, and with others on
// whom it depends, as they stand in the store. A chat without an agent reads nothing. id is the new Set's.
func (w *Sessions) Draft(ctx context.Context, s *session.Session, id string, now time.Time, others ...string) (*contact.Draft, error) {
	s, err := w.Recall(ctx, s)
	if err != nil {
		return nil, err
	}
	d := contact.Decide(s, id, now)
	for _, user := range append(contact.AgentsOf(s), others...) {
		a, err := Agent(ctx, w.Store, s.InstanceID, user)
		switch {
		case fault.Is(err, fault.NotFound): // the user was deleted, or never online: there are no slots to keep
			d.KnowNobody(user)
		case err != nil:
			return nil, err
		default:
			d.Know(a)
		}
	}
	return d, nil
}

// Recall finds the version of a waiting contact's document where the session does not say it: a server of a version before
// there were agents has written the session last. Every decision on a session is to be made on what it returns.
func (w *Sessions) Recall(ctx context.Context, s *session.Session) (*session.Session, error) {
	if k := s.Current(); !k.Queued() || k.Waiting > 0 {
		return s, nil
	}
	r, err := w.Store.Resource(ctx, s.InstanceID, routing.Kind, s.Current().ID)
	if fault.Is(err, fault.NotFound) {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	s = s.Clone()
	s.Current().Waiting = r.Version
	return s, nil
}

// Agent reads an agent from the store; fault.NotFound if the user was never online.
func Agent(ctx context.Context, st store.Store, instance, user string) (agent.Agent, error) {
	r, err := st.Resource(ctx, instance, agent.Kind, user)
	if err != nil {
		return agent.Agent{}, err
	}
	return agent.Parse(instance, user, r.Version, r.Document)
}

// written tells of the documents that a committed Set wrote, as they stand after it.
func (w *Sessions) written(ctx context.Context, set *change.Set) {
	if w.Written == nil || len(set.Resources) == 0 {
		return
	}
	all := make([]change.Resource, len(set.Resources))
	for i, r := range set.Resources {
		r.Version++
		all[i] = r
	}
	w.Written(ctx, all)
}
