package connect

import (
	"context"
	"slices"
	"strings"

	"parley/api/connect"
	"parley/app/admin"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/resource"
)

// CreateQueue makes a queue.
func (s *Server) CreateQueue(ctx context.Context, in *connect.CreateQueueInput) (*connect.CreateQueueOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	if in.OutboundEmailConfig != nil || in.EmailAddressesConfig != nil {
		return nil, fault.New(fault.Rule, "OutboundEmailConfig and EmailAddressesConfig are not supported")
	}
	q := admin.Queue{Description: edge.Val(in.Description), MaxContacts: mostContacts(in.MaxContacts)}
	if q.HoursID, err = request.Resolve(scope, arn.Hours, in.HoursOfOperationId, "HoursOfOperationId"); err != nil {
		return nil, err
	}
	if q.QuickConnectIDs, err = request.ResolveAll(scope, arn.QuickConnect, in.QuickConnectIds, "QuickConnectIds"); err != nil {
		return nil, err
	}
	if q.Outbound, err = outboundCaller(scope, in.OutboundCallerConfig); err != nil {
		return nil, err
	}
	q.InstanceID, q.Name, q.Tags = scope.Instance, in.Name, in.Tags
	if q, err = s.o.Admin.CreateQueue(ctx, q); err != nil {
		return nil, err
	}
	return &connect.CreateQueueOutput{QueueId: &q.ID, QueueArn: new(scope.ARN(arn.Queue, q.ID))}, nil
}

// outboundCaller reads how a queue calls; chats do not.
func outboundCaller(scope arn.Scope, c *connect.OutboundCallerConfig) (*admin.OutboundCaller, error) {
	if c == nil || *c == (connect.OutboundCallerConfig{}) {
		return nil, nil
	}
	for member, value := range map[string]*string{"OutboundCallerIdNumberId": c.OutboundCallerIdNumberId, "OutboundFlowId": c.OutboundFlowId} {
		if value != nil && *value == "" {
			return nil, fault.New(fault.Invalid, "%s must not be empty", member)
		}
	}
	flow, err := request.Optional(scope, arn.Flow, c.OutboundFlowId, "OutboundFlowId")
	return &admin.OutboundCaller{CallerIDName: edge.Val(c.OutboundCallerIdName), CallerIDNumberID: edge.Val(c.OutboundCallerIdNumberId), FlowID: flow}, err
}

// DescribeQueue tells what is known of a queue.
func (s *Server) DescribeQueue(ctx context.Context, in *connect.DescribeQueueInput) (*connect.DescribeQueueOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	own := scope.ARN(arn.Queue, agentQueue)
	if user, ok := strings.CutPrefix(strings.TrimPrefix(in.QueueId, strings.TrimSuffix(own, agentQueue)), agentQueue); ok {
		return s.describeAgentQueue(ctx, scope, user)
	}
	id, err := request.Resolve(scope, arn.Queue, in.QueueId, "QueueId")
	if err != nil {
		return nil, err
	}
	q, err := s.o.Admin.Queue(ctx, scope.Instance, id)
	if fault.Is(err, fault.NotFound) { // DescribeContact names a user's own queue by the user alone
		return s.describeAgentQueue(ctx, scope, id)
	}
	return &connect.DescribeQueueOutput{Queue: queueOf(scope, &q)}, err
}

// mostContacts reads how many contacts may wait in a queue: none is no bound, and 0 lets none in.
func mostContacts(given *int) int64 {
	switch {
	case given == nil:
		return 0
	case *given == 0:
		return admin.NoContacts
	}
	return int64(*given)
}

// describeAgentQueue tells what there is to tell of the own queue of a user. Its name is the user's (our choice).
func (s *Server) describeAgentQueue(ctx context.Context, scope arn.Scope, user string) (*connect.DescribeQueueOutput, error) {
	u, err := s.o.People.User(ctx, scope.Instance, user)
	if fault.Is(err, fault.NotFound) {
		return nil, fault.New(fault.NotFound, "QueueId: the queue was not found")
	}
	id := agentQueue + u.ID
	return &connect.DescribeQueueOutput{Queue: &connect.Queue{
		QueueArn: new(scope.ARN(arn.Queue, id)), QueueId: &id, Name: &u.Name, Status: new("ENABLED"),
		LastModifiedTime: &u.Modified, LastModifiedRegion: &scope.Region,
	}}, err
}

func queueOf(scope arn.Scope, q *admin.Queue) *connect.Queue {
	out := &connect.Queue{
		QueueArn: new(scope.ARN(arn.Queue, q.ID)), QueueId: &q.ID, Name: &q.Name, Description: edge.Some(q.Description),
		HoursOfOperationId: &q.HoursID, Status: &q.Status, Tags: q.Tags,
		LastModifiedTime: &q.Modified, LastModifiedRegion: &scope.Region,
	}
	if q.MaxContacts != 0 {
		out.MaxContacts = new(int(max(q.MaxContacts, 0)))
	}
	if c := q.Outbound; c != nil {
		out.OutboundCallerConfig = &connect.OutboundCallerConfig{
			OutboundCallerIdName: edge.Some(c.CallerIDName), OutboundCallerIdNumberId: edge.Some(c.CallerIDNumberID), OutboundFlowId: edge.Some(c.FlowID),
		}
	}
	return out
}

// Types of queues: those that are configured, and each user's own.
const (
	standard = "STANDARD"
	agents   = "AGENT"
)

// agentQueue is what the id of a user follows in the id of the user's own queue.
const agentQueue = "agent/"

// ListQueues lists the queues of an instance, those that are configured first.
func (s *Server) ListQueues(ctx context.Context, in *connect.ListQueuesInput) (*connect.ListQueuesOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	wants := func(kind string) bool { return len(in.QueueTypes) == 0 || slices.Contains(in.QueueTypes, kind) }
	out := &connect.ListQueuesOutput{QueueSummaryList: []connect.QueueSummary{}}
	user, within := strings.CutPrefix(page.After, agentQueue)
	next := ""
	if wants(standard) && !within {
		var queues []admin.Queue
		if queues, next, err = s.o.Admin.Queues(ctx, scope.Instance, page); err != nil {
			return nil, err
		}
		for i := range queues {
			out.QueueSummaryList = append(out.QueueSummaryList, queueSummary(scope, &queues[i].Stored, "", standard))
		}
	}
	if left := page.Limit - len(out.QueueSummaryList); wants(agents) && next == "" {
		if left == 0 {
			next = agentQueue // from the first on
		} else if next, err = s.agentQueues(ctx, scope, out, resource.Page{After: user, Limit: left}); err != nil {
			return nil, err
		}
	}
	out.NextToken = request.Next(next)
	return out, nil
}

// agentQueues adds the own queues of a page of users.
func (s *Server) agentQueues(ctx context.Context, scope arn.Scope, out *connect.ListQueuesOutput, page resource.Page) (next string, err error) {
	users, next, err := s.o.People.Users(ctx, scope.Instance, page)
	for i := range users {
		out.QueueSummaryList = append(out.QueueSummaryList, queueSummary(scope, &users[i].Stored, agentQueue, agents))
	}
	if next != "" {
		next = agentQueue + next
	}
	return next, err
}

func queueSummary(scope arn.Scope, of *resource.Stored, prefix, kind string) connect.QueueSummary {
	out := connect.QueueSummary{
		Id: new(prefix + of.ID), QueueType: &kind, LastModifiedTime: &of.Modified, LastModifiedRegion: &scope.Region,
	}
	out.Arn = new(scope.ARN(arn.Queue, *out.Id))
	if kind == standard {
		out.Name = &of.Name
	}
	return out
}
