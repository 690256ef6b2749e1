package admin

import (
	"context"

	"parley/internal/fault"
	"parley/work/resource"
)

// ChangeQueue changes a queue; what it then refers to must exist.
func (s *Service) ChangeQueue(ctx context.Context, instance, id string, apply func(*Queue)) error {
	return queues().UpdateOn(ctx, s.docs, instance, id, func(q *Queue) error {
		apply(q)
		return s.checkQueue(ctx, q)
	})
}

// checkQueue refuses hours and quick connects that do not exist.
func (s *Service) checkQueue(ctx context.Context, q *Queue) error {
	if _, err := allHours().Get(ctx, s.docs, q.InstanceID, q.HoursID); err != nil {
		return err
	}
	return s.checkQuickConnects(ctx, q, q.QuickConnectIDs)
}

// SearchQueues lists the queues that meet a condition, and counts them.
func (s *Service) SearchQueues(ctx context.Context, instance string, c resource.Condition, page resource.Page) (resource.Found[Queue], error) {
	return resource.Search(ctx, s.docs, queues(), instance, c, page)
}

// Fields are what searches compare.
func (q *Queue) Fields() map[string]string {
	return map[string]string{"name": q.Name, "description": q.Description, "resourceid": q.ID, resource.IsType: "STANDARD"}
}

// DeleteQueue deletes a queue that no routing profile, quick connect or published flow names (fault.InUse).
func (s *Service) DeleteQueue(ctx context.Context, instance, id string) error {
	return queues().DeleteOn(ctx, s.docs, instance, id, func(*Queue) error {
		if err := queues().Free(ctx, s.docs, instance, id, resource.KindRoutingProfile, resource.KindQuickConnect); err != nil {
			return err
		}
		err := s.unused(ctx, instance, id, queues().Member, queues().Noun)
		if fault.Is(err, fault.Rule) {
			err = fault.Wrap(fault.InUse, err, "QueueId: the queue is in use by a flow or module")
		}
		return err
	})
}
