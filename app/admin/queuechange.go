package admin

import (
	"context"

	"parley/domain/routing"
	"parley/internal/fault"
	"parley/work/resource"
)

// ChangeQueue changes a queue; what it then refers to must exist.
func (s *Service) ChangeQueue(ctx context.Context, instance, id string, apply func(*Queue) error) error {
	return queues().UpdateOn(ctx, s.docs, instance, id, func(q *Queue) error {
		if err := apply(q); err != nil {
			return err
		}
		return s.checkQueue(ctx, q)
	})
}

// checkQueue refuses hours, a flow and quick connects that do not exist.
func (s *Service) checkQueue(ctx context.Context, q *Queue) error {
	if err := s.docs.Need(ctx, q.InstanceID, resource.KindHours, q.HoursID, allHours().Member); err != nil {
		return err
	}
	if q.Outbound != nil && q.Outbound.FlowID != "" {
		if err := s.docs.Need(ctx, q.InstanceID, resource.KindFlow, q.Outbound.FlowID, "OutboundFlowId"); err != nil {
			return err
		}
	}
	return s.checkQuickConnects(ctx, q, q.QuickConnectIDs)
}

// Names are the ids of hours, quick connects and the flow for calls.
func (q *Queue) Names() []string {
	names := append([]string{q.HoursID}, q.QuickConnectIDs...)
	if q.Outbound != nil && q.Outbound.FlowID != "" {
		names = append(names, q.Outbound.FlowID)
	}
	return names
}

// SearchQueues lists the queues that meet a condition, and counts them.
func (s *Service) SearchQueues(ctx context.Context, instance string, c resource.Condition, page resource.Page) (resource.Found[Queue], error) {
	return resource.Search(ctx, s.docs, queues(), instance, c, page)
}

// Fields are what searches compare.
func (q *Queue) Fields() map[string]string {
	return map[string]string{"name": q.Name, "description": q.Description, "resourceid": q.ID, resource.IsType: "STANDARD"}
}

// DeleteQueue deletes a queue in which nobody waits, and that no routing profile,
// quick connect or published flow names (fault.InUse). A contact that comes into
// the queue at this moment may wait in it until it ends.
func (s *Service) DeleteQueue(ctx context.Context, instance, id string) error {
	return queues().DeleteOn(ctx, s.docs, instance, id, func(*Queue) error {
		if err := queues().Free(ctx, s.docs, instance, id, resource.KindRoutingProfile, resource.KindQuickConnect, resource.KindWidget); err != nil {
			return err
		}
		if err := s.nobodyWaits(ctx, instance, id); err != nil {
			return err
		}
		err := s.unused(ctx, instance, id, queues().Member, queues().Noun)
		if fault.Is(err, fault.Rule) {
			err = fault.Wrap(fault.InUse, err, "%s", err.Error())
		}
		return err
	})
}

func (s *Service) nobodyWaits(ctx context.Context, instance, queue string) error {
	rows, err := s.docs.All(ctx, instance, resource.KindWaiting)
	if err != nil {
		return err
	}
	for i := range rows {
		w, err := routing.ParseWaiting(rows[i].ID, rows[i].Document)
		if err != nil {
			return err
		}
		if w.Queue == queue {
			return fault.New(fault.InUse, "QueueId: a contact waits in the queue")
		}
	}
	return nil
}
