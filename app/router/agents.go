package router

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"parley/domain/agent"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/internal/fault"
	"parley/internal/token"
	"parley/work"
)

// Agent returns a user as an agent, as the store has it; fault.NotFound if there is no such user. One who is gone and still has
// something is returned: it must be possible to take that away.
func (r *Router) Agent(ctx context.Context, instance, user string) (agent.Agent, error) {
	a, err := work.Agent(ctx, r.o.Sessions.Store, instance, user)
	if !fault.Is(err, fault.NotFound) {
		return a, err
	}
	if _, err := r.o.People.Worker(ctx, instance, user); err != nil {
		return a, err
	}
	offline, err := r.o.People.Offline(ctx, instance)
	return agent.New(instance, user, offline, r.o.Clock.Now()), err
}

// Online returns the agents of an instance who are at work or have a contact, by id.
func (r *Router) Online(ctx context.Context, instance string) ([]agent.Agent, error) {
	rows, err := r.list(ctx, instance, agent.Kind, nil)
	if err != nil {
		return nil, err
	}
	var all []agent.Agent
	for i := range rows {
		a, err := agent.Parse(instance, rows[i].ID, rows[i].Version, rows[i].Document)
		if err != nil {
			return nil, err
		}
		if a.Status.Kind != agent.Offline || len(a.Contacts) > 0 {
			all = append(all, a)
		}
	}
	return all, nil
}

// SetStatus changes the status of a user (PutUserStatus): at once, or once it handles no contact any more.
func (r *Router) SetStatus(ctx context.Context, instance, user, status string) error {
	s, err := r.o.People.Status(ctx, instance, status)
	if err != nil {
		return err
	}
	return r.edit(ctx, instance, user, nil, func(a agent.Agent, now time.Time) (agent.Agent, error) { return a.SetStatus(s, now) })
}

// attempts bounds how often a change of an agent is decided again because another one was faster, apart the wait between two
// (our choice).
const (
	attempts = 30
	apart    = 50 * time.Millisecond
)

// pause is the wait before the decision after the nth: random and growing, so that of several nodes none is always the slower one.
func pause(ctx context.Context, n int) error {
	timer := time.NewTimer(rand.N(min(apart, time.Millisecond<<min(n, 10))))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// edit changes an agent as it stands, and sets or drops deadlines with it.
func (r *Router) edit(ctx context.Context, instance, user string, more func(*change.Set, agent.Agent), command func(agent.Agent, time.Time) (agent.Agent, error)) error {
	for n := range attempts {
		before, err := r.Agent(ctx, instance, user)
		if err != nil {
			return err
		}
		now := r.o.Clock.Now()
		after, err := command(before, now)
		if err != nil {
			return err
		}
		set := &change.Set{ID: newID(), At: now}
		if more != nil {
			more(set, after)
		}
		if set.Resources, err = changed(before, after, now); err != nil || len(set.Resources)+len(set.Due)+len(set.Drop) == 0 {
			return err
		}
		_, err = r.o.Sessions.Commit(ctx, set)
		if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Duplicate) {
			return err
		}
		if err := pause(ctx, n); err != nil {
			return err
		}
	}
	return fault.New(fault.Unavailable, "The agent is changed by many at once; try again")
}

// changed is the document of an agent, if a command changed it, and with it what it did until now.
func changed(before, after agent.Agent, now time.Time) ([]change.Resource, error) {
	old, err := before.Resource()
	if err != nil {
		return nil, err
	}
	row, err := after.Resource()
	if err != nil || before.Version > 0 && bytes.Equal(old.Document, row.Document) {
		return nil, err
	}
	return after.Written(now)
}

