package admin

import (
	"context"
	"slices"

	"parley/domain/change"
	"parley/internal/fault"
)

// QuickConnect is where an agent can transfer a contact to.
type QuickConnect struct {
	Stored
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

func quickConnects() kind[QuickConnect, *QuickConnect] {
	return kind[QuickConnect, *QuickConnect]{kindQuickConnect, "QuickConnectId", "quick connect"}
}

// CreateQuickConnect makes a quick connect to what exists.
func (s *Service) CreateQuickConnect(ctx context.Context, q QuickConnect) (QuickConnect, error) {
	err := quickConnects().createOn(ctx, s, &q, func() error {
		if err := s.checkTarget(ctx, q.InstanceID, &q.Target); err != nil {
			return err
		}
		return quickConnects().room(ctx, s, q.InstanceID, maxQuickConnects)
	})
	return q, err
}

// checkTarget refuses a target that does not exist.
func (s *Service) checkTarget(ctx context.Context, instance string, t *QuickTarget) error {
	if t.QueueID != "" {
		if err := s.queueExists(ctx, instance, t.QueueID, "QueueId"); err != nil {
			return err
		}
	}
	if t.UserID != "" {
		if _, err := users().get(ctx, s, instance, t.UserID); err != nil {
			return err
		}
	}
	if t.FlowID != "" {
		if _, err := flows().get(ctx, s, instance, t.FlowID); err != nil {
			return naming(err, "ContactFlowId", "flow")
		}
	}
	return nil
}

// QuickConnect returns a quick connect; fault.NotFound.
func (s *Service) QuickConnect(ctx context.Context, instance, id string) (QuickConnect, error) {
	return quickConnects().get(ctx, s, instance, id)
}

// QuickConnects lists those of some types, all without types.
func (s *Service) QuickConnects(ctx context.Context, instance string, types []string, page Page) (_ []QuickConnect, next string, err error) {
	return quickConnects().list(ctx, s, instance, page, func(q *QuickConnect) bool { return len(types) == 0 || slices.Contains(types, q.Target.Type) })
}

// SearchQuickConnects lists those that meet a condition, and counts them.
func (s *Service) SearchQuickConnects(ctx context.Context, instance string, c Condition, page Page) (Found[QuickConnect], error) {
	return search(ctx, s, quickConnects(), instance, c, page)
}

func (q *QuickConnect) fields() map[string]string {
	return map[string]string{"name": q.Name, "description": q.Description, "resourceid": q.ID}
}

// RenameQuickConnect changes name and description; nil leaves one.
func (s *Service) RenameQuickConnect(ctx context.Context, instance, id string, name, description *string) error {
	return quickConnects().edit(ctx, s, instance, id, func(q *QuickConnect) {
		set(&q.Name, name)
		set(&q.Description, description)
	})
}

// RetargetQuickConnect gives a quick connect another target that exists.
func (s *Service) RetargetQuickConnect(ctx context.Context, instance, id string, t QuickTarget) error {
	return quickConnects().updateOn(ctx, s, instance, id, func(q *QuickConnect) error {
		q.Target = t
		return s.checkTarget(ctx, instance, &t)
	})
}

// DeleteQuickConnect deletes a quick connect, also from the queues that have it.
func (s *Service) DeleteQuickConnect(ctx context.Context, instance, id string) error {
	return quickConnects().delete(ctx, s, instance, id, func(*QuickConnect) ([]change.Resource, error) {
		rows, err := s.still(ctx, instance)
		if err != nil {
			return nil, err
		}
		all, err := queues().all(ctx, s, instance)
		for i := range all {
			q := &all[i]
			if !slices.Contains(q.QuickConnectIDs, id) {
				continue
			}
			q.QuickConnectIDs = slices.DeleteFunc(q.QuickConnectIDs, func(have string) bool { return have == id })
			row, err := queues().row(q)
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
	return queues().updateOn(ctx, s, instance, queue, func(q *Queue) error {
		q.QuickConnectIDs = sorted(append(slices.Clone(q.QuickConnectIDs), ids...))
		return s.checkQuickConnects(ctx, q, ids)
	})
}

func (s *Service) checkQuickConnects(ctx context.Context, q *Queue, added []string) error {
	for _, id := range added {
		if _, err := quickConnects().get(ctx, s, q.InstanceID, id); err != nil {
			return naming(err, "QuickConnectIds", "quick connect")
		}
	}
	if len(q.QuickConnectIDs) > maxQueueQuickConnects {
		return fault.New(fault.LimitExceeded, "A queue has at most %d quick connects", maxQueueQuickConnects)
	}
	return nil
}

// DisassociateQuickConnects takes quick connects from a queue; those that it does not have are no matter.
func (s *Service) DisassociateQuickConnects(ctx context.Context, instance, queue string, ids []string) error {
	return queues().edit(ctx, s, instance, queue, func(q *Queue) {
		q.QuickConnectIDs = slices.DeleteFunc(q.QuickConnectIDs, func(id string) bool { return slices.Contains(ids, id) })
	})
}

// QueueQuickConnects lists the quick connects of a queue.
func (s *Service) QueueQuickConnects(ctx context.Context, instance, queue string, page Page) (_ []QuickConnect, next string, err error) {
	q, err := queues().get(ctx, s, instance, queue)
	if err != nil {
		return nil, "", err
	}
	ids, next := cut(q.QuickConnectIDs, page, func(id string) string { return id })
	var out []QuickConnect
	for _, id := range ids {
		one, err := s.QuickConnect(ctx, instance, id)
		if err != nil {
			return nil, "", err
		}
		out = append(out, one)
	}
	return out, next, nil
}
