package contact

import (
	"parley/domain/catalog"
	"parley/domain/flow/interp"
	"parley/internal/fault"
)

// Open reports whether hours of operation are open, those of the working queue if ref is empty.
func (w world) Open(ref string) (bool, error) {
	if ref == "" {
		q, ok := w.WorkingQueue()
		if !ok || q.HoursID == "" {
			return false, fault.New(fault.Rule, "there is no queue with hours of operation")
		}
		ref = q.HoursID
	}
	h, ok := w.HoursOf(ref)
	if !ok {
		return false, fault.New(fault.NotFound, "there are no such hours of operation")
	}
	return h.Open(w.d.now), nil
}

// queueFor finds a queue by id or ARN, the working queue if ref is empty.
func (w world) queueFor(ref string) (catalog.Queue, bool) {
	if ref == "" {
		return w.WorkingQueue()
	}
	return w.QueueOf(ref)
}

// Metrics returns the live numbers of a queue.
func (w world) Metrics(ref, agent string) (interp.Metrics, error) {
	q, err := w.queueOr(ref, agent)
	if err != nil {
		return interp.Metrics{}, err
	}
	live, read := w.Live[q.ID]
	if !read {
		return interp.Metrics{}, &interp.Need{Kind: interp.NeedMetrics, Subject: q.ID}
	}
	m := interp.Metrics{Name: q.Name, ARN: q.ARN, Contacts: live.Contacts, OldestSeconds: live.OldestSeconds, Agents: live.Agents, Stands: w.Stands}
	if live.Contacts == 0 {
		m.OldestSeconds = new(int64)
	}
	return m, nil
}

// queueOr finds the queue of an agent if one is named (which may need a *interp.Need), else that of queueFor.
func (w world) queueOr(ref, agent string) (catalog.Queue, error) {
	if agent != "" {
		return w.agentQueue(agent)
	}
	q, ok := w.queueFor(ref)
	if !ok {
		return q, fault.New(fault.NotFound, "there is no such queue")
	}
	return q, nil
}

// Requeue puts a contact that waits, as the next contact of the chat, into another queue.
func (w world) Requeue(ref, agent string) error {
	k := w.d.s.Current()
	q, err := w.queueOr(ref, agent)
	switch {
	case !k.Queued():
		return fault.New(fault.Rule, "the contact is in no queue")
	case err != nil:
		return err
	case !w.d.mayFollow():
		return fault.New(fault.Rule, "the chat has %d contacts", MaxSegments)
	}
	if err := w.open(q); err != nil {
		return err
	}
	own := q.Name // of an agent's own queue
	if _, standard := w.Queues[q.ID]; standard {
		own = ""
	}
	next := w.d.follow(byQueueTransfer, "")
	next.TargetQueueID, next.TargetAgent = q.ID, own
	return w.Enqueue()
}
