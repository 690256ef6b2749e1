package flows

import (
	"context"

	"parley/api/connect"
	"parley/app/admin"
	"parley/internal/arn"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/resource"
)

// moduleID is the member that names a flow module.
const moduleID = "ContactFlowModuleId"

// CreateContactFlowModule makes a module and publishes it.
func (s *Flows) CreateContactFlowModule(ctx context.Context, in *connect.CreateContactFlowModuleInput) (*connect.CreateContactFlowModuleOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	m := admin.Module{Description: edge.Val(in.Description), Content: in.Content, Settings: edge.Val(in.Settings)}
	if c := in.ExternalInvocationConfiguration; c != nil {
		m.External = c.Enabled
	}
	m.InstanceID, m.Name, m.Tags = scope.Instance, in.Name, in.Tags
	bare := *in
	bare.ClientToken = nil
	t := request.TokenOf("CreateContactFlowModule", in.ClientToken, bare)
	t.Strict = true // the operation has IdempotencyException
	if m, err = s.admin.CreateModule(ctx, m, t); err != nil {
		return nil, err
	}
	return &connect.CreateContactFlowModuleOutput{Id: &m.ID, Arn: new(scope.ARN(arn.FlowModule, m.ID))}, nil
}

// DescribeContactFlowModule tells what is known of a module and the content that is asked for.
func (s *Flows) DescribeContactFlowModule(ctx context.Context, in *connect.DescribeContactFlowModuleInput) (*connect.DescribeContactFlowModuleOutput, error) {
	scope, ref, err := s.Named(ctx, in.InstanceId, arn.FlowModule, in.ContactFlowModuleId, moduleID)
	if err != nil {
		return nil, err
	}
	m, err := s.admin.Module(ctx, scope.Instance, ref)
	if err != nil {
		return nil, err
	}
	out := moduleOf(scope, &m.Module)
	out.Arn = new(scope.ARN(arn.FlowModule, ref.String()))
	out.Content, out.Settings = &m.Content, edge.Some(m.Settings)
	out.Status, out.FlowModuleContentSha256 = &m.Status, &m.SHA256
	out.Version, out.VersionDescription = edge.Some(m.Version), edge.Some(m.VersionDescription)
	return &connect.DescribeContactFlowModuleOutput{ContactFlowModule: out}, nil
}

// moduleOf spells a module without its content.
func moduleOf(scope arn.Scope, m *admin.Module) *connect.ContactFlowModule {
	out := &connect.ContactFlowModule{
		Arn: new(scope.ARN(arn.FlowModule, m.ID)), Id: &m.ID, Name: &m.Name, Description: edge.Some(m.Description),
		State: &m.State, Status: &m.Status, FlowModuleContentSha256: &m.SHA256, Tags: m.Tags,
	}
	if m.External != nil {
		out.ExternalInvocationConfiguration = &connect.ExternalInvocationConfiguration{Enabled: m.External}
	}
	return out
}

// ListContactFlowModules lists the modules of an instance.
func (s *Flows) ListContactFlowModules(ctx context.Context, in *connect.ListContactFlowModulesInput) (*connect.ListContactFlowModulesOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	modules, next, err := s.admin.Modules(ctx, scope.Instance, edge.Val(in.ContactFlowModuleState), page)
	if err != nil {
		return nil, err
	}
	out := &connect.ListContactFlowModulesOutput{NextToken: request.Next(next), ContactFlowModulesSummaryList: []connect.ContactFlowModuleSummary{}}
	for i := range modules {
		m := &modules[i]
		out.ContactFlowModulesSummaryList = append(out.ContactFlowModulesSummaryList, connect.ContactFlowModuleSummary{
			Arn: new(scope.ARN(arn.FlowModule, m.ID)), Id: &m.ID, Name: &m.Name, State: &m.State,
		})
	}
	return out, nil
}

// SearchContactFlowModules finds modules, without their contents.
func (s *Flows) SearchContactFlowModules(ctx context.Context, in *connect.SearchContactFlowModulesInput) (*connect.SearchContactFlowModulesOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	c := request.All(moduleCondition(edge.Val(in.SearchCriteria)), request.Tags(edge.Val(in.SearchFilter).TagFilter))
	found, err := s.admin.SearchModules(ctx, scope.Instance, c, page)
	if err != nil {
		return nil, err
	}
	out := &connect.SearchContactFlowModulesOutput{NextToken: request.Next(found.Next), ApproximateTotalCount: &found.Total, ContactFlowModules: []connect.ContactFlowModule{}}
	for i := range found.Items {
		out.ContactFlowModules = append(out.ContactFlowModules, *moduleOf(scope, &found.Items[i]))
	}
	return out, nil
}

func moduleCondition(c connect.ContactFlowModuleSearchCriteria) resource.Condition {
	own := request.Text(c.StringCondition)
	own.Any, own.All = request.Each(c.OrConditions, moduleCondition), request.Each(c.AndConditions, moduleCondition)
	own.Is = request.Is(map[string]*string{resource.IsState: c.StateCondition, resource.IsStatus: c.StatusCondition})
	return own
}
