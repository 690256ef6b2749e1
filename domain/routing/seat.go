package routing

import (
	"cmp"
	"time"
)

// seat is an agent on a Board.
type seat struct {
	Agent
	serves  []served // its queues in the order in which it takes from them
	levels  []level  // its proficiencies
	listed  bool     // is available: in the groups of its queues
	pending bool
}

// served is a queue that an agent takes contacts of.
type served struct {
	queue    *queue
	priority int
	delay    time.Duration
	group    *group
}

// newSeatTree orders agents by how long they have been available (rule 2).
func newSeatTree() *tree[*seat] {
	return newTree((*seat).compare, func(s *seat) time.Time { return s.IdleSince })
}

func (s *seat) compare(t *seat) int { return s.turn().compare(t.turn()) }

// turn is an agent's place in the order of rule 2.
type turn struct {
	idleSince time.Time
	id        string
}

func (s *seat) turn() turn { return turn{s.IdleSince, s.ID} }

func (t turn) compare(u turn) int {
	return cmp.Or(t.idleSince.Compare(u.idleSince), cmp.Compare(t.id, u.id))
}

// takesReturns tells whether a customer may wait for this agent (rule 9).
func (s *seat) takesReturns() bool { return s.Routable && s.Concurrency > 0 }

func (s *seat) in(q *queue) bool {
	_, ok := q.members[s]
	return ok
}

// list makes an agent available, and pending.
func (b *Board) list(s *seat) {
	s.listed = true
	for _, q := range s.serves {
		q.group.seats.insert(s)
	}
	b.pend(s)
}

// unlist is the opposite; it must happen before the agent's key changes.
func (b *Board) unlist(s *seat) {
	if !s.listed {
		return
	}
	s.listed = false
	for _, q := range s.serves {
		q.group.seats.remove(s)
	}
	b.unpend(s)
}

func (b *Board) pend(s *seat) {
	if !s.pending {
		s.pending = true
		b.pending.insert(s)
	}
}

func (b *Board) unpend(s *seat) {
	if s.pending {
		s.pending = false
		b.pending.remove(s)
	}
}

func (b *Board) joinQueues(s *seat) {
	for _, p := range s.queues() {
		q := b.queue(p.Queue)
		q.members[s] = struct{}{}
		s.serves = append(s.serves, served{q, p.Priority, p.Delay, b.group(q, p.Delay)})
	}
}

func (b *Board) leaveQueues(s *seat) {
	for _, served := range s.serves {
		delete(served.queue.members, s)
		b.drop(served.queue)
	}
	s.serves = nil
}

// group returns a queue's group of a delay. A delay that is new to the queue
// is a new time at which something may change for its contacts.
func (b *Board) group(q *queue, delay time.Duration) *group {
	for _, g := range q.groups {
		if g.delay == delay {
			return g
		}
	}
	g := &group{delay: delay, seats: newSeatTree()}
	q.groups = append(q.groups, g)
	q.contacts.each(func(w *waiting) bool {
		if at := w.EnqueuedAt.Add(delay); at.After(b.now) && (w.wake.IsZero() || at.Before(w.wake)) {
			b.wakes.remove(w)
			w.wake = at
			b.wakes.insert(w)
		}
		return true
	})
	return g
}
