package staff

import (
	"context"

	"parley/api/connect"
	"parley/app/people"
	"parley/internal/arn"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/resource"
)

// groupID is the member that names a hierarchy group.
const groupID = "HierarchyGroupId"

// CreateUserHierarchyGroup makes a group of users.
func (s *Server) CreateUserHierarchyGroup(ctx context.Context, in *connect.CreateUserHierarchyGroupInput) (*connect.CreateUserHierarchyGroupOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	parent, err := request.Optional(scope, arn.HierarchyGroup, in.ParentGroupId, "ParentGroupId")
	if err != nil {
		return nil, err
	}
	var g people.Group
	g.InstanceID, g.Name, g.Tags = scope.Instance, in.Name, in.Tags
	if g, err = s.people.CreateGroup(ctx, g, parent); err != nil {
		return nil, err
	}
	return &connect.CreateUserHierarchyGroupOutput{HierarchyGroupId: &g.ID, HierarchyGroupArn: new(scope.ARN(arn.HierarchyGroup, g.ID))}, nil
}

// DescribeUserHierarchyGroup tells what is known of a group.
func (s *Server) DescribeUserHierarchyGroup(ctx context.Context, in *connect.DescribeUserHierarchyGroupInput) (*connect.DescribeUserHierarchyGroupOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.HierarchyGroup, in.HierarchyGroupId, groupID)
	if err != nil {
		return nil, err
	}
	g, err := s.people.Group(ctx, scope.Instance, id)
	if err != nil {
		return nil, err
	}
	out, err := s.groupOf(ctx, scope, &g)
	return &connect.DescribeUserHierarchyGroupOutput{HierarchyGroup: out}, err
}

// groupOf is a group with its path, which ends with the group itself.
func (s *Server) groupOf(ctx context.Context, scope arn.Scope, g *people.Group) (*connect.HierarchyGroup, error) {
	var path connect.HierarchyPath
	levels := [people.MaxLevels]**connect.HierarchyGroupSummary{&path.LevelOne, &path.LevelTwo, &path.LevelThree, &path.LevelFour, &path.LevelFive}
	for i, id := range g.Path {
		above, err := s.people.Group(ctx, scope.Instance, id)
		if err != nil {
			return nil, err
		}
		*levels[i] = new(groupSummary(scope, &above))
	}
	*levels[len(g.Path)] = new(groupSummary(scope, g))
	return &connect.HierarchyGroup{
		Id: &g.ID, Arn: new(scope.ARN(arn.HierarchyGroup, g.ID)), Name: &g.Name, LevelId: new(people.LevelID(len(g.Path))), HierarchyPath: &path,
		Tags: g.Tags, LastModifiedTime: &g.Modified, LastModifiedRegion: &scope.Region,
	}, nil
}

func groupSummary(scope arn.Scope, g *people.Group) connect.HierarchyGroupSummary {
	return connect.HierarchyGroupSummary{
		Id: &g.ID, Arn: new(scope.ARN(arn.HierarchyGroup, g.ID)), Name: &g.Name, LastModifiedTime: &g.Modified, LastModifiedRegion: &scope.Region,
	}
}

// UpdateUserHierarchyGroupName gives a group another name.
func (s *Server) UpdateUserHierarchyGroupName(ctx context.Context, in *connect.UpdateUserHierarchyGroupNameInput) (*connect.UpdateUserHierarchyGroupNameOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.HierarchyGroup, in.HierarchyGroupId, groupID)
	if err != nil {
		return nil, err
	}
	return &connect.UpdateUserHierarchyGroupNameOutput{}, s.people.RenameGroup(ctx, scope.Instance, id, in.Name)
}

// DeleteUserHierarchyGroup deletes a group that is empty.
func (s *Server) DeleteUserHierarchyGroup(ctx context.Context, in *connect.DeleteUserHierarchyGroupInput) (*connect.DeleteUserHierarchyGroupOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.HierarchyGroup, in.HierarchyGroupId, groupID)
	if err != nil {
		return nil, err
	}
	return &connect.DeleteUserHierarchyGroupOutput{}, s.people.DeleteGroup(ctx, scope.Instance, id)
}

