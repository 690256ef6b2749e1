package sim

import (
	"encoding/json"
	"slices"
	"time"

	"parley/domain/agent"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// Offered lists the users to whom contacts of the chat are offered now.
func (c *Chat) Offered() (users []string) {
	for k := range c.talk.s.Contacts() {
		if k.Offer != nil {
			users = append(users, k.Offer.UserID)
		}
	}
	return users
}

// Serving lists the users who are agents in the chat now.
func (c *Chat) Serving() (users []string) {
	for i := range c.talk.s.State.Participants {
		if p := &c.talk.s.State.Participants[i]; p.Role == transcript.Agent && p.Present() {
			users = append(users, p.UserID)
		}
	}
	return users
}

// Agent returns how a user stands as an agent.
func (c *Chat) Agent(user string) agent.Agent { return c.agents[user] }

// Assign offers what waits to a user, whatever the order of the queue and whatever else the user has missed, as a supervisor does
// (AssociateContactWithUser). What is offered to that user already stays so.
func (c *Chat) Assign(user string) error {
	if k, _ := c.offered(user); k != nil {
		return nil
	}
	for k := range c.talk.s.Contacts() {
		if !k.Queued() || k.Offer != nil {
			continue
		}
		if stateOf(c.agents[user], k.ID) == agent.Missed {
			if err := c.command(user, func(a agent.Agent) (agent.Agent, error) { return a.Clear(k.ID, c.now) }); err != nil {
				return err
			}
		}
		m := c.member(user)
		return c.decideOn(c.talk, func(d *contact.Draft) error { return d.Assign(k.ID, user, m.Profile.Concurrency) }, user)
	}
	return fault.New(fault.NotFound, "no contact waits in a queue")
}

// Accept lets an agent take the contact that it is offered.
func (c *Chat) Accept(user string) error {
	k, err := c.offered(user)
	if err != nil {
		return err
	}
	return c.decide(func(d *contact.Draft) error { return c.take(d, k.ID, c.member(user)) })
}

// Reject lets an agent refuse it.
func (c *Chat) Reject(user string) error {
	k, err := c.offered(user)
	if err != nil {
		return err
	}
	return c.decide(func(d *contact.Draft) error { return d.Reject(k.ID, user) })
}

// Miss lets time pass until the offer to an agent is over.
func (c *Chat) Miss(user string) error {
	k, err := c.offered(user)
	if err != nil {
		return err
	}
	return c.Advance(k.Offer.Until.Sub(c.now))
}

func (c *Chat) offered(user string) (*session.Contact, error) {
	for k := range c.talk.s.Contacts() {
		if k.Offer != nil && k.Offer.UserID == user {
			return k, nil
		}
	}
	return nil, fault.New(fault.NotFound, "the agent is offered nothing")
}

// AgentSays lets an agent send a message.
func (c *Chat) AgentSays(user, contentType, content string) error {
	p, err := c.serving(user)
	if err != nil {
		return err
	}
	return c.send(c.talk, p, contentType, content)
}

// AgentLeaves lets an agent leave the chat; its after-contact work begins.
func (c *Chat) AgentLeaves(user string) error {
	p, err := c.serving(user)
	if err != nil {
		return err
	}
	return c.decide(func(d *contact.Draft) error { return d.Disconnect(p.ID, c.instance.Config) })
}

func (c *Chat) serving(user string) (*session.Participant, error) {
	if p := c.talk.s.User(user); p != nil && p.Role == transcript.Agent {
		return p, nil
	}
	return nil, fault.New(fault.NotFound, "the agent is not in the chat")
}

// Transfer lets an agent send the chat on. Where the chat was told that the target cannot be reached, that is the error.
func (c *Chat) Transfer(user string, to contact.Target) error {
	done := false
	err := c.decide(func(d *contact.Draft) (err error) {
		done, err = d.Transfer(user, to, c.instance.Config)
		return err
	})
	if err == nil && !done {
		return fault.New(fault.Rule, "the chat cannot be sent on: %s", c.reason())
	}
	return err
}

// reason is the one of the last event that tells of a transfer.
func (c *Chat) reason() string {
	for i := len(c.history) - 1; i >= 0; i-- {
		var told struct{ Reason string }
		if item := c.history[i].Item; item != nil && json.Unmarshal([]byte(item.Content), &told) == nil && told.Reason != "" {
			return told.Reason
		}
	}
	return ""
}

// Invite lets an agent ask another one into the chat.
func (c *Chat) Invite(user string, to contact.Target) error {
	return c.decide(func(d *contact.Draft) error {
		_, err := d.Invite(user, to, c.instance.Config)
		return err
	})
}

// Clear ends an agent's after-contact work, or forgets what it missed (DismissUserContact).
func (c *Chat) Clear(user string) error {
	for _, k := range c.agents[user].Contacts {
		switch k.State {
		case agent.Ended:
			return c.decide(func(d *contact.Draft) error { return d.ClearWork(k.ContactID, user) }, user)
		case agent.Missed:
			if err := c.command(user, func(a agent.Agent) (agent.Agent, error) { return a.Clear(k.ContactID, c.now) }); err != nil {
				return err
			}
			return c.settle()
		}
	}
	return fault.New(fault.NotFound, "the agent has neither after-contact work nor a missed contact")
}

// SetStatus lets an agent choose a status: at once, or once it handles nothing.
func (c *Chat) SetStatus(user string, kind agent.StatusKind) error {
	if err := c.command(user, func(a agent.Agent) (agent.Agent, error) { return a.SetStatus(status(kind), c.now) }); err != nil {
		return err
	}
	return c.settle()
}

// command changes an agent without a session.
func (c *Chat) command(user string, do func(agent.Agent) (agent.Agent, error)) error {
	a, err := do(c.agents[user])
	if err == nil {
		c.store(a)
	}
	return err
}

// GuideSays lets an agent answer the guide that it has now.
func (c *Chat) GuideSays(user, contentType, content string) error {
	t := c.guideOf(user)
	if t == nil {
		return fault.New(fault.NotFound, "the agent has no guide")
	}
	return c.send(t, t.s.Customer(), contentType, content)
}

// GuideCloses lets an agent close the guide that it has now.
func (c *Chat) GuideCloses(user string) error {
	t := c.guideOf(user)
	if t == nil {
		return fault.New(fault.NotFound, "the agent has no guide")
	}
	err := c.decideOn(t, func(d *contact.Draft) error { return d.Disconnect(t.s.Customer().ID, c.instance.Config) })
	if err != nil {
		return err
	}
	return c.settle()
}

// OfferOver returns when the open offer to an agent is missed, false if there is none.
func (c *Chat) OfferOver(user string) (time.Time, bool) {
	k, err := c.offered(user)
	if err != nil {
		return time.Time{}, false
	}
	return k.Offer.Until, true
}

// Guided lists the users who have a guide now.
func (c *Chat) Guided() (users []string) {
	for i := range c.staff {
		if c.guideOf(c.staff[i].UserID) != nil {
			users = append(users, c.staff[i].UserID)
		}
	}
	return users
}

// Has reports whether an agent has a contact in one of these states.
func (c *Chat) Has(user string, states ...agent.State) bool {
	return slices.ContainsFunc(c.agents[user].Contacts, func(k agent.Contact) bool { return slices.Contains(states, k.State) })
}
