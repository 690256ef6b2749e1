package staff

import (
	"context"

	"parley/api/connect"
	"parley/app/people"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/resource"
)

// Members that name a security profile, and a group that it is limited to.
const (
	securityProfileID = "SecurityProfileId"
	allowedGroup      = "AllowedAccessControlHierarchyGroupId"
)

// noApplications refuses the members that grant what is not here.
func noApplications(applications []connect.Application, modules []connect.FlowModule) error {
	if len(applications) > 0 || len(modules) > 0 {
		return fault.New(fault.Rule, "Applications and AllowedFlowModules are not supported")
	}
	return nil
}

// CreateSecurityProfile makes a security profile.
func (s *Server) CreateSecurityProfile(ctx context.Context, in *connect.CreateSecurityProfileInput) (*connect.CreateSecurityProfileOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	if err := noApplications(in.Applications, in.AllowedFlowModules); err != nil {
		return nil, err
	}
	p := people.SecurityProfile{Description: edge.Val(in.Description), Permissions: in.Permissions}
	p.AllowedTags, p.TagLimited, p.Limited = in.AllowedAccessControlTags, in.TagRestrictedResources, in.HierarchyRestrictedResources
	p.Granular = request.Kept(in.GranularAccessControlConfiguration)
	if p.GroupID, err = request.Optional(scope, arn.HierarchyGroup, in.AllowedAccessControlHierarchyGroupId, allowedGroup); err != nil {
		return nil, err
	}
	p.InstanceID, p.Name, p.Tags = scope.Instance, in.SecurityProfileName, in.Tags
	if p, err = s.people.CreateSecurityProfile(ctx, p); err != nil {
		return nil, err
	}
	return &connect.CreateSecurityProfileOutput{SecurityProfileId: &p.ID, SecurityProfileArn: new(scope.ARN(arn.SecurityProfile, p.ID))}, nil
}

func (s *Server) securityProfile(ctx context.Context, instance, id string) (arn.Scope, people.SecurityProfile, error) {
	scope, id, err := s.Plain(ctx, instance, arn.SecurityProfile, id, securityProfileID)
	if err != nil {
		return scope, people.SecurityProfile{}, err
	}
	p, err := s.people.SecurityProfile(ctx, scope.Instance, id)
	return scope, p, err
}

// DescribeSecurityProfile tells what is known of a security profile.
func (s *Server) DescribeSecurityProfile(ctx context.Context, in *connect.DescribeSecurityProfileInput) (*connect.DescribeSecurityProfileOutput, error) {
	scope, p, err := s.securityProfile(ctx, in.InstanceId, in.SecurityProfileId)
	if err != nil {
		return nil, err
	}
	granular, err := request.Shown[*connect.GranularAccessControlConfiguration](p.Granular)
	return &connect.DescribeSecurityProfileOutput{SecurityProfile: &connect.SecurityProfile{
		Id: &p.ID, Arn: new(scope.ARN(arn.SecurityProfile, p.ID)), OrganizationResourceId: &p.ID, SecurityProfileName: &p.Name,
		Description: edge.Some(p.Description), Tags: p.Tags, LastModifiedTime: &p.Modified, LastModifiedRegion: &scope.Region,
		AllowedAccessControlTags: p.AllowedTags, TagRestrictedResources: p.TagLimited, HierarchyRestrictedResources: p.Limited,
		AllowedAccessControlHierarchyGroupId: edge.Some(p.GroupID), GranularAccessControlConfiguration: granular,
	}}, err
}

