package contact

import (
	"regexp"
	"strings"

	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/flow/interp"
	"parley/domain/quota"
	"parley/internal/fault"
)

// SetTargetQueue chooses the queue that Enqueue will use, by id or ARN.
func (w world) SetTargetQueue(queue string) error {
	q, ok := w.QueueOf(queue)
	if !ok {
		return fault.New(fault.NotFound, "the queue does not exist")
	}
	k := w.d.s.Current()
	k.TargetQueueID, k.TargetAgent = q.ID, ""
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
func (w world) agentQueue(user string) (catalog.Queue, error) {
	id := catalog.ID(user)
	if !userID.MatchString(id) || id != user && !strings.HasPrefix(user, w.InstanceARN+"/") {
		return catalog.Queue{}, fault.New(fault.NotFound, "there is no such user")
	}
	name, read := w.Users[id]
	if !read {
		return catalog.Queue{}, &interp.Need{Kind: interp.NeedUser, Subject: id}
	}
	if name == "" {
		return catalog.Queue{}, fault.New(fault.NotFound, "there is no such user")
	}
	return w.OwnQueue(id, name), nil
}

// open says why a queue takes no contact now, nil where it does.
func (w world) open(q catalog.Queue) error {
	switch {
	case q.Disabled:
		return fault.New(fault.Rule, "the queue is disabled")
	case w.Full[q.ID], q.MaxContacts == catalog.NoContacts:
		return fault.New(fault.LimitExceeded, "the queue is full")
	}
	return nil
}

// Enqueue puts the contact into its target queue.
func (w world) Enqueue() error {
	k := w.d.s.Current()
	q, ok := w.WorkingQueue()
	switch {
	case w.d.s.State.Guide != nil:
		return fault.New(fault.Rule, "the chat of a guide goes to no queue")
	case k.QueueID != "":
		return fault.New(fault.Rule, "the contact is in a queue already")
	case !ok:
		return fault.New(fault.Rule, "the contact has no queue to go to")
	}
	if err := w.open(q); err != nil {
		return err
	}
	if err := w.prefer(k, q); err != nil {
		return err
	}
	k.QueueID, k.QueueName, k.AgentQueue, k.EnqueuedAt = q.ID, q.Name, k.TargetAgent != "", w.d.now
	w.d.updated(k)
	w.d.set.Usage = append(w.d.set.Usage, change.Usage{
		Key: quota.Queued(w.d.s.InstanceID, q.ID), Delta: 1, Max: q.MaxContacts,
	})
	return nil
}
