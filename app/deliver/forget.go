package deliver

import (
	"context"
	"strings"

	"parley/domain/change"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/work/resource"
)

// mostDeleted is how many rows are deleted at a time (our choice).
const mostDeleted = 200

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
		for {
			rows, err := s.Sessions.Store.Resources(ctx, instance, kind, session+"/", mostDeleted)
			if err != nil {
				return err
			}
			set := &change.Set{ID: resource.NewID(), At: s.Clock.Now()}
			for _, r := range rows {
				if strings.HasPrefix(r.ID, session+"/") {
					set.Resources = append(set.Resources, change.Resource{Instance: instance, Kind: kind, ID: r.ID, Version: r.Version, Delete: true})
				}
			}
			if len(set.Resources) == 0 {
				break
			}
			if _, err := s.Sessions.Commit(ctx, set); err != nil && !fault.Is(err, fault.Conflict) {
				return err
			}
		}
	}
	return nil
}
