package chat

import (
	"context"

	"parley/domain/session"
	"parley/internal/fault"
)

// View returns the instance of the caller's chat and what a flow showed there
// under a view token. Every other token is fault.Denied.
func (s *Service) View(ctx context.Context, bearer, viewToken string) (instance string, shown session.ShownView, err error) {
	who, err := s.caller(bearer)
	if err != nil {
		return "", shown, err
	}
	snap, _, err := s.present(ctx, who)
	if err != nil {
		return "", shown, err
	}
	for _, v := range snap.State.Views {
		if v.Token == viewToken {
			return snap.InstanceID, v, nil
		}
	}
	return "", shown, fault.New(fault.Denied, "Access denied: ViewToken names no view of this chat")
}
