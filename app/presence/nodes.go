package presence

import (
	"context"

	rules "parley/domain/presence"
)

// bereave closes the sockets of a node that is dead.
func (s *Service) bereave(ctx context.Context, node string) error {
	for after := ""; ; {
		rows, err := s.o.Sessions.Store.Resources(ctx, "", rules.KindSocket, after, page)
		if err != nil {
			return err
		}
		var list []rules.Socket
		for i := range rows {
			if one, err := rules.Parse(&rows[i]); err == nil && one.Node == node {
				list = append(list, one)
			}
		}
		if err := s.closed(ctx, list); err != nil {
			return err
		}
		if len(rows) < page {
			return nil
		}
		after = rows[len(rows)-1].ID
	}
}
