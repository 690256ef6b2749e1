package connect

import (
	"context"
	"slices"

	"parley/api/connect"
	"parley/app/admin"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
)

// CreateQueue makes a queue.
func (s *Server) CreateQueue(ctx context.Context, in *connect.CreateQueueInput) (*connect.CreateQueueOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	if in.QuickConnectIds != nil || in.OutboundEmailConfig != nil || in.EmailAddressesConfig != nil {
		return nil, fault.New(fault.Rule, "QuickConnectIds, OutboundEmailConfig and EmailAddressesConfig are not supported")
	}
	hours, err := request.Resolve(scope, arn.Hours, in.HoursOfOperationId, "HoursOfOperationId")
	if err != nil {
		return nil, err
	}
	q := admin.Queue{Description: edge.Val(in.Description), HoursID: hours, MaxContacts: int64(edge.Val(in.MaxContacts))}
	if c := in.OutboundCallerConfig; c != nil {
		q.Outbound = &admin.OutboundCaller{
			CallerIDName: edge.Val(c.OutboundCallerIdName), CallerIDNumberID: edge.Val(c.OutboundCallerIdNumberId), FlowID: edge.Val(c.OutboundFlowId),
		}
	}
	q.InstanceID, q.Name, q.Tags = scope.Instance, in.Name, in.Tags
	if q, err = s.o.Admin.CreateQueue(ctx, q); err != nil {
		return nil, err
	}
	return &connect.CreateQueueOutput{QueueId: &q.ID, QueueArn: new(scope.ARN(arn.Queue, q.ID))}, nil
}

// DescribeQueue tells what is known of a queue.
func (s *Server) DescribeQueue(ctx context.Context, in *connect.DescribeQueueInput) (*connect.DescribeQueueOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	id, err := request.Resolve(scope, arn.Queue, in.QueueId, "QueueId")
	if err != nil {
		return nil, err
	}
	q, err := s.o.Admin.Queue(ctx, scope.Instance, id)
	if err != nil {
		return nil, err
	}
	out := &connect.Queue{
		QueueArn: new(scope.ARN(arn.Queue, q.ID)), QueueId: &q.ID, Name: &q.Name, Description: edge.Some(q.Description),
		HoursOfOperationId: &q.HoursID, Status: &q.Status, Tags: q.Tags,
		LastModifiedTime: &q.Modified, LastModifiedRegion: &scope.Region,
	}
	if q.MaxContacts > 0 {
		out.MaxContacts = new(int(q.MaxContacts))
	}
	if c := q.Outbound; c != nil {
		out.OutboundCallerConfig = &connect.OutboundCallerConfig{
			OutboundCallerIdName: edge.Some(c.CallerIDName), OutboundCallerIdNumberId: edge.Some(c.CallerIDNumberID), OutboundFlowId: edge.Some(c.FlowID),
		}
	}
	return &connect.DescribeQueueOutput{Queue: out}, nil
}

// standard is the type of queues that are configured; agents' own queues do not exist yet.
const standard = "STANDARD"

// ListQueues lists the queues of an instance.
func (s *Server) ListQueues(ctx context.Context, in *connect.ListQueuesInput) (*connect.ListQueuesOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	page, err := request.PageOf(in.NextToken, in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	out := &connect.ListQueuesOutput{QueueSummaryList: []connect.QueueSummary{}}
	if in.QueueTypes != nil && !slices.Contains(in.QueueTypes, standard) {
		return out, nil
	}
	queues, next, err := s.o.Admin.Queues(ctx, scope.Instance, page)
	if err != nil {
		return nil, err
	}
	out.NextToken = request.Next(next)
	for i := range queues {
		q := &queues[i]
		out.QueueSummaryList = append(out.QueueSummaryList, connect.QueueSummary{
			Arn: new(scope.ARN(arn.Queue, q.ID)), Id: &q.ID, Name: &q.Name, QueueType: new(standard),
			LastModifiedTime: &q.Modified, LastModifiedRegion: &scope.Region,
		})
	}
	return out, nil
}
