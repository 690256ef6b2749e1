package participant

import (
	"context"

	"parley/api/participant"
)

// GetAuthenticationUrl tells a customer whom a flow asks to sign in where to do so.
func (s *Server) GetAuthenticationUrl(ctx context.Context, in *participant.GetAuthenticationUrlInput) (*participant.GetAuthenticationUrlOutput, error) {
	there, err := s.chat.SignInURL(ctx, in.ConnectionToken, in.SessionId, in.RedirectUri)
	if err != nil {
		return nil, err
	}
	return &participant.GetAuthenticationUrlOutput{AuthenticationUrl: &there}, nil
}

// CancelParticipantAuthentication lets the flow go on without it.
func (s *Server) CancelParticipantAuthentication(ctx context.Context, in *participant.CancelParticipantAuthenticationInput) (*participant.CancelParticipantAuthenticationOutput, error) {
	return &participant.CancelParticipantAuthenticationOutput{}, s.chat.OptOut(ctx, in.ConnectionToken, in.SessionId)
}
