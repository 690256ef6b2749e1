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
	switch {
	case slices.ContainsFunc(a.Contacts, func(d Contact) bool { return d.ContactID == c.ContactID }):
		return a, fault.New(fault.Conflict, "The agent has contact %s already.", c.ContactID)
	case !a.Routable():
		return a, fault.New(fault.Conflict, "The agent takes no contacts now.")
	case a.Slots() >= concurrency:
		return a, fault.New(fault.Conflict, "The agent has %d contacts, as many as its routing profile allows.", a.Slots())
	}
	b := a.clone()
	c.State, c.Since, c.ConnectedAt = Connecting, now, time.Time{}
	b.Contacts, b.IdleSince = append(b.Contacts, c), now
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

// Fail notes that an offer could not be brought to the agent; until it is
// cleared the agent is offered nothing more.
func (a Agent) Fail(contact string, now time.Time) (Agent, error) {
	i, err := a.find(contact, Connecting)
	if err != nil {
		return a, err
	}
	b := a.clone()
	b.Contacts[i].State, b.Contacts[i].Since, b.Contacts[i].Expires = Failed, now, time.Time{}
	return b.settle(a, now), nil
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

// Due returns when Expire has something to do next; false if never.
func (a Agent) Due() (time.Time, bool) {
	var due time.Time
	for _, c := range a.Contacts {
		if !c.Expires.IsZero() && (due.IsZero() || c.Expires.Before(due)) {
			due = c.Expires
		}
	}
	return due, !due.IsZero()
}

// Expire ends what has run out: after-contact work is cleared, and an offer is
// missed, which returns it to its queue (the contacts returned) and keeps the
// agent from further offers until the missed contact is cleared or the agent
// chooses a routable status again ("Missed").
func (a Agent) Expire(now time.Time) (Agent, []Contact) {
	b := a.clone()
	b.take(func(c Contact) bool { return c.State == Ended && c.over(now) })
	var missed []Contact
	for i := range b.Contacts {
		if c := &b.Contacts[i]; offered(*c) && c.over(now) {
			missed = append(missed, *c)
			c.State, c.Since, c.Expires = Missed, now, time.Time{}
		}
	}
	return b.settle(a, now), missed
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
