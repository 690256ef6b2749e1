package routing

import (
	"cmp"
	"time"
)

// DefaultPriority is a contact's priority unless it is set (Amazon Connect,
// "Change routing priority / age").
const DefaultPriority = 5

// Contact is one contact that waits for an agent.
type Contact struct {
	ID        string
	SessionID string
	Queue     string // the standard queue; unused if AgentQueue is set
	// AgentQueue is the user in whose own queue the contact waits.
	AgentQueue string
	Priority   int64 // 1 first; 0 = DefaultPriority
	EnqueuedAt time.Time
	// Adjust makes the contact look older in the order (QueueTimeAdjustmentSeconds).
	Adjust time.Duration
	Steps  []Step // routing criteria, in order

	Preferred      string // the user who had the customer last, "" = none
	PreferredUntil time.Time
	// PassedOver says which users rejected or missed it, and until when they do not get it.
	PassedOver map[string]time.Time
}

// Step is one step of routing criteria.
type Step struct {
	Expression Expression
	Expiry     time.Duration // 0 = never
}

// queue is the name of the queue on the Board.
func (c *Contact) queue() string {
	if c.AgentQueue != "" {
		return agentQueue(c.AgentQueue)
	}
	return c.Queue
}

// compare orders contacts of queues of equal priority (rule 7).
func (c *Contact) compare(d *Contact) int {
	return cmp.Or(
		cmp.Compare(c.priority(), d.priority()),
		c.EnqueuedAt.Add(-c.Adjust).Compare(d.EnqueuedAt.Add(-d.Adjust)),
		cmp.Compare(c.ID, d.ID))
}

func (c *Contact) priority() int64 {
	if c.Priority == 0 {
		return DefaultPriority
	}
	return c.Priority
}

// step returns the criteria that hold now and when they end; nil when any
// agent of the queue may take the contact, and the zero time for never (rule 8).
func (c *Contact) step(now time.Time) (*Expression, time.Time) {
	if c.AgentQueue != "" {
		return nil, time.Time{}
	}
	end := c.EnqueuedAt
	for i := range c.Steps {
		if c.Steps[i].Expiry == 0 {
			return &c.Steps[i].Expression, time.Time{}
		}
		if end = end.Add(c.Steps[i].Expiry); now.Before(end) {
			return &c.Steps[i].Expression, end
		}
	}
	return nil, time.Time{}
}

// passes tells whether the user is passed over (rule 10).
func (c *Contact) passes(user string, now time.Time) bool {
	return len(c.PassedOver) > 0 && now.Before(c.PassedOver[user])
}
