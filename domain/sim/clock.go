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

// until handles what is due up to a time: deadlines and answers in their order,
// of one instant the answers first.
func (c *Chat) until(target time.Time) error {
	for range maxTurns {
		key, ok := c.first()
		ok = ok && !c.due[key].at.After(target)
		switch {
		case c.answersBy(target) && !(ok && c.due[key].at.Before(c.pending[0].at)):
			if err := c.deliver(); err != nil {
				return err
			}
		case !ok:
			return nil
		default:
			if err := c.handle(key); err != nil {
				return err
			}
		}
	}
	return ErrTurns
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
	if key.Kind == contact.DueFlow {
		return c.runFlow(ref)
	}
	d := contact.Decide(c.s, c.id(), c.now)
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
	default:
		return fmt.Errorf("the simulator does not know deadlines of kind %q", key.Kind)
	}
	return c.commit(d.Changes())
}
