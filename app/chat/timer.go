package chat

import (
	"context"
	"time"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/store"
)

// HandleTimer answers the deadline of the idle and auto-disconnect timers of a role.
func (s *Service) HandleTimer(ctx context.Context, ref change.DueRef) error {
	_, err := s.sessions.DecideDue(ctx, ref, s.draft(ctx, func(d *contact.Draft) error {
		last, err := s.lastSaid(ctx, d.Session(), transcript.Role(ref.Subject))
		if err != nil {
			return err
		}
		cfg, err := s.config(ctx, d)
		if err != nil {
			return err
		}
		d.TimerOver(ref, last, cfg)
		return nil
	}))
	return err
}

// lastSaid is when a participant of a role last said or attached something, as far as that was after the role's clock
// began to count; zero if nothing was.
func (s *Service) lastSaid(ctx context.Context, snap *session.Session, role transcript.Role) (time.Time, error) {
	clock := snap.Clock(role)
	if clock == nil {
		return time.Time{}, nil
	}
	for before := int64(0); ; {
		items, err := s.store.Items(ctx, snap.ID, store.Page{Before: before, Limit: leastRead, Descending: true})
		if err != nil {
			return time.Time{}, err
		}
		for i := range items {
			switch said := items[i].Type == transcript.Message || items[i].Type == transcript.Attachment; {
			case !items[i].Time.After(clock.Since):
				return time.Time{}, nil
			case said && items[i].Author.Role == role:
				return items[i].Time, nil
			}
		}
		if len(items) < leastRead {
			return time.Time{}, nil
		}
		before = items[len(items)-1].Position
	}
}
