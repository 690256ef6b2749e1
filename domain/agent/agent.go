// Package agent holds the rules of one agent: its status, the contacts that it
// is offered, holds and works on after their end, and its connection.
//
// Each rule decides on a state, a command and a time: it returns the new state
// or a fault, and never changes the state that it was given. An Agent is stored
// as one versioned document (see Resource): of two decisions on the same version
// the store takes one, so an agent's slots are never filled twice.
package agent

import (
	"slices"
	"time"

	"parley/internal/fault"
)

// Status is an agent status as far as the rules need it.
type Status struct {
	ID   string
	Kind StatusKind
}

// StatusKind is what a status means (Amazon Connect, AgentStatusType).
type StatusKind string

// The kinds of statuses.
const (
	Routable StatusKind = "ROUTABLE"
	Custom   StatusKind = "CUSTOM"
	Offline  StatusKind = "OFFLINE"
)

// State is where a contact stands with an agent (Amazon Connect, ContactState).
type State string

// The states. Connecting: offered. Ended: after-contact work. A rejected
// contact leaves no trace with the agent (our choice: its slot is free at once).
const (
	Connecting State = "CONNECTING"
	Connected  State = "CONNECTED"
	Ended      State = "ENDED"
	Missed     State = "MISSED"
	Failed     State = "ERROR"
)

// Agent is one user as an agent.
type Agent struct {
	InstanceID string `json:"-"`
	UserID     string `json:"-"`
	Version    int64  `json:"-"` // of the stored document, 0 = not stored yet

	Status Status
	Since  time.Time // StatusStartTimestamp
	// Next takes effect when the agent has no contact in a slot any more (NextStatus).
	Next *Status `json:",omitempty"`
	// IdleSince orders agents for routing: the latest of when it became routable, was last
	// offered a contact, and last became free of all contacts.
	IdleSince time.Time
	// InboundSince is IdleSince but for statuses: when it was last offered a contact, or became free of all; zero = never.
	InboundSince time.Time `json:",omitzero"`
	Contacts     []Contact `json:",omitempty"` // in the order in which they were offered
	// ConnectedSince is since when a workspace is connected, LostAt since when none is any more
	// though nobody logged out. Both are zero for an agent without a workspace (AutoAccept).
	ConnectedSince time.Time `json:",omitzero"`
	LostAt         time.Time `json:",omitzero"`
	Node           string    `json:",omitempty"` // to which the workspace was connected last
	// Doing is what the agent has done since DoingSince, and Spent what it did before, as far as that is no row of its own yet (Timed).
	Doing      Doing     `json:",omitempty"`
	DoingSince time.Time `json:",omitzero"`
	Spent      []Stretch `json:",omitempty"`
	// Mentions are those that the agent has not seen yet, oldest first.
	Mentions []Mention `json:",omitempty"`
}

// Contact is a contact in one of the agent's slots.
type Contact struct {
	ContactID   string
	SessionID   string
	QueueID     string `json:",omitempty"`
	State       State
	Since       time.Time // StateStartTimestamp
	ConnectedAt time.Time `json:",omitzero"` // ConnectedToAgentTimestamp
	// Expires is when an offer is missed or after-contact work ends; zero = never.
	Expires time.Time `json:",omitzero"`
	// GuideID is the chat that guides the agent through the contact now, "" for none.
	GuideID string `json:",omitempty"`
}

// New is an agent that was never online. The status is the instance's offline one.
func New(instance, user string, offline Status, now time.Time) Agent {
	return Agent{InstanceID: instance, UserID: user, Status: offline, Since: now}
}

// Routable tells whether contacts may be offered: in a routable status, with
// none other to come and no missed or failed contact in the way ("Available",
// Metric definitions), and not gone.
func (a Agent) Routable() bool {
	return a.Status.Kind == Routable && a.Next == nil && a.LostAt.IsZero() && a.count(Missed, Failed) == 0
}

// Slots counts the slots taken: whatever the state, a contact takes one
// ("Availability", Metric definitions).
func (a Agent) Slots() int { return len(a.Contacts) }

// count counts the contacts in one of the states.
func (a Agent) count(states ...State) int {
	n := 0
	for _, c := range a.Contacts {
		if slices.Contains(states, c.State) {
			n++
		}
	}
	return n
}

// busy tells whether the agent handles something, so that a new status must wait.
func (a Agent) busy() bool { return a.count(Connecting, Connected, Ended) > 0 }

// clone is a copy whose contacts may be changed.
func (a Agent) clone() Agent {
	a.Contacts = slices.Clone(a.Contacts)
	return a
}

// find returns the contact if it is in one of the states.
func (a Agent) find(contact string, states ...State) (int, error) {
	i := slices.IndexFunc(a.Contacts, func(c Contact) bool { return c.ContactID == contact })
	if i < 0 {
		return 0, fault.New(fault.NotFound, "The agent has no contact %s.", contact)
	}
	if !slices.Contains(states, a.Contacts[i].State) {
		return 0, fault.New(fault.Rule, "Contact %s is %s for the agent, not %s.", contact, a.Contacts[i].State, either(states))
	}
	return i, nil
}

func either(states []State) string {
	text := string(states[0])
	for _, s := range states[1:] {
		text += " or " + string(s)
	}
	return text
}

// take removes the contacts that ok selects from the agent and returns them.
func (a *Agent) take(ok func(Contact) bool) []Contact {
	var taken, kept []Contact
	for _, c := range a.Contacts {
		if ok(c) {
			taken = append(taken, c)
		} else {
			kept = append(kept, c)
		}
	}
	a.Contacts = kept
	return taken
}

// settle applies what follows from a change: the next status once nothing is
// handled any more, and since when the agent is idle. before is the agent
// before the change.
func (a Agent) settle(before Agent, now time.Time) Agent {
	if a.Next != nil && !a.busy() {
		a = a.enter(*a.Next, now)
	}
	freed := len(before.Contacts) > 0 && len(a.Contacts) == 0
	if a.Routable() && (!before.Routable() || freed) {
		a.IdleSince = now
	}
	if freed {
		a.InboundSince = now
	}
	return a
}

// enter puts the agent into a status. One that makes it routable clears what
// it missed ("flipped back to routable").
func (a Agent) enter(s Status, now time.Time) Agent {
	if a.Status.ID != s.ID {
		a.Since = now
	}
	a.Status, a.Next = s, nil
	if s.Kind == Routable {
		a.take(func(c Contact) bool { return c.State == Missed || c.State == Failed })
	}
	return a
}
