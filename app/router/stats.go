package router

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"parley/domain/routing"
	"parley/internal/fault"
)

type counts struct{ offers, refused, failed atomic.Int64 }

func (c *counts) note(err error) {
	switch {
	case err == nil:
		c.offers.Add(1)
	case fault.Is(err, fault.Conflict):
		c.refused.Add(1)
	default:
		c.failed.Add(1)
	}
}

// Stats counts what a Router does.
type Stats struct {
	Offers  int64 // made by this node
	Refused int64 // proposals that came too late: another node or a person was faster
	Failed  int64 // proposals that failed and were made again
}

// Stats returns the counts.
func (r *Router) Stats() Stats {
	return Stats{Offers: r.counts.offers.Load(), Refused: r.counts.refused.Load(), Failed: r.counts.failed.Load()}
}

// Queue returns the numbers of a queue, those of a user's own with agentQueue, as this node knows them.
func (r *Router) Queue(ctx context.Context, instance, queue string, agentQueue bool) routing.Stats {
	d := r.desk(instance)
	r.catchUp(ctx, d)
	d.lock.Lock()
	defer d.lock.Unlock()
	if agentQueue {
		return d.board.AgentQueueStats(queue, r.o.Clock.Now())
	}
	return d.board.QueueStats(queue, r.o.Clock.Now())
}

// OwnQueues returns the users of an instance in whose own queues contacts wait, as this node knows it.
func (r *Router) OwnQueues(ctx context.Context, instance string) []string {
	d := r.desk(instance)
	r.catchUp(ctx, d)
	d.lock.Lock()
	defer d.lock.Unlock()
	return d.board.OwnQueues()
}

// Place is where a contact stands in its queue.
type Place struct {
	Position int
	// Wait is how long it will still wait, as far as can be told: Known.
	Wait  time.Duration
	Known bool
}

// Place returns where a contact stands in the queue; false if it does not wait there.
func (r *Router) Place(ctx context.Context, instance, contactID, queue string, agentQueue bool) (Place, bool) {
	d := r.desk(instance)
	r.catchUp(ctx, d)
	d.lock.Lock()
	defer d.lock.Unlock()
	position, ok := d.board.Position(contactID)
	if !ok {
		return Place{}, false
	}
	return d.estimate(position, queue, agentQueue, r.o.Clock.Now()), true
}

func bytesOf(id string) [16]byte {
	u, err := uuid.Parse(id)
	if err != nil {
		return uuid.Nil // no token is ever taken for it
	}
	return u
}
