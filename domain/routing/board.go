package routing

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Board is what is known of one instance: its agents and its waiting contacts.
// It keeps what it is given; maps and slices in it must not be changed
// afterwards. It is not safe for concurrent use.
//
// How it avoids looking at everything: of each queue it keeps the contacts in
// classes of equal criteria and the available agents in groups of equal delay,
// both in order. After Next has found nothing, no available agent may take any
// waiting contact. Whatever can change that (an agent, a contact, a time) makes
// an agent or a class pending, and Next looks at these only.
type Board struct {
	now      time.Time // the latest time told
	queues   map[string]*queue
	seats    map[string]*seat
	contacts map[string]*waiting
	// preferring lists the contacts by the agent that they prefer.
	preferring map[string]map[*waiting]struct{}
	wakes      *tree[*waiting] // by the next time at which something changes for a contact
	pending    *tree[*seat]    // available agents to look at, longest available first
	classes    *tree[*class]   // classes to look at, by the agent from which on
}

// NewBoard returns an empty Board.
func NewBoard() *Board {
	return &Board{
		queues:     map[string]*queue{},
		seats:      map[string]*seat{},
		contacts:   map[string]*waiting{},
		preferring: map[string]map[*waiting]struct{}{},
		wakes: newTree(func(v, w *waiting) int {
			return cmp.Or(v.wake.Compare(w.wake), cmp.Compare(v.ID, w.ID))
		}, func(w *waiting) time.Time { return w.wake }),
		pending: newSeatTree(),
		classes: newTree((*class).compareFrom, func(*class) time.Time { return time.Time{} }),
	}
}

// PutAgent adds an agent or replaces what is known of it.
func (b *Board) PutAgent(a Agent) {
	s := b.seats[a.ID]
	if s == nil {
		s = &seat{}
		b.seats[a.ID] = s
	}
	wasReturn := s.takesReturns()
	b.unlist(s)
	moved := !slices.Equal(s.Queues, a.Queues) || s.serves == nil
	if !maps.Equal(s.Proficiencies, a.Proficiencies) {
		s.levels = levels(a.Proficiencies)
	}
	s.Agent = a
	if moved {
		b.leaveQueues(s)
		b.joinQueues(s)
	}
	if s.free() > 0 {
		b.list(s)
	}
	if moved || wasReturn != s.takesReturns() {
		b.settlePreferring(a.ID)
	}
}

// RemoveAgent takes an agent off the Board; nothing happens if it is unknown.
func (b *Board) RemoveAgent(id string) {
	s := b.seats[id]
	if s == nil {
		return
	}
	b.unlist(s)
	b.leaveQueues(s)
	delete(b.seats, id)
	b.settlePreferring(id)
}

// PutContact adds a waiting contact or replaces what is known of it.
func (b *Board) PutContact(c Contact) {
	b.RemoveContact(c.ID)
	w := &waiting{Contact: c, queue: b.queue(c.queue())}
	b.contacts[c.ID] = w
	w.queue.contacts.insert(w)
	if c.Preferred != "" {
		if b.preferring[c.Preferred] == nil {
			b.preferring[c.Preferred] = map[*waiting]struct{}{}
		}
		b.preferring[c.Preferred][w] = struct{}{}
	}
	b.settle(w)
}

// RemoveContact takes a contact off the Board; nothing happens if it is unknown.
func (b *Board) RemoveContact(id string) {
	w := b.contacts[id]
	if w == nil {
		return
	}
	delete(b.contacts, id)
	b.wakes.remove(w)
	b.leaveClasses(w)
	w.queue.contacts.remove(w)
	if of := b.preferring[w.Preferred]; of != nil {
		delete(of, w)
		if len(of) == 0 {
			delete(b.preferring, w.Preferred)
		}
	}
	b.drop(w.queue)
}

// queue returns a queue by its name, a new one if need be.
func (b *Board) queue(name string) *queue {
	q := b.queues[name]
	if q == nil {
		q = newQueue(name)
		b.queues[name] = q
	}
	return q
}

// drop forgets a queue that has neither contacts nor agents.
func (b *Board) drop(q *queue) {
	if q.contacts.len() == 0 && len(q.members) == 0 {
		delete(b.queues, q.name)
	}
}

func (b *Board) settlePreferring(user string) {
	for w := range b.preferring[user] {
		b.settle(w)
	}
}

// settle puts a contact into the classes where it belongs at this time, makes
// them pending, and notes when that must be done again.
func (b *Board) settle(w *waiting) {
	b.wakes.remove(w)
	b.leaveClasses(w)
	expression, users := b.restriction(w)
	if users == nil {
		b.place(w, w.queue.class(expression))
	}
	for _, user := range users {
		b.place(w, w.queue.classOf(user))
	}
	if w.wake = w.nextChange(b.now); !w.wake.IsZero() {
		b.wakes.insert(w)
	}
}

// place enters a contact into a class and makes the class pending; of a class
// that one agent may take, the agent.
func (b *Board) place(w *waiting, c *class) {
	if slices.Contains(w.classes, c) { // a user that is listed twice
		return
	}
	c.contacts.insert(w)
	c.lead()
	w.classes = append(w.classes, c)
	if c.user == "" {
		b.pendClass(c)
	} else if s := b.seats[c.user]; s != nil && s.listed {
		b.pend(s)
	}
}

// pendClass has a class looked at from its longest available agent on.
func (b *Board) pendClass(c *class) {
	b.unpendClass(c)
	c.pending, c.from = true, turn{}
	b.classes.insert(c)
}

func (b *Board) unpendClass(c *class) {
	if c.pending {
		c.pending = false
		b.classes.remove(c)
	}
}

// leaveClasses takes a contact out of its classes; empty ones are forgotten.
func (b *Board) leaveClasses(w *waiting) {
	for _, c := range w.classes {
		c.contacts.remove(w)
		c.lead()
		if c.contacts.len() == 0 {
			b.unpendClass(c)
			c.forget()
		}
	}
	w.classes = nil
}

// restriction returns what a contact asks of agents beside its queue: nothing,
// an expression, or to be one of some users.
func (b *Board) restriction(w *waiting) (*Expression, []string) {
	if b.awaitsPreferred(w) {
		return nil, []string{w.Preferred}
	}
	expression, _ := w.step(b.now)
	if expression != nil && expression.Is == nil && expression.Not == nil && len(expression.Agents) > 0 {
		return nil, expression.Agents
	}
	return expression, nil
}

// awaitsPreferred tells whether only the preferred agent may take the contact (rule 9).
func (b *Board) awaitsPreferred(w *waiting) bool {
	if w.Preferred == "" || w.AgentQueue != "" || !b.now.Before(w.PreferredUntil) || w.passes(w.Preferred, b.now) {
		return false
	}
	s := b.seats[w.Preferred]
	return s != nil && s.takesReturns() && s.in(w.queue)
}
