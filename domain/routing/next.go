package routing

import "time"

// Assignment is what Next proposes: this contact to this agent.
type Assignment struct {
	Contact, Session string
	Agent            string
}

// Next returns the next assignment by the rules, false if no available agent
// may take any waiting contact. It changes nothing that it proposes: whoever
// carries it out, or is refused, puts the new facts on the Board and asks
// again. A time before one that was told already counts as that one.
func (b *Board) Next(now time.Time) (Assignment, bool) {
	b.advance(now)
	s, w := b.firstPending()
	if t := b.firstOfClasses(s); t != nil && t != s {
		s, w = t, b.best(t)
	}
	if s == nil {
		return Assignment{}, false
	}
	return Assignment{Contact: w.ID, Session: w.SessionID, Agent: s.ID}, true
}

// Wake returns when Next should be asked again although nothing changed: a
// delay ends, a step expires, someone is no longer passed over or preferred.
// It may be early, never late; false if only changes matter.
func (b *Board) Wake() (time.Time, bool) {
	w, ok := b.wakes.first()
	if !ok {
		return time.Time{}, false
	}
	return w.wake, true
}

// advance moves the time on and settles the contacts for which that changes something.
func (b *Board) advance(now time.Time) {
	if now.After(b.now) {
		b.now = now
	}
	for {
		w, ok := b.wakes.first()
		if !ok || w.wake.After(b.now) {
			return
		}
		b.settle(w)
	}
}

// firstPending returns the longest available pending agent that may take
// something, and what; it forgets those before it.
func (b *Board) firstPending() (*seat, *waiting) {
	for {
		s, ok := b.pending.first()
		if !ok {
			return nil, nil
		}
		if w := b.best(s); w != nil {
			return s, w
		}
		b.unpend(s)
	}
}

// firstOfClasses returns the longest available agent that may take a contact of
// a pending class, nil if there is none before limit. It forgets the classes
// that no agent may take of, and moves the others on to their first agent.
func (b *Board) firstOfClasses(limit *seat) *seat {
	for {
		c, ok := b.classes.first()
		if !ok || limit != nil && c.from.compare(limit.turn()) > 0 {
			return nil
		}
		s := c.firstSeat(b.now)
		b.unpendClass(c)
		if s == nil {
			continue
		}
		same := s.turn().compare(c.from) == 0
		c.pending, c.from = true, s.turn()
		b.classes.insert(c)
		if same {
			return s
		}
	}
}

// best returns the contact that an agent takes first, nil if it may take none.
func (b *Board) best(s *seat) *waiting {
	var best *waiting
	for i, from := range s.serves {
		if best != nil && from.priority > s.serves[i-1].priority {
			break
		}
		if c := from.queue.byUser[s.ID]; c != nil {
			best = c.better(best, s, b.now, from.delay)
		}
		from.queue.classes.each(func(c *class) bool {
			if best != nil && c.first.compare(&best.Contact) > 0 {
				return false
			}
			if c.accepts(s) {
				best = c.better(best, s, b.now, from.delay)
			}
			return true
		})
	}
	return best
}

// better returns the first contact of the class for the agent if it comes
// before the one given.
func (c *class) better(than *waiting, s *seat, now time.Time, delay time.Duration) *waiting {
	w := c.firstFor(s, now, delay)
	if w == nil || than != nil && w.compare(&than.Contact) > 0 {
		return than
	}
	return w
}
