package account

import (
	"context"
	"strings"
	"time"

	"parley/bus"
	"parley/domain/change"
	"parley/internal/fault"
)

// What follows when a sign-in is over is done at once by the node that ended it, and again by a deadline that was set in the
// same commit: a node that dies in between delays it by seconds.

func hint(id string) string { return kindSession + "/" + id }

// tell has every node look at sign-ins again.
func (s *Service) tell(ctx context.Context, ids ...string) {
	for _, id := range ids {
		s.heard(hint(id))
		s.Bus.Publish(ctx, bus.Config, bus.Hint{Key: hint(id)})
	}
}

// over is done when sign-ins of a user were ended. What fails is done by their deadlines.
func (s *Service) over(ctx context.Context, instance, user string, ids []string) {
	s.tell(ctx, ids...)
	if len(ids) > 0 {
		_ = s.unwatch(ctx, instance, user, s.Clock.Now())
	}
}

func (s *Service) unwatch(ctx context.Context, instance, user string, before time.Time) error {
	if s.Unwatch == nil {
		return nil
	}
	return s.Unwatch(ctx, instance, user, before)
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

// subjectEnd is the deadline by which a sign-in runs out; subjectLeft begins that of one that was ended, and goes on with the instance
// and the time.
const (
	subjectEnd  = "end"
	subjectLeft = "left "
)

// end is when a sign-in may have run out.
func end(id string) change.DueKey {
	return change.DueKey{Owner: id, Kind: DueEnd, Subject: subjectEnd}
}

// leaves is when what follows from the end of a sign-in is to be done.
func leaves(o Session, at time.Time) change.DueKey {
	return change.DueKey{Owner: o.ID, Kind: DueEnd, Subject: subjectLeft + o.InstanceID + " " + at.Format(time.RFC3339Nano)}
}

// HandleDue ends a sign-in that has run out, and does what follows from one that was ended.
func (s *Service) HandleDue(ctx context.Context, ref change.DueRef) error {
	set := s.set()
	set.Done = []change.DueRef{ref}
	var err error
	if rest, ok := strings.CutPrefix(ref.Subject, subjectLeft); ok {
		err = s.follow(ctx, ref.Owner, rest)
	} else {
		err = s.runOut(ctx, ref.Owner, set)
	}
	if err != nil {
		return err
	}
	if _, err = s.Store.Commit(ctx, set); fault.Is(err, fault.Conflict) {
		return nil // another node was faster, or it comes up again
	}
	s.tell(ctx, ref.Owner)
	return err
}

// follow does what follows from the end of a sign-in.
func (s *Service) follow(ctx context.Context, id, rest string) error {
	instance, when, _ := strings.Cut(rest, " ")
	user, _, _ := strings.Cut(id, ".")
	at, err := time.Parse(time.RFC3339Nano, when)
	if err != nil {
		return err
	}
	if err := s.unwatch(ctx, instance, user, at); err != nil {
		return err
	}
	return s.depart(ctx, instance, user)
}

// runOut deletes a sign-in that has run out; one that was used since is looked at again when it may have.
func (s *Service) runOut(ctx context.Context, id string, set *change.Set) error {
	row, err := s.Store.Resource(ctx, "", kindSession, id)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	session, err := decode(row)
	if err != nil {
		return err
	}
	if session.Alive(set.At) {
		set.Due = []change.Due{{DueKey: end(id), At: session.Over()}}
		return nil
	}
	set.Resources = []change.Resource{session.gone()}
	return s.unwatch(ctx, session.InstanceID, session.UserID, set.At)
}

// Retire returns what an account has beside its user, to be deleted with that in one commit. Of one that came with the server stays
// that it was there.
func (s *Service) Retire(ctx context.Context, instance, user string) ([]change.Resource, error) {
	p, err := s.People.Person(ctx, instance, user)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	gone, err := s.forgotten(ctx, p)
	if err != nil {
		return nil, err
	}
	st, err := s.state(ctx, instance, user)
	if err != nil {
		return nil, err
	}
	if st.version > 0 {
		gone = append(gone, change.Resource{Instance: instance, Kind: kindState, ID: user, Version: st.version, Delete: true})
	}
	all, err := s.Sessions(ctx, user)
	for _, o := range all {
		gone = append(gone, o.gone())
	}
	return gone, err
}