// ListUserHierarchyGroups lists the groups of an instance.
func (s *Server) ListUserHierarchyGroups(ctx context.Context, in *connect.ListUserHierarchyGroupsInput) (*connect.ListUserHierarchyGroupsOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	all, next, err := s.people.Groups(ctx, scope.Instance, page)
	out := &connect.ListUserHierarchyGroupsOutput{NextToken: request.Next(next), UserHierarchyGroupSummaryList: []connect.HierarchyGroupSummary{}}
	for i := range all {
		out.UserHierarchyGroupSummaryList = append(out.UserHierarchyGroupSummaryList, groupSummary(scope, &all[i]))
	}
	return out, err
}

// SearchUserHierarchyGroups finds groups.
func (s *Server) SearchUserHierarchyGroups(ctx context.Context, in *connect.SearchUserHierarchyGroupsInput) (*connect.SearchUserHierarchyGroupsOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	c := request.All(groupCondition(edge.Val(in.SearchCriteria)), request.Attributes(edge.Val(in.SearchFilter).AttributeFilter))
	found, err := s.people.SearchGroups(ctx, scope.Instance, c, page)
	if err != nil {
		return nil, err
	}
	out := &connect.SearchUserHierarchyGroupsOutput{NextToken: request.Next(found.Next), ApproximateTotalCount: &found.Total, UserHierarchyGroups: []connect.HierarchyGroup{}}
	for i := range found.Items {
		one, err := s.groupOf(ctx, scope, &found.Items[i])
		if err != nil {
			return nil, err
		}
		out.UserHierarchyGroups = append(out.UserHierarchyGroups, *one)
	}
	return out, nil
}

func groupCondition(c connect.UserHierarchyGroupSearchCriteria) resource.Condition {
	own := request.Text(c.StringCondition)
	own.Any, own.All = request.Each(c.OrConditions, groupCondition), request.Each(c.AndConditions, groupCondition)
	return own
}

// levelPath is what the id of a level follows in its ARN.
const levelPath = "/agent-group-level/"

// DescribeUserHierarchyStructure tells the levels that groups are on.
func (s *Server) DescribeUserHierarchyStructure(ctx context.Context, in *connect.DescribeUserHierarchyStructureInput) (*connect.DescribeUserHierarchyStructureOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	st, err := s.people.Structure(ctx, scope.Instance)
	out := &connect.HierarchyStructure{}
	levels := [people.MaxLevels]**connect.HierarchyLevel{&out.LevelOne, &out.LevelTwo, &out.LevelThree, &out.LevelFour, &out.LevelFive}
	for i := range st.Levels {
		l := &st.Levels[i]
		if l.Name == "" {
			continue
		}
		*levels[i] = &connect.HierarchyLevel{
			Id: new(people.LevelID(i)), Arn: new(scope.InstanceARN(scope.Instance) + levelPath + people.LevelID(i)), Name: &l.Name,
			LastModifiedTime: &l.Modified, LastModifiedRegion: &scope.Region,
		}
	}
	return &connect.DescribeUserHierarchyStructureOutput{HierarchyStructure: out}, err
}

// UpdateUserHierarchyStructure names the levels anew; one that is absent is taken away.
func (s *Server) UpdateUserHierarchyStructure(ctx context.Context, in *connect.UpdateUserHierarchyStructureInput) (*connect.UpdateUserHierarchyStructureOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	h := &in.HierarchyStructure
	var names [people.MaxLevels]string
	for i, level := range []*connect.HierarchyLevelUpdate{h.LevelOne, h.LevelTwo, h.LevelThree, h.LevelFour, h.LevelFive} {
		names[i] = edge.Val(level).Name
	}
	return &connect.UpdateUserHierarchyStructureOutput{}, s.people.UpdateStructure(ctx, scope.Instance, names)
}

// UpdateUserHierarchy puts a user into a group, or with none into no group.
func (s *Server) UpdateUserHierarchy(ctx context.Context, in *connect.UpdateUserHierarchyInput) (*connect.UpdateUserHierarchyOutput, error) {
	return &connect.UpdateUserHierarchyOutput{}, s.onUser(ctx, in.InstanceId, in.UserId, func(scope arn.Scope, u *people.User) (err error) {
		u.GroupID, err = request.Optional(scope, arn.HierarchyGroup, in.HierarchyGroupId, groupID)
		return err
	})
}
