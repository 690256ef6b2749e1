package flows

import (
	"context"

	"parley/api/connect"
	"parley/app/admin"
	"parley/internal/arn"
	"parley/server/connect/request"
	"parley/server/edge"
)

// CreateContactFlowModuleAlias gives a version of a module another name.
func (s *Flows) CreateContactFlowModuleAlias(ctx context.Context, in *connect.CreateContactFlowModuleAliasInput) (*connect.CreateContactFlowModuleAliasOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.FlowModule, in.ContactFlowModuleId, moduleID)
	if err != nil {
		return nil, err
	}
	a, err := s.admin.CreateAlias(ctx, scope.Instance, id, admin.Alias{
		Name: in.AliasName, Description: edge.Val(in.Description), Version: in.ContactFlowModuleVersion,
	})
	if err != nil {
		return nil, err
	}
	return &connect.CreateContactFlowModuleAliasOutput{ContactFlowModuleArn: new(scope.ARN(arn.FlowModule, id)), Id: &a.ID}, nil
}

// DescribeContactFlowModuleAlias tells what an alias names.
func (s *Flows) DescribeContactFlowModuleAlias(ctx context.Context, in *connect.DescribeContactFlowModuleAliasInput) (*connect.DescribeContactFlowModuleAliasOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.FlowModule, in.ContactFlowModuleId, moduleID)
	if err != nil {
		return nil, err
	}
	a, err := s.admin.Alias(ctx, scope.Instance, id, in.AliasId)
	if err != nil {
		return nil, err
	}
	return &connect.DescribeContactFlowModuleAliasOutput{ContactFlowModuleAlias: &connect.ContactFlowModuleAliasInfo{
		ContactFlowModuleArn: new(scope.ARN(arn.FlowModule, id)), ContactFlowModuleId: &id,
		AliasId: &a.ID, Name: &a.Name, Description: edge.Some(a.Description), Version: &a.Version,
		LastModifiedTime: &a.Modified, LastModifiedRegion: &scope.Region,
	}}, nil
}

// UpdateContactFlowModuleAlias changes an alias, at once for every flow that invokes the module by it.
func (s *Flows) UpdateContactFlowModuleAlias(ctx context.Context, in *connect.UpdateContactFlowModuleAliasInput) (*connect.UpdateContactFlowModuleAliasOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.FlowModule, in.ContactFlowModuleId, moduleID)
	if err != nil {
		return nil, err
	}
	c := admin.AliasChange{Name: in.Name, Description: in.Description, Version: in.ContactFlowModuleVersion}
	return &connect.UpdateContactFlowModuleAliasOutput{}, s.admin.UpdateAlias(ctx, scope.Instance, id, in.AliasId, c)
}

// ListContactFlowModuleAliases lists the aliases of a module.
func (s *Flows) ListContactFlowModuleAliases(ctx context.Context, in *connect.ListContactFlowModuleAliasesInput) (*connect.ListContactFlowModuleAliasesOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.FlowModule, in.ContactFlowModuleId, moduleID)
	if err != nil {
		return nil, err
	}
	page, err := request.PageOf(in.NextToken, in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	aliases, next, err := s.admin.Aliases(ctx, scope.Instance, id, page)
	if err != nil {
		return nil, err
	}
	out := &connect.ListContactFlowModuleAliasesOutput{NextToken: request.Next(next), ContactFlowModuleAliasSummaryList: []connect.ContactFlowModuleAliasSummary{}}
	for _, a := range aliases {
		out.ContactFlowModuleAliasSummaryList = append(out.ContactFlowModuleAliasSummaryList, connect.ContactFlowModuleAliasSummary{
			Arn:     new(scope.ARN(arn.FlowModule, arn.Ref{ID: id, Qualifier: a.Name}.String())),
			AliasId: &a.ID, AliasName: &a.Name, AliasDescription: edge.Some(a.Description), Version: &a.Version, LastModifiedTime: &a.Modified,
		})
	}
	return out, nil
}

// DeleteContactFlowModuleAlias deletes an alias; its version stays.
func (s *Flows) DeleteContactFlowModuleAlias(ctx context.Context, in *connect.DeleteContactFlowModuleAliasInput) (*connect.DeleteContactFlowModuleAliasOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.FlowModule, in.ContactFlowModuleId, moduleID)
	if err != nil {
		return nil, err
	}
	return &connect.DeleteContactFlowModuleAliasOutput{}, s.admin.DeleteAlias(ctx, scope.Instance, id, in.AliasId)
}
