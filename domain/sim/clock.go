package sim

import (
	"errors"
	"fmt"
	"time"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/processing"
)

// maxTurns is how many deadlines one act may set off (our choice): a flow that
// makes itself runnable again and again ends there.
const maxTurns = 10_000

// ErrTurns says that time does not go on.
var ErrTurns = errors.New("the flows make each other runnable again and again")

// Advance moves the clock. Deadlines on the way are handled in the order of their
// times, each at its own time.
func (c *Chat) Advance(d time.Duration) error {
	target := c.now.Add(d)
	if err := c.until(target); err != nil {
		return err
	}
	if err := c.settle(); err != nil { // a call that was made at the end
		return err
	}
	if c.now.Before(target) {
		c.now = target
	}
	return nil
}

// Next returns the time of the next deadline that means something to the chat.
func (c *Chat) Next() (time.Time, bool) {
	key, ok := c.first()
	if !ok {
		return time.Time{}, false
	}
	return c.due[key].at, true
}

// settle handles everything that is due now, and waits for the answers that the
// flow waits for: nobody says anything meanwhile.
func (c *Chat) settle() error {
	for range maxTurns {
		if err := c.until(c.now); err != nil {
			return err
		}
		at, ok := c.awaited()
		if !ok {
			return nil
		}
		if err := c.until(at); err != nil {
			return err
		}
	}
	return ErrTurns
}

// until handles what is due up to a time: deadlines and answers in their order, of one instant the answers first. When
// nothing else is to be done at an instant, agents are offered what waits.
func (c *Chat) until(target time.Time) error {
	for range maxTurns {
		at, do := c.upTo(target)
		if at.After(c.now) || do == nil {
			if moved, err := c.offer(at); moved || err != nil {
				if err != nil {
					return err
				}
				continue
			}
		}
		if do == nil {
			return nil
		}
		if err := do(); err != nil {
			return err
		}
	}
	return ErrTurns
}

// upTo returns what is to be done next, nil for nothing, and when: at that time at the latest.
func (c *Chat) upTo(target time.Time) (at time.Time, do func() error) {
	key, ok := c.first()
	ok = ok && !c.due[key].at.After(target)
	switch {
	case c.answersBy(target) && !(ok && c.due[key].at.Before(c.pending[0].at)):
		return c.pending[0].at, c.deliver
	case ok:
		return c.due[key].at, func() error { return c.handle(key) }
	}
	return target, nil
}

// offer offers something that waits to an agent, or goes on to when it can be offered, not beyond a time. It reports false where
// neither is so.
func (c *Chat) offer(until time.Time) (moved bool, err error) {
	wake, routed, err := c.route()
	if routed || err != nil {
		return routed, err
	}
	if wake.IsZero() || wake.After(until) || !wake.After(c.now) {
		return false, nil
	}
	c.now = wake
	return true, nil
}

// first returns the earliest deadline; those of one instant by kind.
func (c *Chat) first() (first change.DueKey, ok bool) {
	for key, d := range c.due {
		if key.Kind == contact.DueForget { // housekeeping of a server
			continue
		}
		at := c.due[first].at
		if !ok || d.at.Before(at) || d.at.Equal(at) && key.Kind+key.Subject < first.Kind+first.Subject {
			first, ok = key, true
		}
	}
	return first, ok
}

// handle does what a deadline is for, at its time.
func (c *Chat) handle(key change.DueKey) error {
	if at := c.due[key].at; c.now.Before(at) {
		c.now = at
	}
	ref := change.DueRef{DueKey: key, Generation: c.due[key].generation}
	t := c.talks[key.Owner]
	switch key.Kind {
	case contact.DueFlow:
		return c.runFlow(t, ref)
	case contact.DueGuide:
		return c.seeToGuides(ref)
	}
	d := c.draft(t, c.worksOn(ref)...)
	d.Handled(ref)
	switch key.Kind {
	case contact.DueConnect:
		d.ConnectTimeout()
	case contact.DueExpiry:
		d.Expire()
	case contact.DueProcess: // nobody is asked: every message passes
		for w := d.NextToProcess(); w != nil; w = d.NextToProcess() {
			d.Processed(w.ID, processing.Result{Status: processing.Approved})
		}
	case contact.DueOffer:
		if err := d.Miss(key.Subject); err != nil {
			return err
		}
	case contact.DueWork:
		if err := d.ClearWork(key.Subject, c.worksOn(ref)[0]); err != nil {
			return err
		}
	default:
		return fmt.Errorf("the simulator does not know deadlines of kind %q", key.Kind)
	}
	return c.commit(d.Changes())
}

// handled answers a deadline at which there is nothing to do any more.
func (c *Chat) handled(t *talk, ref change.DueRef) error {
	return c.decideOn(t, func(d *contact.Draft) error { d.Handled(ref); return nil })
}

// worksOn lists whose after-contact work is over at a deadline.
func (c *Chat) worksOn(ref change.DueRef) []string {
	if k := c.talk.s.Contact(ref.Subject); ref.Kind == contact.DueWork && k != nil && k.Agent != nil {
		return []string{k.Agent.UserID}
	}
	return nil
}
