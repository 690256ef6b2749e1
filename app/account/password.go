package account

import (
	"context"

	"parley/domain/account"
	"parley/domain/change"
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
		s.undo(ctx, guess)
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

// MustChange reports whether a caller may do nothing but choose a password: the one that it has signed in with was set by somebody else, or
// came with a server that others reach.
func (s *Service) MustChange(c Caller) bool {
	return c.Session.Given == account.ByOther || c.Session.Given == account.ByServer && s.Exposed
}

// ChangePassword replaces the caller's password, in one commit: all sign-ins of the user end, and a new one begins.
func (s *Service) ChangePassword(ctx context.Context, c Caller, old, password string, from From) (Ticket, error) {
	if err := s.again(ctx, c, old); err != nil {
		return Ticket{}, err
	}
	if old == password && c.Session.Given != "" {
		return Ticket{}, fault.New(fault.Invalid, "Choose another password than the one that you were given")
	}
	p, err := s.chosen(ctx, c.Person, password)
	if err != nil {
		return Ticket{}, err
	}
	same := account.Session{How: c.Session.How, Subject: c.Session.Subject, SID: c.Session.SID} // its provider can still end it
	t, row, err := s.ticket(p, same, from)
	if err != nil {
		return Ticket{}, err
	}
	if err := s.storePassword(ctx, p, false, row); err != nil {
		return Ticket{}, err
	}
	t.Caller.Session.version = 1
	return t, nil
}

// SetPassword gives another user a new password and ends that user's sign-ins, in one commit; then it leaves its chats. The user must
// choose one of its own before it does anything else.
func (s *Service) SetPassword(ctx context.Context, c Caller, user, password string) error {
	p, err := s.below(ctx, c, user)
	if err != nil {
		return err
	}
	if p, err = s.chosen(ctx, p, password); err != nil {
		return err
	}
	if err := s.storePassword(ctx, p, p.ID != c.ID); err != nil {
		return err
	}
	return s.depart(ctx, p.InstanceID, p.ID)
}

// chosen is a user with the hash of a new password, which must be a good one.
func (s *Service) chosen(ctx context.Context, p Person, password string) (_ Person, err error) {
	if err := account.CheckPassword(password, p.Name); err != nil {
		return p, err
	}
	p.PasswordHash, err = s.hash(ctx, password)
	return p, err
}

// storePassword stores the hash of a new password in one commit with all that belongs to it: the generated password is forgotten, it is
// noted who chose the new one, every sign-in of the user ends, and others begin.
func (s *Service) storePassword(ctx context.Context, p Person, byOther bool, begun ...change.Resource) error {
	var ended []string
	err := s.People.SetPassword(ctx, p.InstanceID, p.ID, p.PasswordHash, func(rows []change.Resource) error {
		set := s.set(append(rows, begun...)...)
		for _, row := range begun {
			set.Due = append(set.Due, s.runsOut(row.ID))
		}
		old, err := s.Sessions(ctx, p.ID)
		if err != nil {
			return err
		}
		ended = withdraw(set, old)
		more, err := s.passwordRows(ctx, p, byOther)
		if err != nil {
			return err
		}
		set.Resources = append(set.Resources, more...)
		_, err = s.Audit.Commit(ctx, set, p.InstanceID, audit.Note{Event: passwordSet, Subject: p.ID})
		if fault.Is(err, fault.Duplicate) { // the state of the account is made by somebody else
			return fault.Wrap(fault.Conflict, err, "The account was changed meanwhile")
		}
		return err
	})
	if err == nil {
		s.over(ctx, p.InstanceID, p.ID, ended)
	}
	return err
}

// passwordRows are what else a new password of a user changes.
func (s *Service) passwordRows(ctx context.Context, p Person, byOther bool) (rows []change.Resource, err error) {
	st, err := s.state(ctx, p.InstanceID, p.ID)
	if err != nil {
		return nil, err
	}
	if st.Given != byOther {
		st.Given = byOther
		row, err := st.row()
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	first, err := s.forgotten(ctx, p)
	return append(rows, first...), err
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
