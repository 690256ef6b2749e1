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

// Offer offers the current contact, which waits, to an agent that the decision knows, with room for so many
// contacts. It is open for OfferWithin. fault.Conflict: the contact does not wait any more, or the agent cannot take it.
func (d *Draft) Offer(user string, concurrency int) error {
	if d.s.Current().PassedOver[user].After(d.now) {
		return fault.New(fault.Conflict, "The agent is passed over for this contact")
	}
	return d.offer(user, func(a agent.Agent, c agent.Contact) (agent.Agent, error) { return a.Offer(c, concurrency, d.now) })
}

// Assign is Offer by somebody's hand: whoever is at work and has room may get the contact, also who was passed over.
func (d *Draft) Assign(user string, concurrency int) error {
	return d.offer(user, func(a agent.Agent, c agent.Contact) (agent.Agent, error) { return a.Assign(c, concurrency, d.now) })
}

func (d *Draft) offer(user string, command func(agent.Agent, agent.Contact) (agent.Agent, error)) error {
	k := d.s.Current()
	switch {
	case d.s.Status != session.Active || !k.Queued():
		return fault.New(fault.Conflict, "The contact waits in no queue")
	case k.Offer != nil:
		return fault.New(fault.Conflict, "The contact is offered to an agent already")
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
	d.at(DueOffer, until)
	return nil
}

// Reject refuses the open offer to an agent: the contact keeps its place in the queue and passes the agent over for PassOver.
func (d *Draft) Reject(user string) error {
	return d.giveBack(user, func(a agent.Agent) (agent.Agent, error) { return a.Reject(d.s.Current().ID, d.now) })
}

// Miss ends an offer whose time is over, as Reject does; the agent is offered nothing more until it has seen to that. An
// offer that is closed, or was opened later, is left alone.
func (d *Draft) Miss() error {
	o := d.s.Current().Offer
	if o == nil || d.now.Before(o.Until) {
		return nil
	}
	return d.giveBack(o.UserID, func(a agent.Agent) (agent.Agent, error) { return a.Miss(d.s.Current().ID, d.now) })
}

// TakeBack ends the open offer to an agent who is not there any more, as Reject does.
func (d *Draft) TakeBack(user string) error {
	return d.giveBack(user, func(a agent.Agent) (agent.Agent, error) { return a.Withdraw(d.s.Current().ID, d.now) })
}

func (d *Draft) giveBack(user string, command func(agent.Agent) (agent.Agent, error)) error {
	k := d.s.Current()
	if k.Offer == nil || k.Offer.UserID != user {
		return notOffered()
	}
	if err := d.change(user, command); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	k.Offer = nil
	d.passOver(k, user)
	d.updated(k)
	d.drop(DueOffer)
	return nil
}

func notOffered() error {
	return fault.New(fault.Rule, "The contact is not offered to the agent")
}

// withdraw ends an open offer because the contact does not wait any more.
func (d *Draft) withdraw(k *session.Contact) {
	if k.Offer == nil {
		return
	}
	_ = d.change(k.Offer.UserID, func(a agent.Agent) (agent.Agent, error) { return a.Withdraw(k.ID, d.now) })
	k.Offer = nil
	d.touch(change.State)
	d.drop(DueOffer)
}
