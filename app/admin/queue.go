package admin

import (
	"context"

	"parley/domain/catalog"
	"parley/work/resource"
)

// Queue is a queue that contacts wait in.
type Queue struct {
	resource.Stored
	Description string          `json:"description,omitempty"`
	HoursID     string          `json:"hours"`
	MaxContacts int64           `json:"max,omitempty"` // that may wait; 0 = no bound, NoContacts = none
	Status      string          `json:"status"`        // ENABLED or DISABLED
	Outbound    *OutboundCaller `json:"outbound,omitempty"`

	QuickConnectIDs []string `json:"quick,omitempty"` // sorted
}

// NoContacts is the MaxContacts of a queue in which none may wait.
const NoContacts = catalog.NoContacts

// OutboundCaller is stored without effect: chats make no calls.
type OutboundCaller struct {
	CallerIDName     string `json:"name,omitempty"`
	CallerIDNumberID string `json:"number,omitempty"`
	FlowID           string `json:"flow,omitempty"`
}

// maxQueues is how many an instance may have (our choice; Amazon Connect's default is 50).
const maxQueues = 1_000

// CreateQueue makes a queue whose hours of operation and quick connects exist.
func (s *Service) CreateQueue(ctx context.Context, q Queue) (Queue, error) {
	q.Status = enabled
	if q.QuickConnectIDs != nil {
		q.QuickConnectIDs = resource.Sorted(q.QuickConnectIDs)
	}
	err := queues().CreateOn(ctx, s.docs, &q, func() error {
		if err := s.checkQueue(ctx, &q); err != nil {
			return err
		}
		return queues().Room(ctx, s.docs, q.InstanceID, maxQueues)
	})
	return q, err
}

// enabled is the status of a new queue.
const enabled = "ENABLED"

// disabled is the status of a queue that takes no new contacts.
const disabled = "DISABLED"

func queues() resource.Kind[Queue, *Queue] {
	return resource.Of[Queue](resource.KindQueue, "QueueId", "queue")
}

// Queue returns a queue; fault.NotFound.
func (s *Service) Queue(ctx context.Context, instance, id string) (Queue, error) {
	find, err := s.QueueFinder(ctx, instance)
	if err != nil {
		return Queue{}, err
	}
	return find(id)
}

// QueueFinder returns what Queue would, of many queues for the price of one, all as they were at one moment.
func (s *Service) QueueFinder(ctx context.Context, instance string) (find func(id string) (Queue, error), err error) {
	v, err := s.current(ctx, instance)
	if err != nil {
		return nil, err
	}
	return func(id string) (Queue, error) {
		q, ok := v.queues[id]
		if !ok {
			return q, queues().Missing()
		}
		return q, nil
	}, nil
}

// Queues lists the queues of an instance.
func (s *Service) Queues(ctx context.Context, instance string, page resource.Page) (_ []Queue, next string, err error) {
	v, err := s.current(ctx, instance)
	if err != nil {
		return nil, "", err
	}
	things, next := resource.Cut(v.queueList, page, func(q Queue) string { return q.ID })
	return things, next, nil
}
