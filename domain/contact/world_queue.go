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
	id, _ := named(user)
	if !userID.MatchString(id) || id != user && !strings.HasPrefix(user, w.cfg.InstanceARN+"/") {
		return fault.New(fault.NotFound, "there is no such user")
	}
	name, read := w.cfg.Users[id]
	if !read {
		return &interp.Need{Kind: interp.NeedUser, Subject: id}
	}
	if name == "" {
		return fault.New(fault.NotFound, "there is no such user")
	}
	k := w.d.s.Current()
	k.TargetQueueID, k.TargetAgent = id, name
	w.d.touch(change.State)
	return nil
}

// workingQueue is the queue that the flow has chosen.
func (w world) workingQueue() (Queue, bool) {
	k := w.d.s.Current()
	if k.TargetAgent != "" {
		return Queue{ID: k.TargetQueueID, ARN: w.cfg.InstanceARN + "/queue/agent/" + k.TargetQueueID, Name: k.TargetAgent}, true
	}
	q, ok := w.cfg.Queues[k.TargetQueueID]
	return q, ok
}

// Enqueue puts the contact into its target queue.
func (w world) Enqueue() error {
	k := w.d.s.Current()
	q, ok := w.workingQueue()
	switch {
	case k.QueueID != "":
		return fault.New(fault.Rule, "the contact is in a queue already")
	case !ok:
		return fault.New(fault.Rule, "the contact has no queue to go to")
	case w.cfg.Full[q.ID], q.MaxContacts == NoContacts:
		return fault.New(fault.LimitExceeded, "the queue is full")
	}
	k.QueueID, k.AgentQueue, k.EnqueuedAt = q.ID, k.TargetAgent != "", w.d.now
	w.d.updated(k)
	w.d.set.Usage = append(w.d.set.Usage, change.Usage{
		Key: quota.Queued(w.d.s.InstanceID, q.ID), Delta: 1, Max: q.MaxContacts,
	})
	return nil
}
