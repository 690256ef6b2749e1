package connect

import (
	"context"

	"parley/api/connect"
	"parley/internal/fault"
)

// samlManaged is the IdentityManagementType for which there is federation (Amazon Connect).
const samlManaged = "SAML"

// GetFederationToken answers with the documented errors: there is federation for SAML instances only, and it is for the user
// who corresponds to the credentials of the call. Access keys here correspond to no user.
func (s *Server) GetFederationToken(ctx context.Context, in *connect.GetFederationTokenInput) (*connect.GetFederationTokenOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	instance, err := s.o.Admin.Instance(ctx, scope.Instance)
	if err != nil {
		return nil, err
	}
	if instance.IdentityManagementType != samlManaged {
		return nil, fault.New(fault.Rule, "InstanceId: federation is for instances with the IdentityManagementType %s; the users of this one sign in at /api/login", samlManaged)
	}
	return nil, fault.New(fault.NoUser, "The access key corresponds to no user of the instance; users sign in at /api/login, or at an OpenID Connect provider")
}
