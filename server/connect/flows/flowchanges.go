package flows

import (
	"context"

	"parley/api/connect"
	"parley/app/admin"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
)

// UpdateContactFlowContent publishes a content, or with the suffix :$SAVED makes it the draft.
func (s *Flows) UpdateContactFlowContent(ctx context.Context, in *connect.UpdateContactFlowContentInput) (*connect.UpdateContactFlowContentOutput, error) {
	scope, ref, err := s.Named(ctx, in.InstanceId, arn.Flow, in.ContactFlowId, flowID)
	if err != nil {
		return nil, err
	}
	return &connect.UpdateContactFlowContentOutput{}, s.admin.UpdateFlowContent(ctx, scope.Instance, ref, in.Content)
}

// UpdateContactFlowMetadata changes a flow's name, description or state.
func (s *Flows) UpdateContactFlowMetadata(ctx context.Context, in *connect.UpdateContactFlowMetadataInput) (*connect.UpdateContactFlowMetadataOutput, error) {
	m := admin.Metadata{Name: in.Name, Description: in.Description, State: in.ContactFlowState}
	return &connect.UpdateContactFlowMetadataOutput{}, s.updateFlow(ctx, in.InstanceId, in.ContactFlowId, m)
}

// UpdateContactFlowName changes a flow's name and description.
func (s *Flows) UpdateContactFlowName(ctx context.Context, in *connect.UpdateContactFlowNameInput) (*connect.UpdateContactFlowNameOutput, error) {
	m := admin.Metadata{Name: in.Name, Description: in.Description}
	return &connect.UpdateContactFlowNameOutput{}, s.updateFlow(ctx, in.InstanceId, in.ContactFlowId, m)
}

func (s *Flows) updateFlow(ctx context.Context, instance, id string, m admin.Metadata) error {
	scope, ref, err := s.Plain(ctx, instance, arn.Flow, id, flowID)
	if err != nil {
		return err
	}
	return s.admin.UpdateFlow(ctx, scope.Instance, ref, m)
}

// DeleteContactFlow deletes a flow that nothing uses.
func (s *Flows) DeleteContactFlow(ctx context.Context, in *connect.DeleteContactFlowInput) (*connect.DeleteContactFlowOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Flow, in.ContactFlowId, flowID)
	if err != nil {
		return nil, err
	}
	return &connect.DeleteContactFlowOutput{}, s.admin.DeleteFlow(ctx, scope.Instance, id)
}

// CreateContactFlowVersion makes a version of what is published. With the
// suffix of an older version it publishes that one again, as a new version.
func (s *Flows) CreateContactFlowVersion(ctx context.Context, in *connect.CreateContactFlowVersionInput) (*connect.CreateContactFlowVersionOutput, error) {
	scope, ref, err := s.Named(ctx, in.InstanceId, arn.Flow, in.ContactFlowId, flowID)
	if err != nil {
		return nil, err
	}
	made, err := s.admin.CutFlow(ctx, scope.Instance, ref, edge.Val(in.FlowContentSha256), edge.Val(in.Description), edge.Val(in.ContactFlowVersion))
	if err != nil {
		return nil, err
	}
	return &connect.CreateContactFlowVersionOutput{ContactFlowArn: new(scope.ARN(arn.Flow, ref.ID)), Version: &made.Number}, nil
}

// ListContactFlowVersions lists the versions of a flow.
func (s *Flows) ListContactFlowVersions(ctx context.Context, in *connect.ListContactFlowVersionsInput) (*connect.ListContactFlowVersionsOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Flow, in.ContactFlowId, flowID)
	if err != nil {
		return nil, err
	}
	page, err := request.PageOf(in.NextToken, in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	versions, next, err := s.admin.FlowVersions(ctx, scope.Instance, id, page)
	if err != nil {
		return nil, err
	}
	out := &connect.ListContactFlowVersionsOutput{NextToken: request.Next(next), ContactFlowVersionSummaryList: []connect.ContactFlowVersionSummary{}}
	for _, v := range versions {
		out.ContactFlowVersionSummaryList = append(out.ContactFlowVersionSummaryList, connect.ContactFlowVersionSummary{
			Arn: new(request.Numbered(scope, arn.Flow, id, v.Number)), Version: &v.Number, VersionDescription: edge.Some(v.Description),
		})
	}
	return out, nil
}

// DeleteContactFlowVersion deletes a version of a flow.
func (s *Flows) DeleteContactFlowVersion(ctx context.Context, in *connect.DeleteContactFlowVersionInput) (*connect.DeleteContactFlowVersionOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Flow, in.ContactFlowId, flowID)
	if err != nil {
		return nil, err
	}
	return &connect.DeleteContactFlowVersionOutput{}, s.admin.DropFlowVersion(ctx, scope.Instance, id, in.ContactFlowVersion)
}

// something refuses an update that changes nothing.
func something(given ...bool) error {
	for _, one := range given {
		if one {
			return nil
		}
	}
	return fault.New(fault.Rule, "There is nothing to update")
}
