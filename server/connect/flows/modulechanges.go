package flows

import (
	"context"

	"parley/api/connect"
	"parley/app/admin"
	"parley/internal/arn"
	"parley/server/connect/request"
	"parley/server/edge"
)

// UpdateContactFlowModuleContent publishes a content, or with the suffix :$SAVED makes it the draft.
func (s *Flows) UpdateContactFlowModuleContent(ctx context.Context, in *connect.UpdateContactFlowModuleContentInput) (*connect.UpdateContactFlowModuleContentOutput, error) {
	scope, ref, err := s.Named(ctx, in.InstanceId, arn.FlowModule, in.ContactFlowModuleId, moduleID)
	if err == nil {
		err = something(in.Content != nil, in.Settings != nil)
	}
	if err != nil {
		return nil, err
	}
	c := admin.ModuleChange{Content: in.Content, Settings: in.Settings}
	return &connect.UpdateContactFlowModuleContentOutput{}, s.admin.UpdateModuleContent(ctx, scope.Instance, ref, c)
}

// UpdateContactFlowModuleMetadata changes a module's name, description or state.
func (s *Flows) UpdateContactFlowModuleMetadata(ctx context.Context, in *connect.UpdateContactFlowModuleMetadataInput) (*connect.UpdateContactFlowModuleMetadataOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.FlowModule, in.ContactFlowModuleId, moduleID)
	if err != nil {
		return nil, err
	}
	m := admin.Metadata{Name: in.Name, Description: in.Description, State: in.State}
	return &connect.UpdateContactFlowModuleMetadataOutput{}, s.admin.UpdateModule(ctx, scope.Instance, id, m)
}

// DeleteContactFlowModule deletes a module that nothing uses.
func (s *Flows) DeleteContactFlowModule(ctx context.Context, in *connect.DeleteContactFlowModuleInput) (*connect.DeleteContactFlowModuleOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.FlowModule, in.ContactFlowModuleId, moduleID)
	if err != nil {
		return nil, err
	}
	return &connect.DeleteContactFlowModuleOutput{}, s.admin.DeleteModule(ctx, scope.Instance, id)
}

// CreateContactFlowModuleVersion makes a version of what is published. With the
// suffix of an older version or an alias it publishes that one again, as a new version.
func (s *Flows) CreateContactFlowModuleVersion(ctx context.Context, in *connect.CreateContactFlowModuleVersionInput) (*connect.CreateContactFlowModuleVersionOutput, error) {
	scope, ref, err := s.Named(ctx, in.InstanceId, arn.FlowModule, in.ContactFlowModuleId, moduleID)
	if err != nil {
		return nil, err
	}
	made, err := s.admin.CutModule(ctx, scope.Instance, ref, edge.Val(in.FlowModuleContentSha256), edge.Val(in.Description))
	if err != nil {
		return nil, err
	}
	return &connect.CreateContactFlowModuleVersionOutput{ContactFlowModuleArn: new(scope.ARN(arn.FlowModule, ref.ID)), Version: &made.Number}, nil
}

// ListContactFlowModuleVersions lists the versions of a module.
func (s *Flows) ListContactFlowModuleVersions(ctx context.Context, in *connect.ListContactFlowModuleVersionsInput) (*connect.ListContactFlowModuleVersionsOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.FlowModule, in.ContactFlowModuleId, moduleID)
	if err != nil {
		return nil, err
	}
	page, err := request.PageOf(in.NextToken, in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	versions, next, err := s.admin.ModuleVersions(ctx, scope.Instance, id, page)
	if err != nil {
		return nil, err
	}
	out := &connect.ListContactFlowModuleVersionsOutput{NextToken: request.Next(next), ContactFlowModuleVersionSummaryList: []connect.ContactFlowModuleVersionSummary{}}
	for _, v := range versions {
		out.ContactFlowModuleVersionSummaryList = append(out.ContactFlowModuleVersionSummaryList, connect.ContactFlowModuleVersionSummary{
			Arn: new(request.Numbered(scope, arn.FlowModule, id, v.Number)), Version: &v.Number, VersionDescription: edge.Some(v.Description),
		})
	}
	return out, nil
}

// DeleteContactFlowModuleVersion deletes a version of a module.
func (s *Flows) DeleteContactFlowModuleVersion(ctx context.Context, in *connect.DeleteContactFlowModuleVersionInput) (*connect.DeleteContactFlowModuleVersionOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.FlowModule, in.ContactFlowModuleId, moduleID)
	if err != nil {
		return nil, err
	}
	return &connect.DeleteContactFlowModuleVersionOutput{}, s.admin.DropModuleVersion(ctx, scope.Instance, id, in.ContactFlowModuleVersion)
}
