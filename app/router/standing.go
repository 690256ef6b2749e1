package router

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"parley/internal/loop"
)

// Standing is where the customer of a chat stands: in a queue, or in none any more.
type Standing struct {
	ContactID string
	Waits     bool
	Place     // zero where the customer does not wait
	At        time.Time
}

// same reports whether there is nothing new to tell.
func (s Standing) same(o Standing) bool {
	return s.ContactID == o.ContactID && s.Waits == o.Waits && s.Place == o.Place
}

// tellEvery is how often customers are told where they stand, at most (our choice: positions of a long queue change all the time).
const tellEvery = 2 * time.Second

// customers are those who want to know where they stand, by instance and session.
type customers struct {
	mu  sync.Mutex
	all map[key]map[*customer]struct{}
}

// customer is one who wants to know, and what it was told last.
type customer struct {
	tell func(Standing)
	last Standing
}

// Stand has tell called with where the customer of a session stands in its queue: when that changes, and
// every two seconds at most. Who waits nowhere is told so only after it has waited. tell must return at once.
func (r *Router) Stand(instance, session string, tell func(Standing)) (stop func()) {
	c, k, one := &r.customers, key{instance, session}, &customer{tell: tell}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all[k] == nil {
		c.all[k] = map[*customer]struct{}{}
	}
	c.all[k][one] = struct{}{}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if delete(c.all[k], one); len(c.all[k]) == 0 {
			delete(c.all, k)
		}
	}
}

// tellCustomers tells until ctx ends.
func (r *Router) tellCustomers(ctx context.Context) {
	loop.Every(ctx, r.o.Tell, func() error { r.tellAll(); return nil }, func(err error) {
		r.o.Log.ErrorContext(ctx, "customers could not be told where they stand", slog.Any("error", err))
	})
}

func (r *Router) tellAll() {
	c := &r.customers
	c.mu.Lock()
	sessions := slices.Collect(maps.Keys(c.all))
	c.mu.Unlock()
	for _, k := range sessions {
		c.tell(k, r.desk(k.kind).standing(k.id, r.o.Clock.Now()))
	}
}

// tell tells those who want to know of a session where it stands now, unless they know.
func (c *customers) tell(k key, now Standing) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for one := range c.all[k] {
		if !one.last.same(now) && (now.Waits || one.last.Waits) {
			one.last = now
			one.tell(now)
		}
	}
}

// place is the queue that a contact of a chat waits in.
type place struct {
	contact, queue string
	agentQueue     bool
}

// standing tells where the customer of a session stands.
func (d *desk) standing(session string, now time.Time) Standing {
	d.lock.Lock()
	defer d.lock.Unlock()
	p, waits := d.waits[session]
	s := Standing{ContactID: p.contact, Waits: waits, At: now}
	if !waits {
		return s
	}
	position, onBoard := d.board.Position(p.contact)
	if !onBoard { // it is offered: everybody is behind it
		s.Place = Place{Position: 1, Known: true}
		return s
	}
	s.Place = d.estimate(position, p.queue, p.agentQueue, now)
	return s
}

// estimate is the place of a position in a queue. The desk is locked.
func (d *desk) estimate(position int, queue string, agentQueue bool, now time.Time) Place {
	stats := d.board.QueueStats
	if agentQueue {
		stats = d.board.AgentQueueStats
	}
	p := Place{Position: position}
	if h := d.pace[queue]; h != nil {
		p.Wait, p.Known = stats(queue, now).EstimatedWait(position, h.mean)
	}
	return p
}

// waitsIn notes where a session's customer waits.
func (d *desk) waitsIn(session string, p place) {
	d.leftQueue(p.contact)
	d.waits[session], d.sessions[p.contact] = p, session
}

// leftQueue forgets a contact that waits no more.
func (d *desk) leftQueue(contact string) {
	session, known := d.sessions[contact]
	if delete(d.sessions, contact); known && d.waits[session].contact == contact {
		delete(d.waits, session)
	}
}
