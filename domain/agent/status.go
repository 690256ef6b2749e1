package agent

import (
	"time"

	"parley/internal/fault"
)

// SetStatus changes the status, or the next status while the agent handles a
// contact (PutUserStatus). Choosing the present status again withdraws the next
// one and clears what was missed.
func (a Agent) SetStatus(s Status, now time.Time) (Agent, error) {
	if err := s.valid(); err != nil {
		return a, err
	}
	b := a.clone()
	if b.busy() && s.ID != b.Status.ID {
		b.Next = &s
	} else {
		b = b.enter(s, now)
	}
	return b.settle(a, now), nil
}

// Force is a supervisor's change of status: at once, whatever the agent
// handles (our choice). Chats and after-contact work stay; offers are returned
// to their queues if the new status takes none.
func (a Agent) Force(s Status, now time.Time) (Agent, []Contact, error) {
	if err := s.valid(); err != nil {
		return a, nil, err
	}
	b := a.clone().enter(s, now)
	var back []Contact
	if s.Kind != Routable {
		back = b.take(offered)
	}
	return b.settle(a, now), back, nil
}

// Present reports whether a workspace is noted as connected.
func (a Agent) Present() bool { return !a.ConnectedSince.IsZero() && a.LostAt.IsZero() }

// Connect notes that a workspace of the agent is connected (again), to a node.
func (a Agent) Connect(node string, now time.Time) Agent {
	b := a
	b.Node = node
	if b.ConnectedSince.IsZero() {
		b.ConnectedSince = now
	}
	b.LostAt = time.Time{}
	return b.settle(a, now)
}

// Lose notes that the agent's last workspace is gone without a logout. Nothing
// new is offered from then on; what the agent has stays until Abandon.
func (a Agent) Lose(now time.Time) Agent {
	if a.ConnectedSince.IsZero() || !a.LostAt.IsZero() {
		return a
	}
	a.LostAt = now
	return a
}

// Loss is an instance's setting of what happens to agents whose connection is gone.
type Loss struct {
	Grace    time.Duration // how long the agent may take to come back
	GiveBack bool          // its chats then return to their queues; else they stay
}

// Abandon is due at LostAt + Grace: an agent that has not come back is offline;
// its offers return to their queues, and its chats too if the setting says so.
// Chats that stay make offline the next status. Too early it is refused.
func (a Agent) Abandon(set Loss, offline Status, now time.Time) (Agent, []Contact, error) {
	if a.LostAt.IsZero() || now.Before(a.LostAt.Add(set.Grace)) {
		return a, nil, fault.New(fault.Rule, "The agent's connection is not gone, or not long enough.")
	}
	b := a.clone()
	back := b.take(func(c Contact) bool { return offered(c) || set.GiveBack && c.State == Connected })
	b.ConnectedSince, b.LostAt = time.Time{}, time.Time{}
	return b.goOffline(offline, set.GiveBack, now).settle(a, now), back, nil
}

// Logout ends the agent's work: offers return to their queues, after-contact
// work ends. While chats go on, offline is the next status.
func (a Agent) Logout(offline Status, now time.Time) (Agent, []Contact) {
	b := a.clone()
	back := b.take(offered)
	b.ConnectedSince, b.LostAt = time.Time{}, time.Time{}
	return b.goOffline(offline, true, now).settle(a, now), back
}

// goOffline clears what needs nobody any more and enters the status, or makes
// it the next one while something is handled.
func (a Agent) goOffline(offline Status, clearWork bool, now time.Time) Agent {
	a.take(func(c Contact) bool {
		return c.State == Missed || c.State == Failed || clearWork && c.State == Ended
	})
	if a.busy() {
		a.Next = &offline
		return a
	}
	return a.enter(offline, now)
}

func offered(c Contact) bool { return c.State == Connecting }

func (s Status) valid() error {
	if s.Kind != Routable && s.Kind != Custom && s.Kind != Offline {
		return fault.New(fault.Invalid, "Status %s is of no known type.", s.ID)
	}
	return nil
}
