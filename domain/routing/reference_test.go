package routing_test

import (
	"slices"
	"strings"
	"time"

	"parley/domain/routing"
)

// reference is the rules of the package comment said again, slowly and
// plainly: it looks at every agent and every contact each time.
type reference struct {
	agents   map[string]routing.Agent
	contacts map[string]routing.Contact
}

func newReference() *reference {
	return &reference{map[string]routing.Agent{}, map[string]routing.Contact{}}
}

// next returns the pair that should come next.
func (r *reference) next(now time.Time) (routing.Assignment, bool) {
	agents := make([]routing.Agent, 0, len(r.agents))
	for _, a := range r.agents {
		agents = append(agents, a)
	}
	slices.SortFunc(agents, func(a, b routing.Agent) int { // rule 2
		if c := a.IdleSince.Compare(b.IdleSince); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	for _, a := range agents { // rule 3
		if c := r.choice(a, now); c != "" {
			return routing.Assignment{Contact: c, Session: r.contacts[c].SessionID, Agent: a.ID}, true
		}
	}
	return routing.Assignment{}, false
}

// choice is the contact that an agent takes first, "" for none.
func (r *reference) choice(a routing.Agent, now time.Time) string {
	best := ""
	for id, c := range r.contacts {
		if r.may(a, c, now) && (best == "" || precedes(a, c, r.contacts[best])) {
			best = id
		}
	}
	return best
}

// takesAny tells whether there is a contact that an agent may take.
func (r *reference) takesAny(a routing.Agent, now time.Time) bool {
	if !hasSlot(a) {
		return false
	}
	for _, c := range r.contacts {
		if r.may(a, c, now) {
			return true
		}
	}
	return false
}

// hasSlot tells whether an agent may take anything (rule 1).
func hasSlot(a routing.Agent) bool {
	return a.Routable && a.Held+a.Offered+a.AfterWork+a.Blocked < a.Concurrency
}

// may tells whether an agent may take a contact now.
func (r *reference) may(a routing.Agent, c routing.Contact, now time.Time) bool {
	if !hasSlot(a) {
		return false
	}
	if now.Before(c.PassedOver[a.ID]) || now.Before(c.EnqueuedAt) { // rule 10
		return false
	}
	if c.AgentQueue != "" { // rule 6
		return c.AgentQueue == a.ID
	}
	q, ok := served(a, c.Queue)
	if !ok || now.Sub(c.EnqueuedAt) < q.Delay { // rules 4 and 5
		return false
	}
	if p, ok := r.agents[c.Preferred]; ok && now.Before(c.PreferredUntil) && !now.Before(c.PassedOver[p.ID]) { // rule 9
		if _, serves := served(p, c.Queue); serves && p.Routable && p.Concurrency > 0 {
			return p.ID == a.ID
		}
	}
	end := c.EnqueuedAt // rule 8
	for _, s := range c.Steps {
		end = end.Add(s.Expiry)
		if s.Expiry == 0 || now.Before(end) {
			return s.Expression.Met(a.ID, a.Proficiencies)
		}
	}
	return true
}

// served is the entry of an agent's profile for a queue.
func served(a routing.Agent, queue string) (routing.ProfileQueue, bool) {
	var found routing.ProfileQueue
	ok := false
	for _, q := range a.Queues {
		if q.Queue == queue && (!ok || q.Priority < found.Priority) {
			found, ok = q, true
		}
	}
	return found, ok
}

// precedes tells whether an agent takes c before d.
func precedes(a routing.Agent, c, d routing.Contact) bool {
	if p, q := rank(a, c), rank(a, d); p != q { // rules 4 and 6
		return p < q
	}
	return ahead(c, d)
}

func rank(a routing.Agent, c routing.Contact) int {
	if c.AgentQueue != "" {
		return 0
	}
	q, _ := served(a, c.Queue)
	return max(1, q.Priority)
}

// ahead tells whether c is before d in one queue (rule 7).
func ahead(c, d routing.Contact) bool {
	if p, q := priority(c), priority(d); p != q {
		return p < q
	}
	if t, u := c.EnqueuedAt.Add(-c.Adjust), d.EnqueuedAt.Add(-d.Adjust); !t.Equal(u) {
		return t.Before(u)
	}
	return c.ID < d.ID
}

func priority(c routing.Contact) int64 {
	if c.Priority == 0 {
		return 5
	}
	return c.Priority
}

// position is a contact's place in its queue.
func (r *reference) position(id string) int {
	c, ok := r.contacts[id]
	if !ok {
		return 0
	}
	place := 1
	for _, d := range r.contacts {
		if d.AgentQueue == c.AgentQueue && (c.AgentQueue != "" || d.Queue == c.Queue) && ahead(d, c) {
			place++
		}
	}
	return place
}
