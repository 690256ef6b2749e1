package workspace

import (
	"context"
)

// Provider signs people in at an OIDC provider.
type Provider interface {
	// SignOut returns where a browser ends the provider's own session, "" if the provider has no such place.
	SignOut(ctx context.Context, back string) (string, error)
}

const endedByProvider = "EndedByProvider"

func (s *Server) providerRoutes() []route { return nil }
