package account

import (
	"context"

	"parley/domain/account"
	"parley/internal/fault"
	"parley/work/audit"
)

// again asks somebody who is signed in for the password once more; fault.SignedOut
// if it is wrong, fault.Throttled after too many failures. Who has none cannot give one.
func (s *Service) again(ctx context.Context, c Caller, password string) error {
	guess, err := s.guess(ctx, c.InstanceID, c.Name, c.Session.Address)
	if err != nil {
		return err
	}
	if len(password) > account.MaxPassword {
		return errPassword()
	}
	ok, err := s.matches(ctx, c.PasswordHash, password)
	if err == nil && ok {
		guess.undo()
		return nil
	}
	return orElse(err, errPassword())
}

func errPassword() error { return fault.New(fault.Denied, "The password is wrong") }

func orElse(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

// ChangePassword replaces the caller's password. All sign-ins of the user end, and a new one begins.
func (s *Service) ChangePassword(ctx context.Context, c Caller, old, password string, from From) (Ticket, error) {
	if err := s.again(ctx, c, old); err != nil {
		return Ticket{}, err
	}
	p, err := s.setPassword(ctx, c.Person, password)
	if err != nil {
		return Ticket{}, err
	}
	if err := s.revokeAll(ctx, p.InstanceID, p.ID, ""); err != nil {
		return Ticket{}, err
	}
	from.Cookie = ""
	same := account.Session{How: c.Session.How, Subject: c.Session.Subject, SID: c.Session.SID} // its provider can still end it
	return s.begin(ctx, p, same, from)
}

// SetPassword gives another user a new password and ends that user's sign-ins, as RevokeAll does.
func (s *Service) SetPassword(ctx context.Context, c Caller, user, password string) error {
	p, err := s.below(ctx, c, user)
	if err != nil {
		return err
	}
	if _, err = s.setPassword(ctx, p, password); err != nil {
		return err
	}
	return s.RevokeAll(ctx, p.InstanceID, p.ID, "")
}

// setPassword stores a new password: every sign-in that was begun with another one is void from then on.
func (s *Service) setPassword(ctx context.Context, p Person, password string) (Person, error) {
	if err := account.CheckPassword(password, p.Name); err != nil {
		return p, err
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return p, err
	}
	if err := s.People.SetPassword(ctx, p.InstanceID, p.ID, hash); err != nil {
		return p, err
	}
	p.PasswordHash = hash
	if err := s.forgetFirst(ctx, p); err != nil {
		return p, err
	}
	return p, s.Audit.Note(ctx, p.InstanceID, audit.Note{Event: passwordSet, Subject: p.ID})
}

// below finds a user of the caller's instance who may do nothing that the caller may not: whoever
// takes over that account gains nothing. fault.NotFound, fault.Denied.
func (s *Service) below(ctx context.Context, c Caller, user string) (Person, error) {
	p, err := s.Of(ctx, c, user)
	if err == nil && !c.Permissions.Covers(p.Permissions) {
		err = fault.New(fault.Denied, "This user may do more than you: somebody with all of the user's permissions can do this")
	}
	return p, err
}

// Of returns a user of the caller's instance; fault.NotFound.
func (s *Service) Of(ctx context.Context, c Caller, user string) (Person, error) {
	p, err := s.People.Person(ctx, c.InstanceID, user)
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.NotFound, "There is no such user")
	}
	return p, err
}
