package connect

import (
	"context"

	"parley/api/connect"
	"parley/app/admin"
	"parley/internal/arn"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/resource"
)

// onQueue changes the queue that a request names.
func (s *Server) onQueue(ctx context.Context, instance, id string, apply func(arn.Scope, *admin.Queue) error) error {
	scope, id, err := s.Plain(ctx, instance, arn.Queue, id, "QueueId")
	if err != nil {
		return err
	}
	return s.o.Admin.ChangeQueue(ctx, scope.Instance, id, func(q *admin.Queue) error { return apply(scope, q) })
}

// UpdateQueueName changes name and description of a queue.
func (s *Server) UpdateQueueName(ctx context.Context, in *connect.UpdateQueueNameInput) (*connect.UpdateQueueNameOutput, error) {
	return &connect.UpdateQueueNameOutput{}, s.onQueue(ctx, in.InstanceId, in.QueueId, func(_ arn.Scope, q *admin.Queue) error {
		resource.Set(&q.Name, in.Name)
		resource.Set(&q.Description, in.Description)
		return nil
	})
}

// UpdateQueueMaxContacts changes how many contacts may wait in a queue; without a number there is no bound, with 0 none may.
func (s *Server) UpdateQueueMaxContacts(ctx context.Context, in *connect.UpdateQueueMaxContactsInput) (*connect.UpdateQueueMaxContactsOutput, error) {
	return &connect.UpdateQueueMaxContactsOutput{}, s.onQueue(ctx, in.InstanceId, in.QueueId, func(_ arn.Scope, q *admin.Queue) error {
		q.MaxContacts = mostContacts(in.MaxContacts)
		return nil
	})
}

// UpdateQueueStatus enables or disables a queue.
func (s *Server) UpdateQueueStatus(ctx context.Context, in *connect.UpdateQueueStatusInput) (*connect.UpdateQueueStatusOutput, error) {
	return &connect.UpdateQueueStatusOutput{}, s.onQueue(ctx, in.InstanceId, in.QueueId, func(_ arn.Scope, q *admin.Queue) error {
		q.Status = in.Status
		return nil
	})
}

// UpdateQueueHoursOfOperation gives a queue other hours.
func (s *Server) UpdateQueueHoursOfOperation(ctx context.Context, in *connect.UpdateQueueHoursOfOperationInput) (*connect.UpdateQueueHoursOfOperationOutput, error) {
	return &connect.UpdateQueueHoursOfOperationOutput{}, s.onQueue(ctx, in.InstanceId, in.QueueId, func(scope arn.Scope, q *admin.Queue) (err error) {
		q.HoursID, err = request.Resolve(scope, arn.Hours, in.HoursOfOperationId, "HoursOfOperationId")
		return err
	})
}

// UpdateQueueOutboundCallerConfig changes how a queue calls.
func (s *Server) UpdateQueueOutboundCallerConfig(ctx context.Context, in *connect.UpdateQueueOutboundCallerConfigInput) (*connect.UpdateQueueOutboundCallerConfigOutput, error) {
	return &connect.UpdateQueueOutboundCallerConfigOutput{}, s.onQueue(ctx, in.InstanceId, in.QueueId, func(scope arn.Scope, q *admin.Queue) (err error) {
		q.Outbound, err = outboundCaller(scope, &in.OutboundCallerConfig)
		return err
	})
}

// DeleteQueue deletes a queue that nothing names.
func (s *Server) DeleteQueue(ctx context.Context, in *connect.DeleteQueueInput) (*connect.DeleteQueueOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Queue, in.QueueId, "QueueId")
	if err != nil {
		return nil, err
	}
	return &connect.DeleteQueueOutput{}, s.o.Admin.DeleteQueue(ctx, scope.Instance, id)
}

// SearchQueues finds queues that are configured.
func (s *Server) SearchQueues(ctx context.Context, in *connect.SearchQueuesInput) (*connect.SearchQueuesOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 500)
	if err != nil {
		return nil, err
	}
	c := request.All(queueCondition(edge.Val(in.SearchCriteria)), request.Tags(edge.Val(in.SearchFilter).TagFilter))
	found, err := s.o.Admin.SearchQueues(ctx, scope.Instance, c, page)
	out := &connect.SearchQueuesOutput{NextToken: request.Next(found.Next), ApproximateTotalCount: &found.Total, Queues: []connect.Queue{}}
	for i := range found.Items {
		out.Queues = append(out.Queues, *queueOf(scope, &found.Items[i]))
	}
	return out, err
}

func queueCondition(c connect.QueueSearchCriteria) resource.Condition {
	own := request.Text(c.StringCondition)
	own.Is = request.Is(map[string]*string{resource.IsType: c.QueueTypeCondition})
	own.Any, own.All = request.Each(c.OrConditions, queueCondition), request.Each(c.AndConditions, queueCondition)
	return own
}
