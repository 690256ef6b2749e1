package router

import (
	"context"

	"parley/domain/agent"
	"parley/domain/contact"
	"parley/internal/fault"
)

// Transfer sends the chat of a user on, to a queue or another user (see contact.Draft.Transfer). done is false where the
// target could not be reached: the chat was told so and goes on as it was. Else next is the chat's new contact.
func (r *Router) Transfer(ctx context.Context, instance, user, contactID string, to contact.Target) (next string, done bool, err error) {
	cfg, err := r.o.Config(ctx, instance)
	if err != nil {
		return "", false, err
	}
	err = r.inChat(ctx, instance, user, contactID, func(d *contact.Draft) (err error) {
		if done, err = d.Transfer(user, to, cfg); done {
			next = d.Session().Current().ID
		}
		return err
	})
	return next, done, err
}

// Invite asks another agent into the chat of a user and returns the id of the invited agent's contact. A user who
// does not exist is refused with fault.NotFound.
func (r *Router) Invite(ctx context.Context, instance, user, contactID string, to contact.Target) (invited string, err error) {
	cfg, err := r.o.Config(ctx, instance)
	if err != nil {
		return "", err
	}
	if to.UserID != "" {
		if _, err := r.o.People.Worker(ctx, instance, to.UserID); err != nil {
			return "", err
		}
	}
	err = r.inChat(ctx, instance, user, contactID, func(d *contact.Draft) (err error) {
		invited, err = d.Invite(user, to, cfg)
		return err
	})
	if fault.Is(err, fault.LimitExceeded) && invited != "" { // the chat has room, the queue has none
		q := cfg.Queues[to.QueueID]
		return "", fault.Wrap(fault.LimitExceeded, err, "The queue %.127s is full: %d contacts wait in it (MaxContacts)", q.Name, q.MaxContacts)
	}
	return invited, err
}

// Remove takes an agent out of the chat of a user, or an invitation back; invited is the contact of that agent.
func (r *Router) Remove(ctx context.Context, instance, user, invited string) error {
	return r.inChat(ctx, instance, user, invited, func(d *contact.Draft) error { return d.Remove(user, invited) })
}

// End takes a user out of a chat: without another agent the chat ends, or its disconnect flow runs.
func (r *Router) End(ctx context.Context, instance, user, contactID string) error {
	cfg, err := r.o.Config(ctx, instance)
	if err != nil {
		return err
	}
	return r.inChat(ctx, instance, user, contactID, func(d *contact.Draft) error {
		p := d.Session().User(user)
		if p == nil {
			return fault.New(fault.Rule, "The user takes no part in the chat")
		}
		return d.Disconnect(p.ID, cfg)
	})
}

// Barge has a supervisor who watches a chat take part in it, or go back to watching.
func (r *Router) Barge(ctx context.Context, instance, user, contactID string, in bool) error {
	return r.inChat(ctx, instance, user, contactID, func(d *contact.Draft) error { return d.Barge(user, in) })
}

// TakeOver has a supervisor who takes part in a chat take an agent out of it.
func (r *Router) TakeOver(ctx context.Context, instance, user, contactID, agentUser string) error {
	return r.inChat(ctx, instance, user, contactID, func(d *contact.Draft) error { return d.TakeOver(user, agentUser) })
}

// Reassign moves a chat from the agent who has it, or out of a queue, to another queue, or to the own queue of a user, who must be at work
// (see contact.Draft.Reassign). next is its new contact.
func (r *Router) Reassign(ctx context.Context, instance, contactID, from string, to contact.Target) (next string, err error) {
	cfg, err := r.o.Config(ctx, instance)
	if err != nil {
		return "", err
	}
	if to.UserID != "" {
		a, err := r.Agent(ctx, instance, to.UserID)
		if err != nil {
			return "", err
		}
		if a.Status.Kind == agent.Offline || !a.LostAt.IsZero() {
			return "", fault.New(fault.Rule, "The user is not at work")
		}
	}
	err = r.inChat(ctx, instance, to.UserID, contactID, func(d *contact.Draft) error {
		err := d.Reassign(contactID, from, to, cfg)
		next = d.Session().Current().ID
		return err
	})
	return next, err
}

// Coach says something to the agents of a chat that a supervisor watches; the customer hears nothing of it.
func (r *Router) Coach(ctx context.Context, instance, user, contactID, text string) error {
	return r.inChat(ctx, instance, user, contactID, func(d *contact.Draft) error { return d.Coach(user, text) })
}

// inChat makes a decision on the chat that a contact belongs to.
func (r *Router) inChat(ctx context.Context, instance, user, contactID string, edit func(*contact.Draft) error) error {
	id, err := r.o.Sessions.ChatOf(ctx, instance, contactID)
	if err != nil {
		return err
	}
	return r.decide(ctx, id, user, edit)
}
