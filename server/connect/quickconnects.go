package connect

import (
	"cmp"
	"context"

	"parley/api/connect"
	"parley/app/admin"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/resource"
)

// quickConnectID is the member that names a quick connect.
const quickConnectID = "QuickConnectId"

// quickTarget reads the target of a quick connect: the configuration of its type and no other.
func quickTarget(scope arn.Scope, c *connect.QuickConnectConfig) (admin.QuickTarget, error) {
	t := admin.QuickTarget{Type: c.QuickConnectType}
	for kind, given := range map[string]bool{
		admin.QuickUser: c.UserConfig != nil, admin.QuickQueue: c.QueueConfig != nil, admin.QuickPhone: c.PhoneConfig != nil, admin.QuickFlow: c.FlowConfig != nil,
	} {
		if given != (kind == t.Type) {
			return t, fault.New(fault.Invalid, "QuickConnectConfig: there must be the configuration of the type %s and no other", t.Type)
		}
	}
	var err, bad error
	switch t.Type {
	case admin.QuickUser:
		t.UserID, err = request.Resolve(scope, arn.User, c.UserConfig.UserId, "UserId")
		t.FlowID, bad = request.Resolve(scope, arn.Flow, c.UserConfig.ContactFlowId, "ContactFlowId")
	case admin.QuickQueue:
		t.QueueID, err = request.Resolve(scope, arn.Queue, c.QueueConfig.QueueId, "QueueId")
		t.FlowID, bad = request.Resolve(scope, arn.Flow, c.QueueConfig.ContactFlowId, "ContactFlowId")
	case admin.QuickFlow:
		t.FlowID, err = request.Resolve(scope, arn.Flow, c.FlowConfig.ContactFlowId, "ContactFlowId")
	case admin.QuickPhone:
		t.Phone = c.PhoneConfig.PhoneNumber
	}
	return t, cmp.Or(err, bad)
}

func quickConfig(t *admin.QuickTarget) *connect.QuickConnectConfig {
	out := &connect.QuickConnectConfig{QuickConnectType: t.Type}
	switch t.Type {
	case admin.QuickUser:
		out.UserConfig = &connect.UserQuickConnectConfig{UserId: t.UserID, ContactFlowId: t.FlowID}
	case admin.QuickQueue:
		out.QueueConfig = &connect.QueueQuickConnectConfig{QueueId: t.QueueID, ContactFlowId: t.FlowID}
	case admin.QuickFlow:
		out.FlowConfig = &connect.FlowQuickConnectConfig{ContactFlowId: t.FlowID}
	case admin.QuickPhone:
		out.PhoneConfig = &connect.PhoneNumberQuickConnectConfig{PhoneNumber: t.Phone}
	}
	return out
}

// CreateQuickConnect makes a quick connect.
func (s *Server) CreateQuickConnect(ctx context.Context, in *connect.CreateQuickConnectInput) (*connect.CreateQuickConnectOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	q := admin.QuickConnect{Description: edge.Val(in.Description)}
	if q.Target, err = quickTarget(scope, &in.QuickConnectConfig); err != nil {
		return nil, err
	}
	q.InstanceID, q.Name, q.Tags = scope.Instance, in.Name, in.Tags
	if q, err = s.o.Admin.CreateQuickConnect(ctx, q); err != nil {
		return nil, err
	}
	return &connect.CreateQuickConnectOutput{QuickConnectId: &q.ID, QuickConnectARN: new(scope.ARN(arn.QuickConnect, q.ID))}, nil
}

// DescribeQuickConnect tells what is known of a quick connect.
func (s *Server) DescribeQuickConnect(ctx context.Context, in *connect.DescribeQuickConnectInput) (*connect.DescribeQuickConnectOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.QuickConnect, in.QuickConnectId, quickConnectID)
	if err != nil {
		return nil, err
	}
	q, err := s.o.Admin.QuickConnect(ctx, scope.Instance, id)
	return &connect.DescribeQuickConnectOutput{QuickConnect: quickConnectOf(scope, &q)}, err
}

func quickConnectOf(scope arn.Scope, q *admin.QuickConnect) *connect.QuickConnect {
	return &connect.QuickConnect{
		QuickConnectId: &q.ID, QuickConnectARN: new(scope.ARN(arn.QuickConnect, q.ID)), Name: &q.Name, Description: edge.Some(q.Description),
		QuickConnectConfig: quickConfig(&q.Target), Tags: q.Tags, LastModifiedTime: &q.Modified, LastModifiedRegion: &scope.Region,
	}
}

// UpdateQuickConnectName changes name and description of a quick connect.
func (s *Server) UpdateQuickConnectName(ctx context.Context, in *connect.UpdateQuickConnectNameInput) (*connect.UpdateQuickConnectNameOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.QuickConnect, in.QuickConnectId, quickConnectID)
	if err != nil {
		return nil, err
	}
	return &connect.UpdateQuickConnectNameOutput{}, s.o.Admin.RenameQuickConnect(ctx, scope.Instance, id, in.Name, in.Description)
}

// UpdateQuickConnectConfig gives a quick connect another target.
func (s *Server) UpdateQuickConnectConfig(ctx context.Context, in *connect.UpdateQuickConnectConfigInput) (*connect.UpdateQuickConnectConfigOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.QuickConnect, in.QuickConnectId, quickConnectID)
	if err != nil {
		return nil, err
	}
	target, err := quickTarget(scope, &in.QuickConnectConfig)
	if err != nil {
		return nil, err
	}
	return &connect.UpdateQuickConnectConfigOutput{}, s.o.Admin.RetargetQuickConnect(ctx, scope.Instance, id, target)
}

