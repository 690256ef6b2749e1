package metric

import (
	"time"

	"parley/domain/talk"
)

// Contact is what metrics read of a contact. Times are zero for what has not happened.
type Contact struct {
	Queue   string // the standard queue that it entered, "" = none, or a user's own
	Agent   Agent  // who took it
	Method  string // InitiationMethod
	Reason  string // DisconnectReason
	Subtype string // the segment attribute connect:Subtype

	Initiated time.Time
	Connected time.Time // to the system
	Enqueued  time.Time
	Dequeued  time.Time
	Answered  time.Time // an agent took it
	Left      time.Time // the agent left the chat
	WorkBegan time.Time // after-contact work; zero also where there was none
	WorkEnded time.Time
	Ended     time.Time

	// Followed: the chat went on as another contact. Transferred: because somebody, or a flow in its queue, sent it on.
	Followed, Transferred bool
	Missed                []Miss // offers that nobody took, each
	Rating                *float64
	Talk                  *talk.Metrics // what was said, nil = that was not counted
}

// Miss is an offer that an agent did not take.
type Miss struct {
	Agent     Agent
	Withdrawn bool // the contact did not wait any more: the customer left
}

// Agent is a user as metrics group by it. The zero Agent is nobody.
type Agent struct {
	ID      string
	Profile string   // the routing profile
	Groups  []string // the hierarchy groups, from level one down
}

func (c *Contact) queued() bool  { return !c.Enqueued.IsZero() }
func (c *Contact) handled() bool { return !c.Answered.IsZero() }

// Abandoned reports whether the customer left a queue without an agent.
func (c *Contact) Abandoned() bool { return c.queued() && !c.handled() && !c.Followed }

// waited is the time in the queue.
func (c *Contact) waited() (time.Duration, bool) {
	switch {
	case !c.queued():
		return 0, false
	case c.handled():
		return c.Answered.Sub(c.Enqueued), true
	case !c.Dequeued.IsZero():
		return c.Dequeued.Sub(c.Enqueued), true
	}
	return c.Ended.Sub(c.Enqueued), !c.Ended.IsZero()
}

// interaction is the time for which the agent was in the chat.
func (c *Contact) interaction() (time.Duration, bool) {
	end := c.Left
	if end.IsZero() {
		end = c.Ended
	}
	return end.Sub(c.Answered), c.handled() && !end.IsZero()
}

// work is the time of after-contact work; an agent whom the chat was taken from had none.
func (c *Contact) work() (time.Duration, bool) {
	switch {
	case !c.handled():
		return 0, false
	case c.WorkBegan.IsZero():
		return 0, !c.Ended.IsZero()
	}
	return c.WorkEnded.Sub(c.WorkBegan), !c.WorkEnded.IsZero()
}

// handling is interaction and work.
func (c *Contact) handling() (time.Duration, bool) {
	talk, talked := c.interaction()
	work, worked := c.work()
	return talk + work, talked && worked
}

// resolution is the time from the beginning until the last work on it.
func (c *Contact) resolution() (time.Duration, bool) {
	end := c.Ended
	if c.WorkEnded.After(end) {
		end = c.WorkEnded
	}
	return end.Sub(c.Initiated), !c.Ended.IsZero() && !c.Initiated.IsZero()
}

func (c *Contact) duration() (time.Duration, bool) {
	return c.Ended.Sub(c.Initiated), !c.Ended.IsZero() && !c.Initiated.IsZero()
}

// inFlow is the time from the connection until the queue, or the end.
func (c *Contact) inFlow() (time.Duration, bool) {
	end := c.Ended
	if c.queued() {
		end = c.Enqueued
	}
	return max(end.Sub(c.Connected), 0), !c.Connected.IsZero() && !end.IsZero() && c.Method != "DISCONNECT"
}
