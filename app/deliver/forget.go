package deliver

import (
	"context"

	"parley/domain/change"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/work/resource"
)

// forget deletes the log of a chat, which is old, and all that is known of its deliveries.
func (s *Service) forget(ctx context.Context, snap *session.Session, ref change.DueRef) error {
	if err := s.erase(ctx, snap.InstanceID, snap.ID); err != nil {
		return err
	}
	_, err := s.Sessions.Commit(ctx, &change.Set{ID: resource.NewID(), At: s.Clock.Now(), Done: []change.DueRef{ref}})
	if fault.Is(err, fault.Conflict) {
		return nil // something more was told meanwhile: it is forgotten later
	}
	return err
}

// Erase deletes at once all that is known here of chats.
func (s *Service) Erase(ctx context.Context, sessions []string) error {
	for _, id := range sessions {
		snap, err := s.Sessions.Current(ctx, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err == nil {
			err = s.erase(ctx, snap.InstanceID, id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) erase(ctx context.Context, instance, session string) error {
	for _, kind := range []string{kindUndelivered, kindFeed, kindEntry} {
		err := resource.Clear(ctx, s.Clock.Now, s.Sessions.Commit, resource.Under(ctx, s.Sessions.Store, instance, kind, session+"/", ""))
		if err != nil {
			return err
		}
	}
	return nil
}
