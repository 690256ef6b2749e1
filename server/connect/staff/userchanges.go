package staff

import (
	"context"
	"encoding/json"

	"parley/api/connect"
	"parley/app/people"
	"parley/internal/arn"
	"parley/server/connect/request"
)

// onUser changes the user that a request names.
func (s *Server) onUser(ctx context.Context, instance, id string, apply func(arn.Scope, *people.User) error) error {
	scope, id, err := s.Plain(ctx, instance, arn.User, id, "UserId")
	if err != nil {
		return err
	}
	return s.people.ChangeUser(ctx, scope.Instance, id, func(u *people.User) error { return apply(scope, u) })
}

// UpdateUserIdentityInfo changes who a user is.
func (s *Server) UpdateUserIdentityInfo(ctx context.Context, in *connect.UpdateUserIdentityInfoInput) (*connect.UpdateUserIdentityInfoOutput, error) {
	return &connect.UpdateUserIdentityInfoOutput{}, s.onUser(ctx, in.InstanceId, in.UserId, func(_ arn.Scope, u *people.User) error {
		u.Identity = identity(in.IdentityInfo)
		return nil
	})
}

// UpdateUserPhoneConfig changes how a user takes contacts.
func (s *Server) UpdateUserPhoneConfig(ctx context.Context, in *connect.UpdateUserPhoneConfigInput) (*connect.UpdateUserPhoneConfigOutput, error) {
	return &connect.UpdateUserPhoneConfigOutput{}, s.onUser(ctx, in.InstanceId, in.UserId, func(_ arn.Scope, u *people.User) error {
		u.Phone = phone(in.PhoneConfig)
		return nil
	})
}

// UpdateUserRoutingProfile gives a user another routing profile.
func (s *Server) UpdateUserRoutingProfile(ctx context.Context, in *connect.UpdateUserRoutingProfileInput) (*connect.UpdateUserRoutingProfileOutput, error) {
	return &connect.UpdateUserRoutingProfileOutput{}, s.onUser(ctx, in.InstanceId, in.UserId, func(scope arn.Scope, u *people.User) (err error) {
		u.RoutingProfileID, err = request.Resolve(scope, arn.RoutingProfile, in.RoutingProfileId, routingProfileID)
		return err
	})
}

// UpdateUserSecurityProfiles gives a user other security profiles.
func (s *Server) UpdateUserSecurityProfiles(ctx context.Context, in *connect.UpdateUserSecurityProfilesInput) (*connect.UpdateUserSecurityProfilesOutput, error) {
	return &connect.UpdateUserSecurityProfilesOutput{}, s.onUser(ctx, in.InstanceId, in.UserId, func(scope arn.Scope, u *people.User) (err error) {
		u.SecurityProfileIDs, err = request.ResolveAll(scope, arn.SecurityProfile, in.SecurityProfileIds, "SecurityProfileIds")
		return err
	})
}

// UpdateUserConfig changes a user's settings by channel; what is absent stays.
func (s *Server) UpdateUserConfig(ctx context.Context, in *connect.UpdateUserConfigInput) (*connect.UpdateUserConfigOutput, error) {
	return &connect.UpdateUserConfigOutput{}, s.onUser(ctx, in.InstanceId, in.UserId, func(_ arn.Scope, u *people.User) error {
		c := &u.Channels
		for to, raw := range map[*json.RawMessage]json.RawMessage{
			&c.AutoAccept: request.Kept(in.AutoAcceptConfigs), &c.AfterContactWork: request.Kept(in.AfterContactWorkConfigs), &c.PhoneNumbers: request.Kept(in.PhoneNumberConfigs),
			&c.Connections: request.Kept(in.PersistentConnectionConfigs), &c.Voice: request.Kept(in.VoiceEnhancementConfigs),
		} {
			if raw != nil {
				*to = raw
			}
		}
		return nil
	})
}
