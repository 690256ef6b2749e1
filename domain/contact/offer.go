package contact

import (
	"time"

	"parley/domain/agent"
	"parley/domain/change"
	"parley/domain/session"
	"parley/internal/fault"
)

// OfferWithin is how long an offer stays open (our choice; Amazon Connect shows an incoming chat
// for about 20 seconds, "What happens with missed contacts").
const OfferWithin = 20 * time.Second

// Offer offers a contact, which waits, to an agent that the decision knows, with room for so many contacts. It is
// open for OfferWithin. fault.Conflict: the contact does not wait any more, or the agent cannot take it.
func (d *Draft) Offer(contact, user string, concurrency int) error {
	if k := d.s.Contact(contact); k != nil && k.PassedOver[user].After(d.now) {
		return fault.New(fault.Conflict, "The agent is passed over for this contact")
	}
	return d.offer(contact, user, func(a agent.Agent, c agent.Contact) (agent.Agent, error) { return a.Offer(c, concurrency, d.now) })
}

// Assign is Offer by somebody's hand: whoever is at work and has room may get the contact, also who was passed over.
func (d *Draft) Assign(contact, user string, concurrency int) error {
	return d.offer(contact, user, func(a agent.Agent, c agent.Contact) (agent.Agent, error) { return a.Assign(c, concurrency, d.now) })
}

func (d *Draft) offer(contact, user string, command func(agent.Agent, agent.Contact) (agent.Agent, error)) error {
	k := d.s.Contact(contact)
	switch {
	case d.s.Status != session.Active || k == nil || !k.Queued():
		return fault.New(fault.Conflict, "The contact waits in no queue")
	case k.Offer != nil:
		return fault.New(fault.Conflict, "The contact is offered to an agent already")
	case d.s.User(user) != nil:
		return fault.New(fault.Conflict, "The user takes part in the chat already")
	case d.agents[user] == nil:
		return fault.New(fault.Conflict, "The user is no agent")
	}
	until := d.now.Add(OfferWithin)
	err := d.change(user, func(a agent.Agent) (agent.Agent, error) {
		return command(a, agent.Contact{ContactID: k.ID, SessionID: d.s.ID, QueueID: k.QueueID, Expires: until})
	})
	if err != nil {
		return err
	}
	k.Offer = &session.Offer{UserID: user, At: d.now, Until: until}
	d.updated(k)
	d.set.Due = append(d.set.Due, change.Due{DueKey: d.offerKey(k.ID), At: until})
	return nil
}

// offerKey is the deadline of the open offer of a contact.
func (d *Draft) offerKey(contact string) change.DueKey {
	return change.DueKey{Owner: d.s.ID, Kind: DueOffer, Subject: contact}
}

// Reject refuses the open offer to an agent: the contact keeps its place in the queue and passes the agent over for
// PassOver. A user who was asked into a chat and refuses is not asked again.
func (d *Draft) Reject(contact, user string) error {
	return d.giveBack(contact, user, session.Rejected, func(a agent.Agent) (agent.Agent, error) { return a.Reject(contact, d.now) })
}

// Miss ends an offer whose time is over, as Reject does; the agent is offered nothing more until it has seen to that. An
// offer that is closed, or was opened later, is left alone.
func (d *Draft) Miss(contact string) error {
	k := d.s.Contact(contact)
	if k == nil || k.Offer == nil || d.now.Before(k.Offer.Until) {
		return nil
	}
	return d.giveBack(contact, k.Offer.UserID, session.Missed, func(a agent.Agent) (agent.Agent, error) { return a.Miss(contact, d.now) })
}

// TakeBack ends the open offer to an agent who is not there any more, as Reject does.
func (d *Draft) TakeBack(contact, user string) error {
	return d.giveBack(contact, user, session.Lost, func(a agent.Agent) (agent.Agent, error) { return a.Withdraw(contact, d.now) })
}

func (d *Draft) giveBack(contact, user string, why session.Decline, command func(agent.Agent) (agent.Agent, error)) error {
	k, err := d.offered(contact, user)
	if err != nil {
		return err
	}
	if err := d.change(user, command); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	k.Decline(why, d.now)
	d.passOver(k, user)
	d.updated(k)
	d.DropDue(d.offerKey(k.ID))
	d.declined(k, user)
	return nil
}

// offered returns a contact that is offered to a user.
func (d *Draft) offered(contact, user string) (*session.Contact, error) {
	k := d.s.Contact(contact)
	if k == nil || k.Offer == nil || k.Offer.UserID != user {
		return nil, fault.New(fault.Rule, "The contact is not offered to the agent")
	}
	return k, nil
}

// withdraw ends an open offer because the contact does not wait any more.
func (d *Draft) withdraw(k *session.Contact) {
	if k.Offer == nil {
		return
	}
	_ = d.change(k.Offer.UserID, func(a agent.Agent) (agent.Agent, error) { return a.Withdraw(k.ID, d.now) })
	k.Decline(session.Withdrawn, d.now)
	d.touch(change.State)
	d.DropDue(d.offerKey(k.ID))
}
