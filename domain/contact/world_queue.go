package contact

import (
	"regexp"
	"strings"

	"parley/domain/change"
	"parley/domain/flow/interp"
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
	k := w.d.s.Current()
	k.TargetQueueID, k.TargetAgent = id, ""
	w.d.touch(change.State)
	return nil
}

// userID is how ids of users look; what else a flow comes to is not looked for (see contactID).
var userID = regexp.MustCompile(`^[A-Za-z0-9-]{1,100}$`)

// SetTargetAgent chooses a user's own queue as the one that Enqueue will use, by the user's id or ARN or that of the queue.
func (w world) SetTargetAgent(user string) error {
	q, err := w.agentQueue(user)
	if err != nil {
		return err
	}
	k := w.d.s.Current()
	k.TargetQueueID, k.TargetAgent = q.ID, q.Name
	w.d.touch(change.State)
	return nil
}

// agentQueue is the own queue of a user, under the user's id and name.
func (w world) agentQueue(user string) (Queue, error) {
	id, _ := named(user)
	if !userID.MatchString(id) || id != user && !strings.HasPrefix(user, w.cfg.InstanceARN+"/") {
		return Queue{}, fault.New(fault.NotFound, "there is no such user")
	}
	name, read := w.cfg.Users[id]
	if !read {
		return Queue{}, &interp.Need{Kind: interp.NeedUser, Subject: id}
	}
	if name == "" {
		return Queue{}, fault.New(fault.NotFound, "there is no such user")
	}
	return w.ownQueue(id, name), nil
}

func (w world) ownQueue(user, name string) Queue {
	return Queue{ID: user, ARN: w.cfg.InstanceARN + "/queue/agent/" + user, Name: name}
}

// workingQueue is the queue that the flow has chosen.
func (w world) workingQueue() (Queue, bool) {
	k := w.d.s.Current()
	if k.TargetAgent != "" {
		return w.ownQueue(k.TargetQueueID, k.TargetAgent), true
	}
	q, ok := w.cfg.Queues[k.TargetQueueID]
	return q, ok
}

// Enqueue puts the contact into its target queue.
func (w world) Enqueue() error {
	k := w.d.s.Current()
	q, ok := w.workingQueue()
	switch {
	case w.d.s.State.Guide != nil:
		return fault.New(fault.Rule, "the chat of a guide goes to no queue")
	case k.QueueID != "":
		return fault.New(fault.Rule, "the contact is in a queue already")
	case !ok:
		return fault.New(fault.Rule, "the contact has no queue to go to")
	case q.Disabled:
		return fault.New(fault.Rule, "the queue is disabled")
	case w.cfg.Full[q.ID], q.MaxContacts == NoContacts:
		return fault.New(fault.LimitExceeded, "the queue is full")
	}
	if err := w.prefer(k, q); err != nil {
		return err
	}
	k.QueueID, k.AgentQueue, k.EnqueuedAt = q.ID, k.TargetAgent != "", w.d.now
	w.d.updated(k)
	w.d.set.Usage = append(w.d.set.Usage, change.Usage{
		Key: quota.Queued(w.d.s.InstanceID, q.ID), Delta: 1, Max: q.MaxContacts,
	})
	return nil
}