// DeleteQuickConnect deletes a quick connect, also from the queues that have it.
func (s *Server) DeleteQuickConnect(ctx context.Context, in *connect.DeleteQuickConnectInput) (*connect.DeleteQuickConnectOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.QuickConnect, in.QuickConnectId, quickConnectID)
	if err != nil {
		return nil, err
	}
	return &connect.DeleteQuickConnectOutput{}, s.o.Admin.DeleteQuickConnect(ctx, scope.Instance, id)
}

// ListQuickConnects lists the quick connects of an instance.
func (s *Server) ListQuickConnects(ctx context.Context, in *connect.ListQuickConnectsInput) (*connect.ListQuickConnectsOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	all, next, err := s.o.Admin.QuickConnects(ctx, scope.Instance, in.QuickConnectTypes, page)
	return &connect.ListQuickConnectsOutput{NextToken: request.Next(next), QuickConnectSummaryList: quickSummaries(scope, all)}, err
}

func quickSummaries(scope arn.Scope, all []admin.QuickConnect) []connect.QuickConnectSummary {
	out := []connect.QuickConnectSummary{}
	for i := range all {
		q := &all[i]
		out = append(out, connect.QuickConnectSummary{
			Id: &q.ID, Arn: new(scope.ARN(arn.QuickConnect, q.ID)), Name: &q.Name, QuickConnectType: &q.Target.Type,
			LastModifiedTime: &q.Modified, LastModifiedRegion: &scope.Region,
		})
	}
	return out
}

// SearchQuickConnects finds quick connects.
func (s *Server) SearchQuickConnects(ctx context.Context, in *connect.SearchQuickConnectsInput) (*connect.SearchQuickConnectsOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	c := request.All(quickCondition(edge.Val(in.SearchCriteria)), request.Tags(edge.Val(in.SearchFilter).TagFilter))
	found, err := s.o.Admin.SearchQuickConnects(ctx, scope.Instance, c, page)
	out := &connect.SearchQuickConnectsOutput{NextToken: request.Next(found.Next), ApproximateTotalCount: &found.Total, QuickConnects: []connect.QuickConnect{}}
	for i := range found.Items {
		out.QuickConnects = append(out.QuickConnects, *quickConnectOf(scope, &found.Items[i]))
	}
	return out, err
}

func quickCondition(c connect.QuickConnectSearchCriteria) resource.Condition {
	own := request.Text(c.StringCondition)
	own.Any, own.All = request.Each(c.OrConditions, quickCondition), request.Each(c.AndConditions, quickCondition)
	return own
}

// quickOfQueue reads a queue and quick connects of it.
func (s *Server) quickOfQueue(ctx context.Context, instance, queue string, values []string) (scope arn.Scope, id string, ids []string, err error) {
	if scope, id, err = s.Plain(ctx, instance, arn.Queue, queue, "QueueId"); err == nil {
		ids, err = request.ResolveAll(scope, arn.QuickConnect, values, "QuickConnectIds")
	}
	return scope, id, ids, err
}

// AssociateQueueQuickConnects gives a queue quick connects.
func (s *Server) AssociateQueueQuickConnects(ctx context.Context, in *connect.AssociateQueueQuickConnectsInput) (*connect.AssociateQueueQuickConnectsOutput, error) {
	scope, queue, ids, err := s.quickOfQueue(ctx, in.InstanceId, in.QueueId, in.QuickConnectIds)
	if err != nil {
		return nil, err
	}
	return &connect.AssociateQueueQuickConnectsOutput{}, s.o.Admin.AssociateQuickConnects(ctx, scope.Instance, queue, ids)
}

// DisassociateQueueQuickConnects takes quick connects from a queue.
func (s *Server) DisassociateQueueQuickConnects(ctx context.Context, in *connect.DisassociateQueueQuickConnectsInput) (*connect.DisassociateQueueQuickConnectsOutput, error) {
	scope, queue, ids, err := s.quickOfQueue(ctx, in.InstanceId, in.QueueId, in.QuickConnectIds)
	if err != nil {
		return nil, err
	}
	return &connect.DisassociateQueueQuickConnectsOutput{}, s.o.Admin.DisassociateQuickConnects(ctx, scope.Instance, queue, ids)
}

// ListQueueQuickConnects lists the quick connects of a queue.
func (s *Server) ListQueueQuickConnects(ctx context.Context, in *connect.ListQueueQuickConnectsInput) (*connect.ListQueueQuickConnectsOutput, error) {
	scope, queue, err := s.Plain(ctx, in.InstanceId, arn.Queue, in.QueueId, "QueueId")
	if err != nil {
		return nil, err
	}
	page, err := request.PageOf(in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	q, err := s.o.Admin.Queue(ctx, scope.Instance, queue)
	if err != nil {
		return nil, err
	}
	all, next, err := s.o.Admin.QueueQuickConnects(ctx, &q, page)
	return &connect.ListQueueQuickConnectsOutput{
		NextToken: request.Next(next), QuickConnectSummaryList: quickSummaries(scope, all), LastModifiedTime: &q.Modified, LastModifiedRegion: &scope.Region,
	}, err
}
