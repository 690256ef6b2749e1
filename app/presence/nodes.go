package presence

import (
	"context"

	rules "parley/domain/presence"
	"parley/store"
)

// bereave closes the sockets of a node that is dead.
func (s *Service) bereave(ctx context.Context, node string) error {
	var list []rules.Socket
	for row, err := range store.All(ctx, s.o.Sessions.Store, "", rules.KindSocket, "") {
		if err != nil {
			return err
		}
		if one, err := rules.Parse(row); err == nil && one.Node == node {
			list = append(list, one)
		}
	}
	return s.closed(ctx, list)
}
