package router

import (
	"context"
	"slices"
	"time"

	"parley/domain/agent"
	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/work"
)

// DueAgent is the kind of the deadline by which an agent whose connection is gone must be back. Its owner is
// the user, its subject the instance.
const DueAgent = "agent"

func lossKey(instance, user string) change.DueKey {
	return change.DueKey{Owner: user, Kind: DueAgent, Subject: instance}
}

// Connect notes that a workspace of the user is connected to this node. Of a node that dies others note it as gone.
func (r *Router) Connect(ctx context.Context, instance, user string) error {
	if err := r.came(ctx, key{instance, user}); err != nil {
		return err
	}
	drop := func(set *change.Set, _ agent.Agent) { set.Drop = []change.DueKey{lossKey(instance, user)} }
	return r.edit(ctx, instance, user, drop, func(a agent.Agent, now time.Time) (agent.Agent, error) { return a.Connect(r.here.node, now), nil })
}

// Lose notes that the last workspace of the user is gone without a logout: nothing new is offered, and after Loss.Grace
// the user is offline. After an error it is tried again until it is noted, or the user is back.
func (r *Router) Lose(ctx context.Context, instance, user string) error {
	r.went(key{instance, user})
	err := r.loseFrom(ctx, instance, user, "")
	if ignore(err, fault.NotFound) != nil {
		r.here.owe(key{instance, user})
	}
	return err
}

// loseFrom is Lose of a user who is connected to a node, "" = whatever node.
func (r *Router) loseFrom(ctx context.Context, instance, user, node string) error {
	loss, err := r.o.Loss(ctx, instance)
	if err != nil {
		return err
	}
	watch := func(set *change.Set, a agent.Agent) {
		if !a.LostAt.IsZero() {
			set.Due = []change.Due{{DueKey: lossKey(instance, user), At: a.LostAt.Add(loss.Grace)}}
		}
	}
	return r.edit(ctx, instance, user, watch, func(a agent.Agent, now time.Time) (agent.Agent, error) {
		if node != "" && a.Node != node { // it has come to another node meanwhile
			return a, nil
		}
		return a.Lose(now), nil
	})
}

// Logout ends the work of a user: offers return to their queues, after-contact work ends, and the user is offline, or will
// be when the last chat is over.
func (r *Router) Logout(ctx context.Context, instance, user string) error {
	return r.goOffline(ctx, instance, user, true, func(a agent.Agent, offline agent.Status, now time.Time) (agent.Agent, []agent.Contact, error) {
		b, back := a.Logout(offline, now)
		return b, back, nil
	})
}

// Force is a supervisor's change of a user's status: at once, whatever the user handles. Offers return to their queues if the
// status takes none; chats and after-contact work stay.
func (r *Router) Force(ctx context.Context, instance, user, status string) error {
	s, err := r.o.People.Status(ctx, instance, status)
	if err != nil {
		return err
	}
	return r.depart(ctx, instance, user, s, false, agent.Agent.Force)
}

// Dismiss takes a user out of everything, at once: as a supervisor it leaves, its offers and chats go back to their queues, its
// after-contact work ends, and it is offline. The user need not exist any more.
func (r *Router) Dismiss(ctx context.Context, instance, user string) error {
	if err := r.Unwatch(ctx, instance, user, r.o.Clock.Now()); err != nil {
		return err
	}
	if _, err := work.Agent(ctx, r.o.Sessions.Store, instance, user); err != nil {
		return ignore(err, fault.NotFound)
	}
	return r.goOffline(ctx, instance, user, true, func(a agent.Agent, offline agent.Status, now time.Time) (agent.Agent, []agent.Contact, error) {
		var back []agent.Contact
		for _, c := range a.Contacts {
			if c.State == agent.Connecting || c.State == agent.Connected {
				back = append(back, c)
			}
		}
		b, _ := a.Logout(offline, now)
		return b, back, nil
	})
}

