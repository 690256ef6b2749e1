package account

import (
	"context"
	"slices"
	"strings"

	"parley/bus"
	"parley/domain/change"
	"parley/internal/fault"
	"parley/work/audit"
)

// maxListed is how many sign-ins of one user are looked at: more than there can be.
const maxListed = 1_000

// Sessions lists the sign-ins of a user that are alive, the oldest first.
func (s *Service) Sessions(ctx context.Context, user string) (list []Session, err error) {
	rows, err := s.Store.Resources(ctx, "", kindSession, user+".", maxListed)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if !strings.HasPrefix(rows[i].ID, user+".") {
			break
		}
		one, err := decode(&rows[i])
		if err != nil {
			return nil, err
		}
		if one.Alive(s.Clock.Now()) {
			list = append(list, one)
		}
	}
	slices.SortStableFunc(list, func(a, b Session) int { return a.Created.Compare(b.Created) })
	return list, nil
}

// withdraw adds the ends of sign-ins to a Set and returns their ids.
func withdraw(set *change.Set, sessions []Session) (ids []string) {
	for _, o := range sessions {
		set.Resources, set.Drop = append(set.Resources, o.gone()), append(set.Drop, end(o.ID))
		ids = append(ids, o.ID)
	}
	return ids
}

// Revoke ends one sign-in of a user; fault.NotFound. With the last one it leaves its chats.
func (s *Service) Revoke(ctx context.Context, instance, user, id string) error {
	ended, err := s.revoke(ctx, instance, user, audit.Note{Event: revoked, Subject: user}, func(o Session) bool { return o.ID == id })
	if err != nil {
		return err
	}
	if ended == 0 {
		return fault.New(fault.NotFound, "There is no such sign-in")
	}
	return s.depart(ctx, instance, user)
}

// SignOut ends the caller's sign-in. If it is the last one, the caller leaves its chats before: whoever is signed out cannot ask again.
func (s *Service) SignOut(ctx context.Context, c Caller) error {
	all, err := s.Sessions(ctx, c.ID)
	if err != nil {
		return err
	}
	if len(all) == 1 && all[0].ID == c.Session.ID && s.Depart != nil {
		if err := s.Depart(ctx, c.InstanceID, c.ID); err != nil {
			return err
		}
	}
	return s.Revoke(ctx, c.InstanceID, c.ID, c.Session.ID)
}

// RevokeAll ends all sign-ins of a user but one, "" for all; then it leaves its chats, too.
func (s *Service) RevokeAll(ctx context.Context, instance, user, but string) error {
	if err := s.revokeAll(ctx, instance, user, but); err != nil {
		return err
	}
	return s.depart(ctx, instance, user)
}

func (s *Service) revokeAll(ctx context.Context, instance, user, but string) error {
	_, err := s.revoke(ctx, instance, user, audit.Note{Event: allRevoked, Subject: user}, func(o Session) bool { return o.ID != but })
	return err
}

// depart takes a user who is not signed in any more out of its chats.
func (s *Service) depart(ctx context.Context, instance, user string) error {
	if s.Depart == nil {
		return nil
	}
	if left, err := s.Sessions(ctx, user); err != nil || len(left) > 0 {
		return err
	}
	return s.Depart(ctx, instance, user)
}

// revoke ends the sign-ins of a user that are meant. One that is touched meanwhile is tried again.
func (s *Service) revoke(ctx context.Context, instance, user string, note audit.Note, meant func(Session) bool) (int, error) {
	const tries = 20
	for range tries {
		all, err := s.Sessions(ctx, user)
		if err != nil {
			return 0, err
		}
		all = slices.DeleteFunc(all, func(o Session) bool { return !meant(o) })
		if len(all) == 0 {
			return 0, nil
		}
		set := s.set()
		ids := withdraw(set, all)
		_, err = s.Audit.Commit(ctx, set, instance, note)
		if fault.Is(err, fault.Conflict) {
			continue
		}
		if err == nil {
			s.tell(ctx, ids...)
		}
		return len(ids), err
	}
	return 0, fault.New(fault.Unavailable, "The server is too busy; try again")
}

func hint(id string) string { return kindSession + "/" + id }

// tell has every node look at sign-ins again.
func (s *Service) tell(ctx context.Context, ids ...string) {
	for _, id := range ids {
		s.heard(hint(id))
		s.Bus.Publish(ctx, bus.Config, bus.Hint{Key: hint(id)})
	}
}

// heard forgets what a hint is about: one sign-in, or all of an instance that was changed.
func (s *Service) heard(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changes++
	if id, ok := strings.CutPrefix(key, kindSession+"/"); ok {
		delete(s.known, id)
	} else {
		for id, k := range s.known {
			if k.session.InstanceID == key {
				delete(s.known, id)
			}
		}
	}
	select {
	case s.wake <- struct{}{}: // its sockets may have to go
	default:
	}
}
