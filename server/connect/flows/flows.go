package flows

import (
	"context"

	"parley/api/connect"
	"parley/app/admin"
	"parley/domain/flow"
	"parley/internal/arn"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/resource"
)

// flowID is the member that names a flow.
const flowID = "ContactFlowId"

// CreateContactFlow makes a flow.
func (s *Flows) CreateContactFlow(ctx context.Context, in *connect.CreateContactFlowInput) (*connect.CreateContactFlowOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	f := admin.Flow{Type: flow.Type(in.Type), Description: edge.Val(in.Description), Content: in.Content}
	f.InstanceID, f.Name, f.Tags, f.Status = scope.Instance, in.Name, in.Tags, edge.Val(in.Status)
	if f, err = s.admin.CreateFlow(ctx, f); err != nil {
		return nil, err
	}
	return &connect.CreateContactFlowOutput{
		ContactFlowId: &f.ID, ContactFlowArn: new(scope.ARN(arn.Flow, f.ID)), FlowContentSha256: &f.SHA256,
	}, nil
}

// DescribeContactFlow tells what is known of a flow and the content that is asked for.
func (s *Flows) DescribeContactFlow(ctx context.Context, in *connect.DescribeContactFlowInput) (*connect.DescribeContactFlowOutput, error) {
	scope, ref, err := s.Named(ctx, in.InstanceId, arn.Flow, in.ContactFlowId, flowID)
	if err != nil {
		return nil, err
	}
	f, err := s.admin.Flow(ctx, scope.Instance, ref)
	if err != nil {
		return nil, err
	}
	out := flowOf(scope, &f.Flow)
	out.Arn = new(scope.ARN(arn.Flow, ref.String()))
	out.Content, out.Status, out.FlowContentSha256 = &f.Content, &f.Status, &f.SHA256
	out.Version, out.VersionDescription = edge.Some(f.Version), edge.Some(f.VersionDescription)
	return &connect.DescribeContactFlowOutput{ContactFlow: out}, nil
}

// flowOf spells a flow without its content.
func flowOf(scope arn.Scope, f *admin.Flow) *connect.ContactFlow {
	return &connect.ContactFlow{
		Arn: new(scope.ARN(arn.Flow, f.ID)), Id: &f.ID, Name: &f.Name, Type: new(string(f.Type)),
		Description: edge.Some(f.Description), State: &f.State, Status: &f.Status, FlowContentSha256: &f.SHA256,
		Tags: f.Tags, LastModifiedTime: &f.Modified, LastModifiedRegion: &scope.Region,
	}
}

// ListContactFlows lists the flows of an instance.
func (s *Flows) ListContactFlows(ctx context.Context, in *connect.ListContactFlowsInput) (*connect.ListContactFlowsOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	flows, next, err := s.admin.Flows(ctx, scope.Instance, in.ContactFlowTypes, page)
	if err != nil {
		return nil, err
	}
	out := &connect.ListContactFlowsOutput{NextToken: request.Next(next), ContactFlowSummaryList: []connect.ContactFlowSummary{}}
	for i := range flows {
		f := &flows[i]
		out.ContactFlowSummaryList = append(out.ContactFlowSummaryList, connect.ContactFlowSummary{
			Arn: new(scope.ARN(arn.Flow, f.ID)), Id: &f.ID, Name: &f.Name,
			ContactFlowType: new(string(f.Type)), ContactFlowState: &f.State, ContactFlowStatus: &f.Status,
		})
	}
	return out, nil
}

// SearchContactFlows finds flows, without their contents.
func (s *Flows) SearchContactFlows(ctx context.Context, in *connect.SearchContactFlowsInput) (*connect.SearchContactFlowsOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	found, err := s.admin.SearchFlows(ctx, scope.Instance, request.All(flowCondition(edge.Val(in.SearchCriteria)), flowFilter(in.SearchFilter)), page)
	if err != nil {
		return nil, err
	}
	out := &connect.SearchContactFlowsOutput{NextToken: request.Next(found.Next), ApproximateTotalCount: &found.Total, ContactFlows: []connect.ContactFlow{}}
	for i := range found.Items {
		out.ContactFlows = append(out.ContactFlows, *flowOf(scope, &found.Items[i]))
	}
	return out, nil
}

func flowCondition(c connect.ContactFlowSearchCriteria) resource.Condition {
	own := request.Text(c.StringCondition)
	own.Any, own.All = request.Each(c.OrConditions, flowCondition), request.Each(c.AndConditions, flowCondition)
	own.Is = request.Is(map[string]*string{resource.IsType: c.TypeCondition, resource.IsState: c.StateCondition, resource.IsStatus: c.StatusCondition})
	return own
}

func flowFilter(f *connect.ContactFlowSearchFilter) resource.Condition {
	if f == nil {
		return resource.Condition{}
	}
	c := resource.Condition{All: []resource.Condition{request.Tags(f.TagFilter)}}
	if a := f.FlowAttributeFilter; a != nil {
		c.Any = request.Each(a.OrConditions, flowAttributes)
		c.All = append(c.All, flowAttributes(edge.Val(a.AndCondition)), flowAttributes(connect.ContactFlowAttributeAndCondition{ContactFlowTypeCondition: a.ContactFlowTypeCondition}))
		if a.TagCondition != nil {
			c.All = append(c.All, request.Tag(*a.TagCondition))
		}
	}
	return c
}

func flowAttributes(c connect.ContactFlowAttributeAndCondition) resource.Condition {
	out := request.All(request.Each(c.TagConditions, request.Tag)...)
	if c.ContactFlowTypeCondition != nil {
		out.Is = request.Is(map[string]*string{resource.IsType: c.ContactFlowTypeCondition.ContactFlowType})
	}
	return out
}
