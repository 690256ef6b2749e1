package connect

import (
	"context"

	"parley/api/connect"
	"parley/app/admin"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
)

// CreateInstance makes an instance; it is active at once.
func (s *Server) CreateInstance(ctx context.Context, in *connect.CreateInstanceInput) (*connect.CreateInstanceOutput, error) {
	if in.IdentityManagementType == "EXISTING_DIRECTORY" || in.DirectoryId != nil {
		return nil, fault.New(fault.Rule, "IdentityManagementType EXISTING_DIRECTORY and DirectoryId are not supported")
	}
	created := admin.Instance{
		Alias: edge.Val(in.InstanceAlias), IdentityManagementType: in.IdentityManagementType,
		InboundCalls: in.InboundCallsEnabled, OutboundCalls: in.OutboundCallsEnabled,
	}
	if created.Alias == "" && created.IdentityManagementType == "CONNECT_MANAGED" {
		return nil, fault.New(fault.Rule, "InstanceAlias is required for IdentityManagementType CONNECT_MANAGED")
	}
	created.Tags = in.Tags
	created, err := s.o.Admin.CreateInstance(ctx, created, edge.Val(in.ClientToken))
	if err != nil {
		return nil, err
	}
	return &connect.CreateInstanceOutput{Id: &created.ID, Arn: new(s.o.Home.InstanceARN(created.ID))}, nil
}

// DescribeInstance tells what is known of an instance.
func (s *Server) DescribeInstance(ctx context.Context, in *connect.DescribeInstanceInput) (*connect.DescribeInstanceOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	i, err := s.o.Admin.Instance(ctx, scope.Instance)
	if err != nil {
		return nil, err
	}
	return &connect.DescribeInstanceOutput{Instance: &connect.Instance{
		Arn: new(s.o.Home.InstanceARN(i.ID)), Id: &i.ID, InstanceAlias: edge.Some(i.Alias), InstanceStatus: new("ACTIVE"),
		CreatedTime: &i.Created, IdentityManagementType: &i.IdentityManagementType,
		InboundCallsEnabled: &i.InboundCalls, OutboundCallsEnabled: &i.OutboundCalls,
		ServiceRole: new(serviceRole(s.o.Home)), InstanceAccessUrl: new(edge.Base(ctx)), Tags: i.Tags,
	}}, nil
}

// serviceRole is a role in the form that AWS gives each instance; nothing assumes it here.
func serviceRole(home arn.Home) string {
	return "arn:aws:iam::" + home.Account + ":role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect"
}

// ListInstances lists the instances.
func (s *Server) ListInstances(ctx context.Context, in *connect.ListInstancesInput) (*connect.ListInstancesOutput, error) {
	page, err := request.PageOf(in.NextToken, in.MaxResults, 10)
	if err != nil {
		return nil, err
	}
	instances, next, err := s.o.Admin.Instances(ctx, page)
	if err != nil {
		return nil, err
	}
	out := &connect.ListInstancesOutput{NextToken: request.Next(next), InstanceSummaryList: []connect.InstanceSummary{}}
	for i := range instances {
		k := &instances[i]
		out.InstanceSummaryList = append(out.InstanceSummaryList, connect.InstanceSummary{
			Arn: new(s.o.Home.InstanceARN(k.ID)), Id: &k.ID, InstanceAlias: edge.Some(k.Alias), InstanceStatus: new("ACTIVE"),
			CreatedTime: &k.Created, IdentityManagementType: &k.IdentityManagementType,
			InboundCallsEnabled: &k.InboundCalls, OutboundCallsEnabled: &k.OutboundCalls,
			ServiceRole: new(serviceRole(s.o.Home)), InstanceAccessUrl: new(edge.Base(ctx)),
		})
	}
	return out, nil
}

// DeleteInstance deletes an instance with everything configured in it.
func (s *Server) DeleteInstance(ctx context.Context, in *connect.DeleteInstanceInput) (*connect.DeleteInstanceOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	return &connect.DeleteInstanceOutput{}, s.o.Admin.DeleteInstance(ctx, scope.Instance)
}
