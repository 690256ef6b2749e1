package contact

import (
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/quota"
	"parley/domain/routing"
	"parley/domain/session"
)

// dequeue takes a contact out of its queue: its place is given back and an open offer withdrawn.
func (d *Draft) dequeue(k *session.Contact) {
	if !k.Queued() {
		return
	}
	d.withdraw(k)
	k.DequeuedAt = d.now
	d.set.Usage = append(d.set.Usage, change.Usage{Key: quota.Queued(d.s.InstanceID, k.QueueID), Delta: -1})
	d.updated(k)
}

// documents writes by what routing finds the session's contacts: a document for each that waits, changed
// with what routing reads of it and gone with its wait. The contact itself remembers its document's
// version, so nobody has to read the document to replace it.
func (d *Draft) documents() (writes []change.Resource) {
	for k := range d.s.Contacts() {
		if !k.Queued() && k.Waiting == 0 {
			continue
		}
		if r, changed := d.document(k); changed {
			writes = append(writes, r)
			d.touch(change.State)
		}
	}
	return writes
}

func (d *Draft) document(k *session.Contact) (r change.Resource, changed bool) {
	r = change.Resource{Instance: d.s.InstanceID, Kind: routing.Kind, ID: k.ID, Version: k.Waiting}
	if !k.Queued() {
		r.Delete, k.Waiting = true, 0
		return r, true
	}
	var err error
	if r.Document, err = waitingOf(d.s, k).Document(); err != nil { // no value in it can fail to encode
		return r, false
	}
	if old := d.before.Contact(k.ID); k.Waiting > 0 && old != nil {
		if text, err := waitingOf(d.before, old).Document(); err == nil && slices.Equal(text, r.Document) {
			return r, false
		}
	}
	k.Waiting++
	return r, true
}

// waitingOf is the contact as routing sees it.
func waitingOf(s *session.Session, k *session.Contact) routing.Waiting {
	w := routing.Waiting{Beside: isBeside(s, k), Contact: routing.Contact{
		ID: k.ID, SessionID: s.ID, Queue: k.QueueID, Priority: k.Routing.Priority, EnqueuedAt: k.EnqueuedAt,
		Adjust: time.Duration(k.Routing.AgeSeconds) * time.Second, PassedOver: k.PassedOver,
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

// condition: of the operators a flow can name NumberGreaterOrEqualTo is what every one of
// them means here (AttributeCondition; Range comes by the API only).
func condition(a *session.AgentAttribute) *routing.Condition {
	return &routing.Condition{Skill: routing.Skill{Name: a.Name, Value: a.Value}, Min: float32(a.Level)}
}

// passOver keeps a contact from an agent for a while, and forgets whom it may be offered again.
func (d *Draft) passOver(k *session.Contact, user string) {
	passed := map[string]time.Time{user: d.now.Add(PassOver)}
	maps.Copy(passed, k.PassedOver)
	passed[user] = d.now.Add(PassOver)
	maps.DeleteFunc(passed, func(_ string, until time.Time) bool { return !until.After(d.now) })
	k.PassedOver = passed
}

// PassOver is how long a contact is not offered again to an agent who rejected or missed it (our
// choice: long enough that others get their turn, short enough that a lone agent gets it back).
const PassOver = 30 * time.Second

// space is the namespace of the ids that a decision derives from its Set's id.
func (d *Draft) space() uuid.UUID {
	space, err := uuid.Parse(d.set.ID)
	if err != nil {
		return uuid.NameSpaceOID
	}
	return space
}
