package routing

import (
	"slices"
	"time"
)

// queue is a standard queue or a user's own one on a Board.
type queue struct {
	name     string
	contacts *tree[*waiting]    // all that wait
	members  map[*seat]struct{} // all agents that have it in their profile, available or not
	groups   []*group           // the available ones by their delay; the first has none
	classes  []*class           // the contacts that several agents may take
	byKey    map[string]*class  // the same by the key of their expression
	byUser   map[string]*class  // the contacts that only one user, or one of several, may take
}

// group is the available agents of a queue with the same delay.
type group struct {
	delay time.Duration
	seats *tree[*seat]
}

// class is contacts of a queue that ask the same of agents.
type class struct {
	queue      *queue
	key        string
	user       string      // only this one may take them; "" = whoever meets the expression
	expression *Expression // nil = every agent of the queue
	contacts   *tree[*waiting]
	pending    bool
	// memo keeps by the agent's slot whether it meets the expression: skill<<1 | met.
	memo []uint64
}

// waiting is a contact on a Board.
type waiting struct {
	Contact
	queue   *queue
	classes []*class
	wake    time.Time // zero = time changes nothing for it
}

func newQueue(name string) *queue {
	return &queue{
		name:     name,
		contacts: newContactTree(),
		members:  map[*seat]struct{}{},
		groups:   []*group{{seats: newSeatTree()}},
		byKey:    map[string]*class{},
		byUser:   map[string]*class{},
	}
}

func newContactTree() *tree[*waiting] {
	return newTree(func(v, w *waiting) int { return v.compare(&w.Contact) },
		func(w *waiting) time.Time { return w.EnqueuedAt })
}

// class returns the class of an expression, a new one if need be.
func (q *queue) class(e *Expression) *class {
	key := ""
	if e != nil {
		key = e.key()
	}
	c := q.byKey[key]
	if c == nil {
		c = &class{queue: q, key: key, expression: e, contacts: newContactTree()}
		q.byKey[key] = c
		q.classes = append(q.classes, c)
	}
	return c
}

// classOf returns the class of the contacts that a user may take, a new one if need be.
func (q *queue) classOf(user string) *class {
	c := q.byUser[user]
	if c == nil {
		c = &class{queue: q, user: user, contacts: newContactTree()}
		q.byUser[user] = c
	}
	return c
}

// leaveClasses takes a contact out of its classes; empty ones are forgotten.
func (w *waiting) leaveClasses() {
	for _, c := range w.classes {
		c.contacts.remove(w)
		if c.contacts.len() > 0 {
			continue
		}
		if c.user != "" {
			delete(w.queue.byUser, c.user)
		} else {
			delete(w.queue.byKey, c.key)
			i := slices.Index(w.queue.classes, c)
			w.queue.classes = slices.Delete(w.queue.classes, i, i+1)
		}
	}
	w.classes = nil
}

// nextChange returns the next time at which more agents may take the contact,
// or other ones; zero if there is none.
func (w *waiting) nextChange(now time.Time) time.Time {
	var next time.Time
	consider := func(at time.Time) {
		if at.After(now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	for _, g := range w.queue.groups {
		consider(w.EnqueuedAt.Add(g.delay))
	}
	_, end := w.step(now)
	consider(end)
	if w.Preferred != "" {
		consider(w.PreferredUntil)
	}
	for _, until := range w.PassedOver {
		consider(until)
	}
	return next
}

// accepts tells whether an agent meets what the class asks.
func (c *class) accepts(s *seat) bool {
	if c.user != "" {
		return c.user == s.ID
	}
	if c.expression == nil {
		return true
	}
	if missing := s.slot + 1 - len(c.memo); missing > 0 {
		c.memo = append(c.memo, make([]uint64, missing)...)
	}
	if c.memo[s.slot]>>1 != s.skill {
		c.memo[s.slot] = s.skill << 1
		if c.expression.Met(s.ID, s.Proficiencies) {
			c.memo[s.slot] |= 1
		}
	}
	return c.memo[s.slot]&1 == 1
}

// firstFor returns the first contact of the class that the agent may take now.
func (c *class) firstFor(s *seat, now time.Time, delay time.Duration) *waiting {
	w, _ := c.contacts.find(now.Add(-delay), func(w *waiting) bool { return !w.passes(s.ID, now) })
	return w
}

// firstSeat returns the longest available agent that may take one of the
// class's contacts now, nil if there is none.
func (c *class) firstSeat(now time.Time) *seat {
	var first *seat
	for _, g := range c.queue.groups {
		if c.contacts.len() == 0 || c.contacts.root.earliest.After(now.Add(-g.delay)) {
			continue
		}
		g.seats.each(func(s *seat) bool {
			if first != nil && first.compare(s) < 0 {
				return false
			}
			if c.accepts(s) && c.firstFor(s, now, g.delay) != nil {
				first = s
				return false
			}
			return true
		})
	}
	return first
}
