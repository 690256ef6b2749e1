package admin

import (
	"context"
	"slices"

	"parley/internal/fault"
)

// ChangeQueue changes a queue; what it then refers to must exist.
func (s *Service) ChangeQueue(ctx context.Context, instance, id string, apply func(*Queue)) error {
	return queues().updateOn(ctx, s, instance, id, func(q *Queue) error {
		apply(q)
		return s.checkQueue(ctx, q)
	})
}

// checkQueue refuses hours and quick connects that do not exist.
func (s *Service) checkQueue(ctx context.Context, q *Queue) error {
	if _, err := allHours().get(ctx, s, q.InstanceID, q.HoursID); err != nil {
		return err
	}
	return s.checkQuickConnects(ctx, q, q.QuickConnectIDs)
}

// SearchQueues lists the queues that meet a condition, and counts them.
func (s *Service) SearchQueues(ctx context.Context, instance string, c Condition, page Page) (Found[Queue], error) {
	return search(ctx, s, queues(), instance, c, page)
}

func (q *Queue) fields() map[string]string {
	return map[string]string{"name": q.Name, "description": q.Description, "resourceid": q.ID, IsType: "STANDARD"}
}

// DeleteQueue deletes a queue that no routing profile, quick connect or published flow names (fault.InUse).
func (s *Service) DeleteQueue(ctx context.Context, instance, id string) error {
	return queues().deleteOn(ctx, s, instance, id, func(*Queue) error {
		by, err := routingProfiles().first(ctx, s, instance, func(p *RoutingProfile) bool { return p.names(id) })
		if err := orElse(err, queues().inUse("routing profile", by)); err != nil {
			return err
		}
		by, err = quickConnects().first(ctx, s, instance, func(q *QuickConnect) bool { return q.Target.QueueID == id })
		if err := orElse(err, queues().inUse("quick connect", by)); err != nil {
			return err
		}
		err = s.unused(ctx, instance, id, queues().member, queues().noun)
		if fault.Is(err, fault.Rule) {
			err = fault.Wrap(fault.InUse, err, "QueueId: the queue is in use by a flow or module")
		}
		return err
	})
}

// names tells whether a routing profile has a queue.
func (p *RoutingProfile) names(queue string) bool {
	return p.OutboundQueueID == queue ||
		slices.ContainsFunc(p.Queues, func(q ProfileQueue) bool { return q.QueueID == queue }) ||
		slices.ContainsFunc(p.Manual, func(q QueueChannel) bool { return q.QueueID == queue })
}
