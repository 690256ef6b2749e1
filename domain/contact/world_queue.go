package contact

import (
	"parley/domain/change"
	"parley/domain/quota"
	"parley/internal/fault"
)

// SetTargetQueue chooses the queue that Enqueue will use, by id or ARN.
func (w world) SetTargetQueue(queue string) error {
	id, same := named(queue)
	q, ok := w.cfg.Queues[id]
	if !ok || !same(id, q.ARN) {
		return fault.New(fault.NotFound, "the queue does not exist")
	}
	w.d.s.Current().TargetQueueID = id
	w.d.touch(change.State)
	return nil
}

// Enqueue puts the contact into its target queue.
func (w world) Enqueue() error {
	k := w.d.s.Current()
	q, ok := w.cfg.Queues[k.TargetQueueID]
	switch {
	case k.QueueID != "":
		return fault.New(fault.Rule, "the contact is in a queue already")
	case !ok:
		return fault.New(fault.Rule, "the contact has no queue to go to")
	case w.cfg.Full[q.ID]:
		return fault.New(fault.LimitExceeded, "the queue is full")
	}
	k.QueueID, k.EnqueuedAt = q.ID, w.d.now
	w.d.updated(k)
	w.d.set.Usage = append(w.d.set.Usage, change.Usage{
		Key: quota.Queued(w.d.s.InstanceID, q.ID), Delta: 1, Max: q.MaxContacts,
	})
	return nil
}
