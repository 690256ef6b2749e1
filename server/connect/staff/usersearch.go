package staff

import (
	"context"
	"slices"

	"parley/api/connect"
	"parley/app/people"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/resource"
)

// SearchUsers finds users.
func (s *Server) SearchUsers(ctx context.Context, in *connect.SearchUsersInput) (*connect.SearchUsersOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 500)
	if err != nil {
		return nil, err
	}
	if hasList(edge.Val(in.SearchCriteria)) {
		return nil, fault.New(fault.Rule, "ListCondition is not supported")
	}
	trees, err := s.people.GroupTrees(ctx, scope.Instance)
	if err != nil {
		return nil, err
	}
	filter := edge.Val(in.SearchFilter)
	c := request.All(userCondition(trees)(edge.Val(in.SearchCriteria)), request.Tags(filter.TagFilter), userFilter(trees, edge.Val(filter.UserAttributeFilter)))
	found, err := s.people.SearchUsers(ctx, scope.Instance, c, page)
	if err != nil {
		return nil, err
	}
	out := &connect.SearchUsersOutput{NextToken: request.Next(found.Next), ApproximateTotalCount: &found.Total, Users: []connect.UserSearchSummary{}}
	for i := range found.Items {
		one, err := userSummary(scope, &found.Items[i])
		if err != nil {
			return nil, err
		}
		out.Users = append(out.Users, one)
	}
	return out, nil
}

func userSummary(scope arn.Scope, u *people.User) (connect.UserSearchSummary, error) {
	full, err := userOf(scope, u)
	if err != nil {
		return connect.UserSearchSummary{}, err
	}
	return connect.UserSearchSummary{
		Id: full.Id, Arn: full.Arn, Username: full.Username, RoutingProfileId: full.RoutingProfileId, SecurityProfileIds: full.SecurityProfileIds,
		HierarchyGroupId: full.HierarchyGroupId, DirectoryUserId: full.DirectoryUserId, Tags: full.Tags, PhoneConfig: full.PhoneConfig,
		IdentityInfo:      &connect.UserIdentityInfoLite{FirstName: full.IdentityInfo.FirstName, LastName: full.IdentityInfo.LastName},
		AutoAcceptConfigs: full.AutoAcceptConfigs, AfterContactWorkConfigs: full.AfterContactWorkConfigs, PhoneNumberConfigs: full.PhoneNumberConfigs,
		PersistentConnectionConfigs: full.PersistentConnectionConfigs, VoiceEnhancementConfigs: full.VoiceEnhancementConfigs,
	}, nil
}

// hasList tells whether a search asks for proficiencies, which cannot be searched for.
func hasList(c connect.UserSearchCriteria) bool {
	return c.ListCondition != nil || slices.ContainsFunc(c.AndConditions, hasList) || slices.ContainsFunc(c.OrConditions, hasList)
}

// userCondition translates a condition of a search; trees are the hierarchy's (people.GroupTrees).
func userCondition(trees map[string][]string) func(connect.UserSearchCriteria) resource.Condition {
	var translate func(connect.UserSearchCriteria) resource.Condition
	translate = func(c connect.UserSearchCriteria) resource.Condition {
		own := request.Text(c.StringCondition)
		own.Any, own.All = request.Each(c.OrConditions, translate), request.Each(c.AndConditions, translate)
		own.All = append(own.All, inGroup(trees, c.HierarchyGroupCondition))
		return own
	}
	return translate
}

// inGroup is the condition that users are in a hierarchy group, or also in one below it.
func inGroup(trees map[string][]string, c *connect.HierarchyGroupCondition) resource.Condition {
	if c == nil {
		return resource.Condition{}
	}
	ids := []string{edge.Val(c.Value)}
	if edge.Val(c.HierarchyGroupMatchType) == "WITH_CHILD_GROUPS" {
		ids = append(ids, trees[ids[0]]...)
	}
	return resource.Condition{Any: request.Each(ids, func(id string) resource.Condition {
		return resource.Condition{Field: people.UserGroup, Value: id, Compare: resource.Exact}
	})}
}

// userFilter is the filter of a search by tags and hierarchy.
func userFilter(trees map[string][]string, f connect.ControlPlaneUserAttributeFilter) resource.Condition {
	and := func(c connect.AttributeAndCondition) resource.Condition {
		return request.All(append(request.Each(c.TagConditions, request.Tag), inGroup(trees, c.HierarchyGroupCondition))...)
	}
	own := resource.Condition{Any: request.Each(f.OrConditions, and), All: []resource.Condition{inGroup(trees, f.HierarchyGroupCondition)}}
	if f.AndCondition != nil {
		own.All = append(own.All, and(*f.AndCondition))
	}
	if f.TagCondition != nil {
		own.All = append(own.All, request.Tag(*f.TagCondition))
	}
	return own
}
