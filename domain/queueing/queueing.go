// Package queueing spells a contact that waits as routing reads it.
//
// It guarantees: what routing is told is a function of the session alone, so that equal sessions make equal documents.
package queueing

import (
	"maps"
	"time"

	"parley/domain/routing"
	"parley/domain/session"
)

// Of is a contact of a session that waits, as routing sees it.
func Of(s *session.Session, k *session.Contact) routing.Waiting {
	w := routing.Waiting{Beside: s.IsBeside(k), Contact: routing.Contact{
		ID: k.ID, SessionID: s.ID, Queue: k.QueueID, Priority: k.Routing.Priority, EnqueuedAt: k.EnqueuedAt,
		Adjust: time.Duration(k.Routing.AgeSeconds) * time.Second, PassedOver: passedOver(s, k),
		Preferred: k.Routing.Preferred, PreferredUntil: k.Routing.PreferredUntil,
	}}
	if k.AgentQueue {
		w.Queue, w.AgentQueue = "", k.QueueID
	}
	if k.Offer != nil {
		w.Offered = k.Offer.UserID
	}
	if c := k.Routing.Criteria; c != nil {
		for _, step := range c.Steps {
			w.Steps = append(w.Steps, routing.Step{
				Expression: expression(step.Expression), Expiry: time.Duration(step.Seconds) * time.Second,
			})
		}
	}
	return w
}

// passedOver says who does not get a contact: who rejected or missed it, and who is in the chat already, for as long as it is.
func passedOver(s *session.Session, k *session.Contact) map[string]time.Time {
	all := k.PassedOver
	for i := range s.State.Participants {
		if p := &s.State.Participants[i]; p.UserID != "" && p.Present() {
			if all = maps.Clone(all); all == nil {
				all = map[string]time.Time{}
			}
			all[p.UserID] = s.State.Deadline
		}
	}
	return all
}

// expression spells a condition on agents as routing reads it.
func expression(e session.Expression) routing.Expression {
	switch {
	case e.Attribute != nil && len(e.Attribute.Agents) > 0:
		return routing.Expression{Agents: e.Attribute.Agents}
	case e.Attribute != nil:
		return routing.Expression{Is: condition(e.Attribute)}
	case e.Not != nil:
		return routing.Expression{Not: condition(e.Not)}
	case len(e.Or) > 0:
		return routing.Expression{Or: expressions(e.Or)}
	}
	return routing.Expression{And: expressions(e.And)}
}

func expressions(list []session.Expression) []routing.Expression {
	out := make([]routing.Expression, len(list))
	for i := range list {
		out[i] = expression(list[i])
	}
	return out
}

// condition: whatever the operator is called, the bounds say what it means.
func condition(a *session.AgentAttribute) *routing.Condition {
	return &routing.Condition{Skill: routing.Skill{Name: a.Name, Value: a.Value}, Min: float32(a.Level), Max: float32(a.MaxLevel)}
}
