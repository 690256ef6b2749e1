package sim

import (
	"slices"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/guide"
	"parley/domain/session"
)

// seeToGuides ends the guides of a contact's agent that are over and begins the one that is wanted, as app/router does.
func (c *Chat) seeToGuides(ref change.DueRef) error {
	t := c.talks[ref.Owner]
	k := t.s.Contact(ref.Subject)
	if k == nil {
		return c.handled(t, ref)
	}
	wanted, f := guide.Wanted(k, c.instance.Config)
	for _, hook := range guide.Hooks() {
		if g := c.talks[guide.ID(k.ID, hook)]; hook != wanted && g != nil && g.s.Status != session.Ended {
			if err := c.decideOn(g, (*contact.Draft).Stop); err != nil {
				return err
			}
		}
	}
	if wanted == "" || c.talks[guide.ID(k.ID, wanted)] != nil {
		return c.handled(t, ref)
	}
	begin := guide.Begin{Chat: t.s, Contact: k, Hook: wanted, Flow: f}
	if a, ok := c.agents[k.Agent.UserID]; ok {
		begin.Agent = &a
	}
	set, err := begin.Set(c.id(), c.now)
	if err != nil {
		return err
	}
	set.Done = []change.DueRef{ref}
	return c.commit(set)
}

// guideOf returns the guide of an agent that goes on, nil if there is none; of several, each of a contact of its own, the one
// that began last.
func (c *Chat) guideOf(user string) *talk {
	for _, t := range slices.Backward(c.guides) {
		if t.guides() == user && t.s.Status != session.Ended {
			return t
		}
	}
	return nil
}
