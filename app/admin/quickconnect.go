package admin

import (
	"context"
	"slices"

	"parley/domain/change"
	"parley/domain/flow"
	"parley/internal/fault"
	"parley/work/resource"
)

// QuickConnect is where an agent can transfer a contact to.
type QuickConnect struct {
	resource.Stored
	Description string      `json:"description,omitempty"`
	Target      QuickTarget `json:"target"`
}

// QuickTarget is the target of a quick connect.
type QuickTarget struct {
	Type    string `json:"type"`
	QueueID string `json:"queue,omitempty"`
	UserID  string `json:"user,omitempty"`
	FlowID  string `json:"flow,omitempty"`
	Phone   string `json:"phone,omitempty"`
}

// Types of quick connects. Those to phone numbers are kept without effect: chats make no calls.
const (
	QuickUser  = "USER"
	QuickQueue = "QUEUE"
	QuickPhone = "PHONE_NUMBER"
	QuickFlow  = "FLOW"
)

// Quotas of quick connects (Amazon Connect, defaults).
const (
	maxQuickConnects      = 1_000 // of an instance
	maxQueueQuickConnects = 700   // of a queue
)

func quickConnects() resource.Kind[QuickConnect, *QuickConnect] {
	return resource.Of[QuickConnect](resource.KindQuickConnect, "QuickConnectId", "quick connect")
}

// CreateQuickConnect makes a quick connect to what exists.
func (s *Service) CreateQuickConnect(ctx context.Context, q QuickConnect) (QuickConnect, error) {
	err := quickConnects().CreateOn(ctx, s.docs, &q, func() error {
		if err := s.checkTarget(ctx, q.InstanceID, &q.Target); err != nil {
			return err
		}
		return quickConnects().Room(ctx, s.docs, q.InstanceID, maxQuickConnects)
	})
	return q, err
}

// throughFlows are the types of flows through which quick connects of a type go, where it is one.
func throughFlows() map[string]flow.Type {
	return map[string]flow.Type{QuickUser: flow.AgentTransfer, QuickQueue: flow.QueueTransfer}
}

// checkTarget refuses a target that does not exist, and a flow that quick connects of its type do not go through.
func (s *Service) checkTarget(ctx context.Context, instance string, t *QuickTarget) error {
	for _, to := range []struct{ kind, id, member string }{
		{resource.KindQueue, t.QueueID, "QueueId"}, {resource.KindUser, t.UserID, "UserId"}, {resource.KindFlow, t.FlowID, "ContactFlowId"},
	} {
		if to.id == "" {
			continue
		}
		if err := s.docs.Need(ctx, instance, to.kind, to.id, to.member); err != nil {
			return err
		}
	}
	want, one := throughFlows()[t.Type]
	if !one {
		return nil
	}
	f, err := flows().Get(ctx, s.docs, instance, t.FlowID)
	if err == nil && f.Type != want {
		return fault.New(fault.Invalid, "ContactFlowId: the flow of a quick connect of type %s is of type %s, not %s", t.Type, want, f.Type)
	}
	return err
}

// Names are the ids of the target.
func (q *QuickConnect) Names() []string {
	return slices.DeleteFunc([]string{q.Target.QueueID, q.Target.UserID, q.Target.FlowID}, func(id string) bool { return id == "" })
}

// QuickConnect returns a quick connect; fault.NotFound.
func (s *Service) QuickConnect(ctx context.Context, instance, id string) (QuickConnect, error) {
	return quickConnects().Get(ctx, s.docs, instance, id)
}

// QuickConnects lists those of some types, all without types.
func (s *Service) QuickConnects(ctx context.Context, instance string, types []string, page resource.Page) (_ []QuickConnect, next string, err error) {
	return quickConnects().List(ctx, s.docs, instance, page, func(q *QuickConnect) bool { return len(types) == 0 || slices.Contains(types, q.Target.Type) })
}

