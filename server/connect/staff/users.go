package staff

import (
	"context"

	"parley/api/connect"
	"parley/app/people"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
)

// CreateUser makes a user.
func (s *Server) CreateUser(ctx context.Context, in *connect.CreateUserInput) (*connect.CreateUserOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	u := people.User{
		Identity: identity(edge.Val(in.IdentityInfo)), Phone: phone(edge.Val(in.PhoneConfig)), DirectoryID: edge.Val(in.DirectoryUserId),
		Channels: people.UserChannels{
			AutoAccept: request.Kept(in.AutoAcceptConfigs), AfterContactWork: request.Kept(in.AfterContactWorkConfigs), PhoneNumbers: request.Kept(in.PhoneNumberConfigs),
			Connections: request.Kept(in.PersistentConnectionConfigs), Voice: request.Kept(in.VoiceEnhancementConfigs),
		},
	}
	if in.PhoneConfig == nil && in.PhoneNumberConfigs == nil {
		return nil, fault.New(fault.Rule, "PhoneConfig or PhoneNumberConfigs must be there")
	}
	if u.RoutingProfileID, err = request.Resolve(scope, arn.RoutingProfile, in.RoutingProfileId, routingProfileID); err != nil {
		return nil, err
	}
	if u.SecurityProfileIDs, err = request.ResolveAll(scope, arn.SecurityProfile, in.SecurityProfileIds, "SecurityProfileIds"); err != nil {
		return nil, err
	}
	if u.GroupID, err = request.Optional(scope, arn.HierarchyGroup, in.HierarchyGroupId, "HierarchyGroupId"); err != nil {
		return nil, err
	}
	u.InstanceID, u.Name, u.Tags = scope.Instance, in.Username, in.Tags
	if u, err = s.people.CreateUser(ctx, u, edge.Val(in.Password)); err != nil {
		return nil, err
	}
	return &connect.CreateUserOutput{UserId: &u.ID, UserArn: new(scope.ARN(arn.User, u.ID))}, nil
}

func identity(in connect.UserIdentityInfo) people.Identity {
	return people.Identity{
		FirstName: edge.Val(in.FirstName), LastName: edge.Val(in.LastName), Email: edge.Val(in.Email),
		SecondaryEmail: edge.Val(in.SecondaryEmail), Mobile: edge.Val(in.Mobile),
	}
}

func phone(in connect.UserPhoneConfig) people.Phone {
	return people.Phone{
		Type: edge.Val(in.PhoneType), AutoAccept: edge.Val(in.AutoAccept), AfterContactWork: edge.Val(in.AfterContactWorkTimeLimit),
		DeskNumber: edge.Val(in.DeskPhoneNumber), PersistentConnection: edge.Val(in.PersistentConnection),
	}
}

// DescribeUser tells what is known of a user; nothing about the password.
func (s *Server) DescribeUser(ctx context.Context, in *connect.DescribeUserInput) (*connect.DescribeUserOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.User, in.UserId, "UserId")
	if err != nil {
		return nil, err
	}
	u, err := s.people.User(ctx, scope.Instance, id)
	if err != nil {
		return nil, err
	}
	out, err := userOf(scope, &u)
	return &connect.DescribeUserOutput{User: out}, err
}

func userOf(scope arn.Scope, u *people.User) (out *connect.User, err error) {
	out = &connect.User{
		Id: &u.ID, Arn: new(scope.ARN(arn.User, u.ID)), Username: &u.Name, RoutingProfileId: &u.RoutingProfileID,
		SecurityProfileIds: u.SecurityProfileIDs, HierarchyGroupId: edge.Some(u.GroupID), DirectoryUserId: edge.Some(u.DirectoryID), Tags: u.Tags,
		LastModifiedTime: &u.Modified, LastModifiedRegion: &scope.Region, PhoneConfig: phoneOf(&u.Phone),
		IdentityInfo: &connect.UserIdentityInfo{
			FirstName: edge.Some(u.Identity.FirstName), LastName: edge.Some(u.Identity.LastName), Email: edge.Some(u.Identity.Email),
			SecondaryEmail: edge.Some(u.Identity.SecondaryEmail), Mobile: edge.Some(u.Identity.Mobile),
		},
	}
	c := &u.Channels
	if out.AutoAcceptConfigs, err = request.Shown[[]connect.AutoAcceptConfig](c.AutoAccept); err != nil {
		return nil, err
	}
	if out.AfterContactWorkConfigs, err = request.Shown[[]connect.AfterContactWorkConfigPerChannel](c.AfterContactWork); err != nil {
		return nil, err
	}
	if out.PhoneNumberConfigs, err = request.Shown[[]connect.PhoneNumberConfig](c.PhoneNumbers); err != nil {
		return nil, err
	}
	if out.PersistentConnectionConfigs, err = request.Shown[[]connect.PersistentConnectionConfig](c.Connections); err != nil {
		return nil, err
	}
	out.VoiceEnhancementConfigs, err = request.Shown[[]connect.VoiceEnhancementConfig](c.Voice)
	return out, err
}

func phoneOf(p *people.Phone) *connect.UserPhoneConfig {
	return &connect.UserPhoneConfig{
		PhoneType: edge.Some(p.Type), AutoAccept: &p.AutoAccept, AfterContactWorkTimeLimit: &p.AfterContactWork,
		DeskPhoneNumber: edge.Some(p.DeskNumber), PersistentConnection: edge.Some(p.PersistentConnection),
	}
}

// DeleteUser deletes a user.
func (s *Server) DeleteUser(ctx context.Context, in *connect.DeleteUserInput) (*connect.DeleteUserOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.User, in.UserId, "UserId")
	if err != nil {
		return nil, err
	}
	return &connect.DeleteUserOutput{}, s.people.DeleteUser(ctx, scope.Instance, id)
}

// ListUsers lists the users of an instance.
func (s *Server) ListUsers(ctx context.Context, in *connect.ListUsersInput) (*connect.ListUsersOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	all, next, err := s.people.Users(ctx, scope.Instance, page)
	out := &connect.ListUsersOutput{NextToken: request.Next(next), UserSummaryList: []connect.UserSummary{}}
	for i := range all {
		u := &all[i]
		out.UserSummaryList = append(out.UserSummaryList, connect.UserSummary{
			Arn: new(scope.ARN(arn.User, u.ID)), Id: &u.ID, Username: &u.Name, LastModifiedTime: &u.Modified, LastModifiedRegion: &scope.Region,
		})
	}
	return out, err
}