// Retire is Dismiss before a user is deleted. It returns the documents of the user to be deleted with it, none of one who was never
// at work, and those that outlive it: how it spent its time.
func (r *Router) Retire(ctx context.Context, instance, user string) (gone []change.Resource, err error) {
	if err := r.Dismiss(ctx, instance, user); err != nil {
		return nil, err
	}
	for _, kind := range []string{agent.Kind, agent.KindWatching} {
		row, err := r.o.Sessions.Store.Resource(ctx, instance, kind, user)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		gone = append(gone, change.Resource{Instance: instance, Kind: kind, ID: user, Version: row.Version, Delete: true})
		if a, err := agent.Parse(instance, user, row.Version, row.Document); kind == agent.Kind && err == nil {
			spent, err := a.Rows()
			if err != nil {
				return nil, err
			}
			gone = append(gone, spent...)
		}
	}
	return gone, nil
}

// Unwatch takes a user out of all chats in which it has been a supervisor since before a time.
func (r *Router) Unwatch(ctx context.Context, instance, user string, before time.Time) error {
	cfg, err := r.o.Config(ctx, instance)
	if err != nil {
		return err
	}
	return r.supervised(ctx, instance, user, func(d *contact.Draft) error {
		p := d.Session().User(user)
		if p.JoinedAt.After(before) {
			return fault.New(fault.Rule, "The user has come back since")
		}
		return d.Disconnect(p.ID, cfg)
	})
}

// supervised makes a decision on each chat in which a user is a supervisor. What the chat refuses is left alone.
func (r *Router) supervised(ctx context.Context, instance, user string, edit func(*contact.Draft) error) error {
	chats, err := r.o.Sessions.Watched(ctx, instance, user)
	if err != nil {
		return err
	}
	for _, id := range chats {
		err := r.decide(ctx, id, user, func(d *contact.Draft) error {
			if p := d.Session().User(user); p == nil || p.Role != transcript.Supervisor {
				return fault.New(fault.Rule, "The user watches the chat no more")
			}
			return edit(d)
		})
		if err := ignore(err, fault.Rule, fault.NotFound, fault.Gone); err != nil {
			return err
		}
	}
	return nil
}

// ignore is an error, unless it is of one of these kinds.
func ignore(err error, kinds ...fault.Kind) error {
	if slices.ContainsFunc(kinds, func(k fault.Kind) bool { return fault.Is(err, k) }) {
		return nil
	}
	return err
}

// abandon makes an agent offline that has not come back in time. One who is back by then, at whatever step, stays as it is.
func (r *Router) abandon(ctx context.Context, ref change.DueRef) error {
	instance, user := ref.Subject, ref.Owner
	a, err := r.Agent(ctx, instance, user)
	switch {
	case err != nil && !fault.Is(err, fault.NotFound):
		return err
	case err != nil || a.LostAt.IsZero():
		return r.answered(ctx, ref)
	}
	loss, err := r.o.Loss(ctx, instance)
	switch at := a.LostAt.Add(loss.Grace); {
	case err != nil && !fault.Is(err, fault.NotFound):
		return err
	case err != nil:
		return r.answered(ctx, ref)
	case r.o.Clock.Now().Before(at): // the setting was changed
		return r.postpone(ctx, ref, at)
	}
	err = r.goOffline(ctx, instance, user, false, func(a agent.Agent, offline agent.Status, now time.Time) (agent.Agent, []agent.Contact, error) {
		return a.Abandon(loss, offline, now)
	})
	if err != nil && !fault.Is(err, fault.Rule) && !fault.Is(err, fault.NotFound) {
		return err
	}
	return r.answered(ctx, ref)
}