// ListSecurityProfilePermissions lists what the users of a security profile may do.
func (s *Server) ListSecurityProfilePermissions(ctx context.Context, in *connect.ListSecurityProfilePermissionsInput) (*connect.ListSecurityProfilePermissionsOutput, error) {
	scope, p, err := s.securityProfile(ctx, in.InstanceId, in.SecurityProfileId)
	if err != nil {
		return nil, err
	}
	page, err := request.PageOf(in.NextToken, in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	names, next := request.PageIn(p.Permissions, page, func(name string) string { return name })
	return &connect.ListSecurityProfilePermissionsOutput{
		Permissions: names, NextToken: request.Next(next), LastModifiedTime: &p.Modified, LastModifiedRegion: &scope.Region,
	}, nil
}

// UpdateSecurityProfile changes a security profile.
func (s *Server) UpdateSecurityProfile(ctx context.Context, in *connect.UpdateSecurityProfileInput) (*connect.UpdateSecurityProfileOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.SecurityProfile, in.SecurityProfileId, securityProfileID)
	if err != nil {
		return nil, err
	}
	if err := noApplications(in.Applications, in.AllowedFlowModules); err != nil {
		return nil, err
	}
	c := people.SecurityProfileChange{
		Description: in.Description, Permissions: in.Permissions, AllowedTags: in.AllowedAccessControlTags,
		TagLimited: in.TagRestrictedResources, Limited: in.HierarchyRestrictedResources, Granular: request.Kept(in.GranularAccessControlConfiguration),
	}
	if in.AllowedAccessControlHierarchyGroupId != nil {
		group, err := request.Optional(scope, arn.HierarchyGroup, in.AllowedAccessControlHierarchyGroupId, allowedGroup)
		if err != nil {
			return nil, err
		}
		c.GroupID = &group
	}
	return &connect.UpdateSecurityProfileOutput{}, s.people.UpdateSecurityProfile(ctx, scope.Instance, id, c)
}

// DeleteSecurityProfile deletes a security profile that no user has.
func (s *Server) DeleteSecurityProfile(ctx context.Context, in *connect.DeleteSecurityProfileInput) (*connect.DeleteSecurityProfileOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.SecurityProfile, in.SecurityProfileId, securityProfileID)
	if err != nil {
		return nil, err
	}
	return &connect.DeleteSecurityProfileOutput{}, s.people.DeleteSecurityProfile(ctx, scope.Instance, id)
}

// ListSecurityProfiles lists the security profiles of an instance.
func (s *Server) ListSecurityProfiles(ctx context.Context, in *connect.ListSecurityProfilesInput) (*connect.ListSecurityProfilesOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	all, next, err := s.people.SecurityProfiles(ctx, scope.Instance, page)
	out := &connect.ListSecurityProfilesOutput{NextToken: request.Next(next), SecurityProfileSummaryList: []connect.SecurityProfileSummary{}}
	for i := range all {
		p := &all[i]
		out.SecurityProfileSummaryList = append(out.SecurityProfileSummaryList, connect.SecurityProfileSummary{
			Arn: new(scope.ARN(arn.SecurityProfile, p.ID)), Id: &p.ID, Name: &p.Name, LastModifiedTime: &p.Modified, LastModifiedRegion: &scope.Region,
		})
	}
	return out, err
}

// SearchSecurityProfiles finds security profiles.
func (s *Server) SearchSecurityProfiles(ctx context.Context, in *connect.SearchSecurityProfilesInput) (*connect.SearchSecurityProfilesOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	c := request.All(securityProfileCondition(edge.Val(in.SearchCriteria)), request.Tags(edge.Val(in.SearchFilter).TagFilter))
	found, err := s.people.SearchSecurityProfiles(ctx, scope.Instance, c, page)
	out := &connect.SearchSecurityProfilesOutput{NextToken: request.Next(found.Next), ApproximateTotalCount: &found.Total, SecurityProfiles: []connect.SecurityProfileSearchSummary{}}
	for i := range found.Items {
		p := &found.Items[i]
		out.SecurityProfiles = append(out.SecurityProfiles, connect.SecurityProfileSearchSummary{
			Arn: new(scope.ARN(arn.SecurityProfile, p.ID)), Id: &p.ID, OrganizationResourceId: &p.ID,
			SecurityProfileName: &p.Name, Description: edge.Some(p.Description), Tags: p.Tags,
		})
	}
	return out, err
}

func securityProfileCondition(c connect.SecurityProfileSearchCriteria) resource.Condition {
	own := request.Text(c.StringCondition)
	own.Any, own.All = request.Each(c.OrConditions, securityProfileCondition), request.Each(c.AndConditions, securityProfileCondition)
	return own
}
