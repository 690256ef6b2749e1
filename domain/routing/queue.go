package routing

import (
	"cmp"
	"time"
)

// queue is a standard queue or a user's own one on a Board.
type queue struct {
	name     string
	contacts *tree[*waiting]    // all that wait
	members  map[*seat]struct{} // all agents that have it in their profile, available or not
	groups   []*group           // the available ones by their delay; the first has none
	classes  *tree[*class]      // the contacts that several agents may take, by the first of each class
	byKey    map[string]*class  // the same by the key of their expression
	byUser   map[string]*class  // the contacts that only one user, or one of several, may take
	made     int                // counts the classes
}

// group is the available agents of a queue with the same delay.
type group struct {
	delay time.Duration
	seats *tree[*seat]
}

// class is contacts of a queue that ask the same of agents.
type class struct {
	queue    *queue
	key      string
	user     string // only this one may take them; "" = whoever meets the expression
	demand   demand
	contacts *tree[*waiting]
	first    *waiting
	number   int  // tells classes of a queue apart that are looked at from the same agent on
	pending  bool // no available agent before from may take any of the contacts
	from     turn
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
		classes: newTree(func(c, d *class) int { return c.first.compare(&d.first.Contact) },
			func(c *class) time.Time { return c.first.EnqueuedAt }),
		byKey:  map[string]*class{},
		byUser: map[string]*class{},
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
		q.made++
		c = &class{queue: q, key: key, demand: prepare(e), contacts: newContactTree(), number: q.made}
		q.byKey[key] = c
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

// lead keeps a class in its place among the queue's classes when its first
// contact may have changed.
func (c *class) lead() {
	first, _ := c.contacts.first()
	if c.user != "" || c.first == first {
		return
	}
	if c.first != nil {
		c.queue.classes.remove(c)
	}
	if c.first = first; first != nil {
		c.queue.classes.insert(c)
	}
}

// forget takes an empty class out of its queue.
func (c *class) forget() {
	if c.user != "" {
		delete(c.queue.byUser, c.user)
	} else {
		delete(c.queue.byKey, c.key)
	}
}

// compareFrom orders pending classes by the agent from which on they are to be
// looked at.
func (c *class) compareFrom(d *class) int {
	return cmp.Or(c.from.compare(d.from), cmp.Compare(c.queue.name, d.queue.name), cmp.Compare(c.number, d.number))
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

// accepts tells whether an agent meets the class's expression.
func (c *class) accepts(s *seat) bool {
	return c.demand.met(s)
}

// firstFor returns the first contact of the class that the agent may take now.
func (c *class) firstFor(s *seat, now time.Time, delay time.Duration) *waiting {
	w, _ := c.contacts.find(now.Add(-delay), func(w *waiting) bool { return !w.passes(s.ID, now) })
	return w
}

// firstSeat returns the longest available agent, from c.from on, that may take
// one of the class's contacts now; nil if there is none.
func (c *class) firstSeat(now time.Time) *seat {
	var first *seat
	before := func(s *seat) bool { return s.turn().compare(c.from) < 0 }
	for _, g := range c.queue.groups {
		if c.contacts.len() == 0 || c.contacts.root.earliest.After(now.Add(-g.delay)) {
			continue
		}
		g.seats.eachFrom(before, func(s *seat) bool {
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
