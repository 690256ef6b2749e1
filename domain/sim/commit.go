package sim

import (
	"fmt"

	"parley/domain/agent"
	"parley/domain/change"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// commit applies a Set as a store does: whole or not at all.
func (c *Chat) commit(set *change.Set) error {
	agents, err := c.admit(set)
	if err != nil {
		return err
	}
	for _, u := range set.Usage {
		c.usage[u.Key] += u.Delta
	}
	t := c.talks[set.Session.ID]
	if t == nil {
		t = &talk{}
		c.talks[set.Session.ID], c.guides = t, append(c.guides, t)
	}
	t.replace(set.Session)
	for _, item := range set.Items {
		t.s.LastAt = transcript.NextTime(set.At, t.s.LastAt)
		t.s.Head++
		item.Place(t.s.ID, t.s.Head, t.s.LastAt)
		c.history = append(c.history, Entry{At: c.now, Decision: c.decisions, Guide: t.guides(), Item: &item})
	}
	for _, a := range agents {
		c.store(a)
	}
	for _, ref := range set.Done {
		delete(c.due, ref.DueKey)
	}
	for _, key := range set.Drop {
		delete(c.due, key)
	}
	for _, d := range set.Due {
		c.due[d.DueKey] = deadline{d.At, c.due[d.DueKey].generation + 1}
	}
	return nil
}

// admit holds the Set against its guards, and returns the agents that it changes.
func (c *Chat) admit(set *change.Set) ([]agent.Agent, error) {
	t := c.talks[set.Session.ID]
	if !set.Session.Create && set.Session.Version != t.s.Version {
		return nil, fmt.Errorf("decided on version %d of the chat, it stands at %d", set.Session.Version, t.s.Version)
	}
	for _, ref := range set.Done {
		if _, ok := c.due[ref.DueKey]; !ok {
			return nil, fmt.Errorf("the deadline %s was handled already", ref.Kind)
		}
	}
	for _, u := range set.Usage {
		if u.Max > 0 && u.Delta > 0 && c.usage[u.Key]+u.Delta > u.Max {
			return nil, fault.New(fault.LimitExceeded, "%s is full", u.Key)
		}
	}
	var agents []agent.Agent
	for _, r := range set.Resources {
		if r.Kind != agent.Kind { // a document by which others find the chat
			continue
		}
		if have := c.agents[r.ID].Version; have != r.Version {
			return nil, fmt.Errorf("decided on version %d of agent %s, it stands at %d", r.Version, r.ID, have)
		}
		a, err := agent.Parse(r.Instance, r.ID, r.Version, r.Document)
		if err != nil {
			return nil, err
		}
		agents = append(agents, a)
	}
	return agents, nil
}

// replace makes the Set's state the session's; documents that the Set does not
// name stay as they were.
func (t *talk) replace(set *change.Session) {
	old := t.s
	if set.Next == nil {
		t.s = old.Clone()
		return
	}
	t.s = set.Next.Clone()
	if old == nil {
		t.s.Version = 1
		return
	}
	t.s.Version, t.s.Head, t.s.LastAt = old.Version+1, old.Head, old.LastAt
	if set.Parts&change.State == 0 {
		t.s.State = old.State
	}
	if set.Parts&change.Attributes == 0 {
		t.s.Attributes = old.Attributes
	}
	if set.Parts&change.Flow == 0 {
		t.s.Flow = old.Flow
	}
}
