package connect

import (
	"context"

	"parley/api/connect"
	"parley/app/admin"
	"parley/domain/flow"
	"parley/internal/arn"
	"parley/server/edge"
)

// CreateContactFlow makes a flow.
func (s *Server) CreateContactFlow(ctx context.Context, in *connect.CreateContactFlowInput) (*connect.CreateContactFlowOutput, error) {
	scope, err := s.scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	f := admin.Flow{Type: flow.Type(in.Type), Description: edge.Val(in.Description), Status: edge.Val(in.Status), Content: in.Content}
	f.InstanceID, f.Name, f.Tags = scope.Instance, in.Name, in.Tags
	if f, err = s.o.Admin.CreateFlow(ctx, f); err != nil {
		return nil, err
	}
	return &connect.CreateContactFlowOutput{
		ContactFlowId: &f.ID, ContactFlowArn: ptr(scope.ARN(arn.Flow, f.ID)), FlowContentSha256: &f.SHA256,
	}, nil
}

// DescribeContactFlow tells what is known of a flow, its content included.
func (s *Server) DescribeContactFlow(ctx context.Context, in *connect.DescribeContactFlowInput) (*connect.DescribeContactFlowOutput, error) {
	scope, err := s.scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	id, err := resolve(scope, arn.Flow, in.ContactFlowId, "ContactFlowId")
	if err != nil {
		return nil, err
	}
	f, err := s.o.Admin.Flow(ctx, scope.Instance, id)
	if err != nil {
		return nil, err
	}
	return &connect.DescribeContactFlowOutput{ContactFlow: &connect.ContactFlow{
		Arn: ptr(scope.ARN(arn.Flow, f.ID)), Id: &f.ID, Name: &f.Name, Type: ptr(string(f.Type)),
		Description: edge.Some(f.Description), Content: &f.Content, FlowContentSha256: &f.SHA256,
		State: &f.State, Status: &f.Status, Tags: f.Tags,
		LastModifiedTime: &f.Modified, LastModifiedRegion: &scope.Region,
	}}, nil
}

// ListContactFlows lists the flows of an instance.
func (s *Server) ListContactFlows(ctx context.Context, in *connect.ListContactFlowsInput) (*connect.ListContactFlowsOutput, error) {
	scope, err := s.scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	page, err := pageOf(in.NextToken, in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	flows, next, err := s.o.Admin.Flows(ctx, scope.Instance, in.ContactFlowTypes, page)
	if err != nil {
		return nil, err
	}
	out := &connect.ListContactFlowsOutput{NextToken: nextToken(next), ContactFlowSummaryList: []connect.ContactFlowSummary{}}
	for i := range flows {
		f := &flows[i]
		out.ContactFlowSummaryList = append(out.ContactFlowSummaryList, connect.ContactFlowSummary{
			Arn: ptr(scope.ARN(arn.Flow, f.ID)), Id: &f.ID, Name: &f.Name,
			ContactFlowType: ptr(string(f.Type)), ContactFlowState: &f.State, ContactFlowStatus: &f.Status,
		})
	}
	return out, nil
}
