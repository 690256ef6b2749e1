package agent

import (
	"slices"
	"time"

	"parley/internal/fault"
)

// Offer opens an offer: the contact takes a slot until it is accepted,
// rejected, withdrawn, or missed at c.Expires (zero = never). concurrency is
// that of the agent's routing profile for chat, 1 to 10. A conflict says that
// the agent cannot take it now.
func (a Agent) Offer(c Contact, concurrency int, now time.Time) (Agent, error) {
	if !a.Routable() {
		return a, fault.New(fault.Conflict, "The agent takes no contacts now")
	}
	return a.Assign(c, concurrency, now)
}

// Assign is Offer by somebody's hand: also to an agent who is at work and takes none by itself now, in a custom status say
// (AssociateContactWithUser: "regardless of their current state"; not to one who is offline: our choice).
func (a Agent) Assign(c Contact, concurrency int, now time.Time) (Agent, error) {
	switch {
	case slices.ContainsFunc(a.Contacts, func(d Contact) bool { return d.ContactID == c.ContactID }):
		return a, fault.New(fault.Conflict, "The agent has contact %s already", c.ContactID)
	case a.Status.Kind == Offline || !a.LostAt.IsZero():
		return a, fault.New(fault.Conflict, "The agent is not at work")
	case a.Slots() >= concurrency:
		return a, fault.New(fault.Conflict, "The agent has %d contacts, as many as its routing profile allows", a.Slots())
	}
	b := a.clone()
	c.State, c.Since, c.ConnectedAt = Connecting, now, time.Time{}
	b.Contacts, b.IdleSince, b.InboundSince = append(b.Contacts, c), now, now
	return b, nil
}

// Accept takes an open offer.
func (a Agent) Accept(contact string, now time.Time) (Agent, error) {
	i, err := a.find(contact, Connecting)
	if err != nil {
		return a, err
	}
	if a.Contacts[i].over(now) {
		return a, fault.New(fault.Rule, "The offer of contact %s has expired.", contact)
	}
	b := a.clone()
	c := &b.Contacts[i]
	c.State, c.Since, c.ConnectedAt, c.Expires = Connected, now, now, time.Time{}
	return b, nil
}

// Reject refuses an offer, open or expired but not yet missed; the contact is
// to be offered to the next agent.
func (a Agent) Reject(contact string, now time.Time) (Agent, error) {
	return a.drop(contact, now, Connecting)
}

// Withdraw takes an offer back: the customer has left, or a supervisor gave
// the contact to somebody else.
func (a Agent) Withdraw(contact string, now time.Time) (Agent, error) {
	return a.drop(contact, now, Connecting)
}

// Release takes a chat from the agent without after-contact work: it was
// given back or reassigned.
func (a Agent) Release(contact string, now time.Time) (Agent, error) {
	return a.drop(contact, now, Connected)
}

// Clear frees the slot of a contact that is over for the agent, after-contact
// work, missed or failed (DismissUserContact).
func (a Agent) Clear(contact string, now time.Time) (Agent, error) {
	return a.drop(contact, now, Ended, Missed, Failed)
}

// Empty takes everything from the agent: the chats were erased.
func (a Agent) Empty(now time.Time) Agent {
	b := a
	b.Contacts, b.Mentions = nil, nil
	return b.settle(a, now)
}

// Fail notes that an offer could not be brought to the agent; until it is
// cleared the agent is offered nothing more.
func (a Agent) Fail(contact string, now time.Time) (Agent, error) {
	return a.spoil(contact, Failed, now)
}

// Finish ends the agent's part in a chat: after-contact work begins and ends
// after limit (AfterContactWorkTimeLimit), 0 = when the agent clears it.
func (a Agent) Finish(contact string, limit time.Duration, now time.Time) (Agent, error) {
	i, err := a.find(contact, Connected)
	if err != nil {
		return a, err
	}
	b := a.clone()
	b.Contacts[i].State, b.Contacts[i].Since = Ended, now
	if limit > 0 {
		b.Contacts[i].Expires = now.Add(limit)
	}
	return b, nil
}

// Miss notes that an offer was not taken in time: until the missed contact is cleared, or the agent chooses a
// routable status again, the agent is offered nothing more ("Missed").
func (a Agent) Miss(contact string, now time.Time) (Agent, error) {
	return a.spoil(contact, Missed, now)
}

func (a Agent) spoil(contact string, to State, now time.Time) (Agent, error) {
	i, err := a.find(contact, Connecting)
	if err != nil {
		return a, err
	}
	b := a.clone()
	b.Contacts[i].State, b.Contacts[i].Since, b.Contacts[i].Expires = to, now, time.Time{}
	return b.settle(a, now), nil
}

func (c Contact) over(now time.Time) bool { return !c.Expires.IsZero() && !now.Before(c.Expires) }

// drop removes a contact that is in one of the states.
func (a Agent) drop(contact string, now time.Time, states ...State) (Agent, error) {
	i, err := a.find(contact, states...)
	if err != nil {
		return a, err
	}
	b := a.clone()
	b.Contacts = slices.Delete(b.Contacts, i, i+1)
	return b.settle(a, now), nil
}
