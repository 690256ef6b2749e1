package presence

import (
	"context"

	"github.com/google/uuid"

	"parley/domain/change"
	rules "parley/domain/presence"
	"parley/internal/clock"
	"parley/internal/fault"
)

// beat writes this node's document anew while a customer's socket is open here. One that others have buried is made again.
func (s *Service) beat(ctx context.Context) error {
	s.row.Lock()
	defer s.row.Unlock()
	if !s.hosting(false) {
		return nil
	}
	for range 2 {
		row := change.Resource{Kind: kindNode, ID: s.node, Version: s.version, Document: []byte(`{}`)}
		_, err := s.o.Sessions.Commit(ctx, &change.Set{ID: uuid.NewString(), At: s.o.Clock.Now(), Resources: []change.Resource{row}})
		if err == nil {
			s.version++
			s.hosting(true)
			return nil
		}
		if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Duplicate) {
			return err
		}
		last, err := s.o.Sessions.Store.Resource(ctx, "", kindNode, s.node) // buried, or written in a commit whose answer was lost
		switch {
		case err == nil:
			s.version = last.Version
		case fault.Is(err, fault.NotFound):
			s.version = 0
		default:
			return err
		}
	}
	return nil
}

// hosting reports whether a socket is open here, and notes that others have been shown so.
func (s *Service) hosting(shown bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown = len(s.open) > 0 && (s.shown || shown)
	return len(s.open) > 0
}

// mourn looks for nodes whose beat stands still, closes their sockets and buries them.
func (s *Service) mourn(ctx context.Context) error {
	rows, err := s.o.Sessions.Store.Resources(ctx, "", kindNode, "", page)
	if err != nil {
		return err
	}
	for _, row := range s.dead(rows) {
		if err := s.bereave(ctx, row.ID); err != nil {
			return err
		}
		row.Delete = true
		_, err := s.o.Sessions.Commit(ctx, &change.Set{ID: uuid.NewString(), At: s.o.Clock.Now(), Resources: []change.Resource{row}})
		if err != nil && !fault.Is(err, fault.Conflict) { // else it lives, or another node was faster
			return err
		}
	}
	return nil
}

// dead notes what is heard of the other nodes and returns those of which nothing was heard for so long.
func (s *Service) dead(rows []change.Resource) (list []change.Resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, heard := clock.Wall(), make(map[string]*beat, len(rows))
	for i := range rows {
		last := s.heard[rows[i].ID]
		if last == nil || last.version != rows[i].Version {
			last = &beat{rows[i].Version, now}
		}
		heard[rows[i].ID] = last
		if rows[i].ID != s.node && now.Sub(last.at) >= missed*s.o.Beat {
			list = append(list, rows[i])
		}
	}
	s.heard = heard
	return list
}

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
