package account

import (
	"context"
	"slices"
	"strings"

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

// withdraw adds the ends of sign-ins to a Set and returns their ids. What follows from them is due with the commit.
func withdraw(set *change.Set, sessions []Session) (ids []string) {
	for _, o := range sessions {
		set.Resources, set.Drop = append(set.Resources, o.gone()), append(set.Drop, end(o.ID))
		set.Due = append(set.Due, change.Due{DueKey: leaves(o, set.At), At: set.At})
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

// SignOut ends the caller's sign-in.
func (s *Service) SignOut(ctx context.Context, c Caller) error {
	return s.Revoke(ctx, c.InstanceID, c.ID, c.Session.ID)
}

// SignOutUser ends all sign-ins of another user, who may do nothing that the caller may not: else whoever is in charge could be kept out.
// fault.NotFound, fault.Denied.
func (s *Service) SignOutUser(ctx context.Context, c Caller, user string) error {
	p, err := s.below(ctx, c, user)
	if err != nil {
		return err
	}
	return s.RevokeAll(ctx, p.InstanceID, p.ID, "")
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
			s.over(ctx, instance, user, ids)
		}
		return len(ids), err
	}
	return 0, fault.New(fault.Unavailable, "The server is too busy; try again")
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
