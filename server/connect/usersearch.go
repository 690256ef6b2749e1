package connect

import (
	"context"

	"parley/api/connect"
	"parley/app/people"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/edge"
	"parley/work/resource"
)

// SearchUsers finds users.
func (s *Server) SearchUsers(ctx context.Context, in *connect.SearchUsersInput) (*connect.SearchUsersOutput, error) {
	scope, page, err := s.paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 500)
	if err != nil {
		return nil, err
	}
	filter := edge.Val(in.SearchFilter)
	if filter.UserAttributeFilter != nil || asksMore(edge.Val(in.SearchCriteria)) {
		return nil, fault.New(fault.Rule, "UserAttributeFilter, HierarchyGroupCondition and ListCondition are not supported")
	}
	found, err := s.o.People.SearchUsers(ctx, scope.Instance, all(userCondition(edge.Val(in.SearchCriteria)), tags(filter.TagFilter)), page)
	if err != nil {
		return nil, err
	}
	out := &connect.SearchUsersOutput{NextToken: nextToken(found.Next), ApproximateTotalCount: &found.Total, Users: []connect.UserSearchSummary{}}
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

// asksMore tells whether a search asks for what cannot be searched for yet.
func asksMore(c connect.UserSearchCriteria) bool {
	more := c.HierarchyGroupCondition != nil || c.ListCondition != nil
	for _, some := range [][]connect.UserSearchCriteria{c.AndConditions, c.OrConditions} {
		for _, one := range some {
			more = more || asksMore(one)
		}
	}
	return more
}

func userCondition(c connect.UserSearchCriteria) resource.Condition {
	own := text(c.StringCondition)
	own.Any, own.All = each(c.OrConditions, userCondition), each(c.AndConditions, userCondition)
	return own
}
