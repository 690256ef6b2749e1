package staff

import (
	"context"

	"parley/api/connect"
	"parley/app/people"
	"parley/internal/arn"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/resource"
)

// agentStatusID is the member that names a status.
const agentStatusID = "AgentStatusId"

// CreateAgentStatus makes a status.
func (s *Server) CreateAgentStatus(ctx context.Context, in *connect.CreateAgentStatusInput) (*connect.CreateAgentStatusOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	a := people.AgentStatus{Description: edge.Val(in.Description), State: in.State, Order: edge.Val(in.DisplayOrder)}
	a.InstanceID, a.Name, a.Tags = scope.Instance, in.Name, in.Tags
	if a, err = s.people.CreateAgentStatus(ctx, a); err != nil {
		return nil, err
	}
	return &connect.CreateAgentStatusOutput{AgentStatusId: &a.ID, AgentStatusARN: new(scope.ARN(arn.AgentStatus, a.ID))}, nil
}

// DescribeAgentStatus tells what is known of a status.
func (s *Server) DescribeAgentStatus(ctx context.Context, in *connect.DescribeAgentStatusInput) (*connect.DescribeAgentStatusOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.AgentStatus, in.AgentStatusId, agentStatusID)
	if err != nil {
		return nil, err
	}
	a, err := s.people.AgentStatus(ctx, scope.Instance, id)
	return &connect.DescribeAgentStatusOutput{AgentStatus: agentStatusOf(scope, &a)}, err
}

func agentStatusOf(scope arn.Scope, a *people.AgentStatus) *connect.AgentStatus {
	return &connect.AgentStatus{
		AgentStatusId: &a.ID, AgentStatusARN: new(scope.ARN(arn.AgentStatus, a.ID)), Name: &a.Name, Description: edge.Some(a.Description),
		State: &a.State, Type: &a.Type, DisplayOrder: edge.Some(a.Order), Tags: a.Tags,
		LastModifiedTime: &a.Modified, LastModifiedRegion: &scope.Region,
	}
}

// UpdateAgentStatus changes a status.
func (s *Server) UpdateAgentStatus(ctx context.Context, in *connect.UpdateAgentStatusInput) (*connect.UpdateAgentStatusOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.AgentStatus, in.AgentStatusId, agentStatusID)
	if err != nil {
		return nil, err
	}
	return &connect.UpdateAgentStatusOutput{}, s.people.UpdateAgentStatus(ctx, scope.Instance, id, people.AgentStatusChange{
		Name: in.Name, Description: in.Description, State: in.State, Order: in.DisplayOrder, ResetOrder: edge.Val(in.ResetOrderNumber),
	})
}

// ListAgentStatuses lists the statuses of an instance.
func (s *Server) ListAgentStatuses(ctx context.Context, in *connect.ListAgentStatusesInput) (*connect.ListAgentStatusesOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	all, next, err := s.people.AgentStatuses(ctx, scope.Instance, in.AgentStatusTypes, page)
	out := &connect.ListAgentStatusesOutput{NextToken: request.Next(next), AgentStatusSummaryList: []connect.AgentStatusSummary{}}
	for i := range all {
		a := &all[i]
		out.AgentStatusSummaryList = append(out.AgentStatusSummaryList, connect.AgentStatusSummary{
			Arn: new(scope.ARN(arn.AgentStatus, a.ID)), Id: &a.ID, Name: &a.Name, Type: &a.Type, LastModifiedTime: &a.Modified, LastModifiedRegion: &scope.Region,
		})
	}
	return out, err
}

// SearchAgentStatuses finds statuses.
func (s *Server) SearchAgentStatuses(ctx context.Context, in *connect.SearchAgentStatusesInput) (*connect.SearchAgentStatusesOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	c := request.All(agentStatusCondition(edge.Val(in.SearchCriteria)), request.Attributes(edge.Val(in.SearchFilter).AttributeFilter))
	found, err := s.people.SearchAgentStatuses(ctx, scope.Instance, c, page)
	out := &connect.SearchAgentStatusesOutput{NextToken: request.Next(found.Next), ApproximateTotalCount: &found.Total, AgentStatuses: []connect.AgentStatus{}}
	for i := range found.Items {
		out.AgentStatuses = append(out.AgentStatuses, *agentStatusOf(scope, &found.Items[i]))
	}
	return out, err
}

func agentStatusCondition(c connect.AgentStatusSearchCriteria) resource.Condition {
	own := request.Text(c.StringCondition)
	own.Any, own.All = request.Each(c.OrConditions, agentStatusCondition), request.Each(c.AndConditions, agentStatusCondition)
	return own
}