// SearchQuickConnects lists those that meet a condition, and counts them.
func (s *Service) SearchQuickConnects(ctx context.Context, instance string, c resource.Condition, page resource.Page) (resource.Found[QuickConnect], error) {
	return resource.Search(ctx, s.docs, quickConnects(), instance, c, page)
}

// Fields are what searches compare.
func (q *QuickConnect) Fields() map[string]string {
	return map[string]string{"name": q.Name, "description": q.Description, "resourceid": q.ID}
}

// RenameQuickConnect changes name and description; nil leaves one.
func (s *Service) RenameQuickConnect(ctx context.Context, instance, id string, name, description *string) error {
	return quickConnects().Edit(ctx, s.docs, instance, id, func(q *QuickConnect) {
		resource.Set(&q.Name, name)
		resource.Set(&q.Description, description)
	})
}

// RetargetQuickConnect gives a quick connect another target that exists.
func (s *Service) RetargetQuickConnect(ctx context.Context, instance, id string, t QuickTarget) error {
	return quickConnects().UpdateOn(ctx, s.docs, instance, id, func(q *QuickConnect) error {
		q.Target = t
		return s.checkTarget(ctx, instance, &t)
	})
}

// DeleteQuickConnect deletes a quick connect, also from the queues that have it.
func (s *Service) DeleteQuickConnect(ctx context.Context, instance, id string) error {
	return quickConnects().Delete(ctx, s.docs, instance, id, func(*QuickConnect) ([]change.Resource, error) {
		rows, err := s.docs.Still(ctx, instance)
		if err != nil {
			return nil, err
		}
		all, err := queues().All(ctx, s.docs, instance)
		for i := range all {
			q := &all[i]
			if !slices.Contains(q.QuickConnectIDs, id) {
				continue
			}
			q.QuickConnectIDs = slices.DeleteFunc(q.QuickConnectIDs, func(have string) bool { return have == id })
			row, err := queues().Row(q)
			if err != nil {
				return nil, err
			}
			rows = append(rows, row)
		}
		return rows, err
	})
}

// AssociateQuickConnects gives a queue quick connects that exist.
func (s *Service) AssociateQuickConnects(ctx context.Context, instance, queue string, ids []string) error {
	return queues().UpdateOn(ctx, s.docs, instance, queue, func(q *Queue) error {
		q.QuickConnectIDs = resource.Sorted(append(slices.Clone(q.QuickConnectIDs), ids...))
		return s.checkQuickConnects(ctx, q, ids)
	})
}

func (s *Service) checkQuickConnects(ctx context.Context, q *Queue, added []string) error {
	for _, id := range added {
		if err := s.docs.Need(ctx, q.InstanceID, resource.KindQuickConnect, id, "QuickConnectIds"); err != nil {
			return err
		}
	}
	if len(q.QuickConnectIDs) > maxQueueQuickConnects {
		return fault.New(fault.LimitExceeded, "A queue has at most %d quick connects", maxQueueQuickConnects)
	}
	return nil
}

// DisassociateQuickConnects takes quick connects from a queue; those that it does not have are no matter.
func (s *Service) DisassociateQuickConnects(ctx context.Context, instance, queue string, ids []string) error {
	return queues().Edit(ctx, s.docs, instance, queue, func(q *Queue) {
		q.QuickConnectIDs = slices.DeleteFunc(q.QuickConnectIDs, func(id string) bool { return slices.Contains(ids, id) })
	})
}

// QueueQuickConnects lists the quick connects of a queue.
func (s *Service) QueueQuickConnects(ctx context.Context, q *Queue, page resource.Page) (_ []QuickConnect, next string, err error) {
	ids, next := resource.Cut(q.QuickConnectIDs, page, func(id string) string { return id })
	var out []QuickConnect
	for _, id := range ids {
		one, err := s.QuickConnect(ctx, q.InstanceID, id)
		if fault.Is(err, fault.NotFound) {
			continue // deleted since the queue was read
		}
		if err != nil {
			return nil, "", err
		}
		out = append(out, one)
	}
	return out, next, nil
}