// Accept takes the contact that is offered to a user, and returns the participant token with which the
// agent talks. Of two that accept at once one wins; the other is refused with fault.Rule.
func (r *Router) Accept(ctx context.Context, instance, user, contactID string) (participantToken string, err error) {
	w, err := r.o.People.Worker(ctx, instance, user)
	if err != nil {
		return "", err
	}
	take, err := r.taking(ctx, instance, user, contactID, w)
	if err != nil {
		return "", err
	}
	if err := r.inChat(ctx, instance, user, contactID, take); err != nil {
		return "", err
	}
	return r.Credentials(ctx, instance, user, contactID)
}

// Reject refuses the contact that is offered to a user: it goes on to the next agent.
func (r *Router) Reject(ctx context.Context, instance, user, contactID string) error {
	return r.inChat(ctx, instance, user, contactID, func(d *contact.Draft) error { return d.Reject(contactID, user) })
}

// Assign gives a waiting contact to a user, whatever the order of the queue (AssociateContactWithUser): it is
// offered, or taken at once by a user who accepts by itself. A user who is not at work or has no room is refused with fault.Rule.
func (r *Router) Assign(ctx context.Context, instance, user, contactID string) error {
	w, err := r.o.People.Worker(ctx, instance, user)
	if err != nil {
		return err
	}
	take, err := r.taking(ctx, instance, user, contactID, w)
	if err != nil {
		return err
	}
	err = r.inChat(ctx, instance, user, contactID, func(d *contact.Draft) error {
		if err := d.Assign(contactID, user, w.Concurrency); err != nil || !w.AutoAccept {
			return err
		}
		return take(d)
	})
	var refused *fault.Error
	if errors.As(err, &refused) && refused.Kind == fault.Conflict {
		return fault.Wrap(fault.Rule, err, "%s", refused.Message)
	}
	return err
}

// Credentials returns the participant token of a user in a chat that it takes part in; fault.NotFound.
func (r *Router) Credentials(ctx context.Context, instance, user, contactID string) (participantToken string, err error) {
	snap, err := r.o.Sessions.Of(ctx, instance, contactID)
	if err != nil {
		return "", err
	}
	p := snap.User(user)
	if p == nil {
		return "", fault.New(fault.NotFound, "The user takes no part in the chat")
	}
	return r.o.Tokens.Sign(token.Claims{Kind: token.Participant, Session: bytesOf(snap.ID), Participant: bytesOf(p.ID)}), nil
}

// Clear frees the slot of a contact that is over for a user: after-contact work, missed or failed (DismissUserContact).
func (r *Router) Clear(ctx context.Context, instance, user, contactID string) error {
	a, err := r.Agent(ctx, instance, user)
	if err != nil {
		return err
	}
	for _, c := range a.Contacts {
		if c.ContactID != contactID || c.State != agent.Ended {
			continue
		}
		_, err := r.o.Sessions.Decide(ctx, c.SessionID, r.draft(ctx, user, func(d *contact.Draft) error { return d.ClearWork(contactID, user) }))
		if !fault.Is(err, fault.NotFound) { // else the chat was erased
			return err
		}
	}
	return r.edit(ctx, instance, user, nil, func(a agent.Agent, now time.Time) (agent.Agent, error) { return a.Clear(contactID, now) })
}

// Reset takes from all agents what they have: after all chats were erased. Their statuses stay.
func (r *Router) Reset(ctx context.Context) error {
	return r.eachAgent(ctx, func(instance string, row *change.Resource) error {
		return r.edit(ctx, instance, row.ID, nil, func(a agent.Agent, now time.Time) (agent.Agent, error) { return a.Empty(now), nil })
	})
}

// eachAgent does something with the document of every agent of all instances; a user who has gone meanwhile is passed over.
func (r *Router) eachAgent(ctx context.Context, do func(instance string, row *change.Resource) error) error {
	instances, err := r.o.People.Instances(ctx)
	if err != nil {
		return err
	}
	for _, instance := range instances {
		rows, err := r.list(ctx, instance, agent.Kind, nil)
		if err != nil {
			return err
		}
		for i := range rows {
			if err := do(instance, &rows[i]); err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
	}
	return nil
}