// answered takes a deadline away that asks for nothing any more; another node may have done so.
func (r *Router) answered(ctx context.Context, ref change.DueRef) error {
	_, err := r.o.Sessions.Commit(ctx, &change.Set{ID: newID(), At: r.o.Clock.Now(), Done: []change.DueRef{ref}})
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

// postpone moves a deadline.
func (r *Router) postpone(ctx context.Context, ref change.DueRef, at time.Time) error {
	_, err := r.o.Sessions.Commit(ctx, &change.Set{
		ID: newID(), At: r.o.Clock.Now(), Done: []change.DueRef{ref}, Due: []change.Due{{DueKey: lossKey(ref.Subject, ref.Owner), At: at}},
	})
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

// departure is a command by which an agent goes; it returns the contacts that it gives back. One that does not go after all is
// refused with fault.Rule.
type departure func(a agent.Agent, to agent.Status, now time.Time) (agent.Agent, []agent.Contact, error)

// goOffline takes an agent out of work. First nothing new comes, then each contact goes where it belongs, in a
// commit of its own with its chat, and then the agent goes: a crash in between leaves nothing that is
// not ended by its own deadline or by doing this again.
func (r *Router) goOffline(ctx context.Context, instance, user string, clearWork bool, leave departure) error {
	offline, err := r.o.People.Offline(ctx, instance)
	if err != nil {
		return err
	}
	return r.depart(ctx, instance, user, offline, clearWork, leave)
}

// depart is goOffline into any status.
func (r *Router) depart(ctx context.Context, instance, user string, to agent.Status, clearWork bool, leave departure) error {
	err := r.edit(ctx, instance, user, nil, func(a agent.Agent, now time.Time) (agent.Agent, error) {
		if _, _, err := leave(a, to, now); err != nil {
			return a, err
		}
		return a.SetStatus(to, now)
	})
	for n := range attempts {
		if err != nil {
			return err
		}
		var back []agent.Contact
		err = r.edit(ctx, instance, user, nil, func(a agent.Agent, now time.Time) (b agent.Agent, err error) {
			if b, back, err = leave(a, to, now); err == nil {
				back = append(back, worked(a, clearWork)...)
			}
			if len(back) > 0 && err == nil {
				err = fault.New(fault.Rule, "The agent has contacts")
			}
			return b, err
		})
		if len(back) == 0 {
			return err
		}
		if err = r.giveBack(ctx, instance, user, back); err == nil && n > 0 {
			err = pause(ctx, n)
		}
	}
	return fault.New(fault.Unavailable, "The agent is changed by many at once; try again")
}

// worked lists the contacts in after-contact work that is to end.
func worked(a agent.Agent, clearWork bool) (list []agent.Contact) {
	for _, c := range a.Contacts {
		if clearWork && c.State == agent.Ended {
			list = append(list, c)
		}
	}
	return list
}

// giveBack takes contacts from an agent, each in one commit with its chat.
func (r *Router) giveBack(ctx context.Context, instance, user string, contacts []agent.Contact) error {
	cfg, err := r.o.Config(ctx, instance)
	if err != nil {
		return err
	}
	for _, c := range contacts {
		switch c.State {
		case agent.Connecting:
			err = r.decide(ctx, c.SessionID, user, func(d *contact.Draft) error { return d.TakeBack(c.ContactID, user) })
		case agent.Connected:
			err = r.giveUp(ctx, user, c, cfg)
		default:
			err = r.Clear(ctx, instance, user, c.ContactID)
		}
		if fault.Is(err, fault.Rule) || fault.Is(err, fault.NotFound) { // it has gone meanwhile, or the whole chat
			err = r.disown(ctx, instance, user, c)
		}
		if err != nil && !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return nil
}

// giveUp takes a chat from an agent. One whose queue turns out full at the commit is over (see contact.Draft.GiveUp): whoever is gone
// must not keep it until there is room.
func (r *Router) giveUp(ctx context.Context, user string, c agent.Contact, cfg catalog.Config) error {
	give := func(d *contact.Draft) error { return d.GiveUp(c.ContactID, user, cfg) }
	err := r.decide(ctx, c.SessionID, user, give)
	if fault.Is(err, fault.LimitExceeded) {
		cfg.Full = map[string]bool{c.QueueID: true}
		err = r.decide(ctx, c.SessionID, user, give)
	}
	return err
}

// disown frees the slot of a contact of which its chat says, later than the agent said so, that the agent does not have it. The two
// are committed together: where the slot is still the same, it was lost.
func (r *Router) disown(ctx context.Context, instance, user string, lost agent.Contact) error {
	return r.edit(ctx, instance, user, nil, func(a agent.Agent, now time.Time) (agent.Agent, error) {
		same := func(c agent.Contact) bool {
			return c.ContactID == lost.ContactID && c.State == lost.State && c.Since.Equal(lost.Since)
		}
		switch {
		case !slices.ContainsFunc(a.Contacts, same):
			return a, nil
		case lost.State == agent.Connecting:
			return a.Withdraw(lost.ContactID, now)
		case lost.State == agent.Connected:
			return a.Release(lost.ContactID, now)
		}
		return a.Clear(lost.ContactID, now)
	})
}
