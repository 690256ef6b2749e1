package account

import (
	"context"
	"fmt"

	"parley/domain/account"
	"parley/domain/permission"
	"parley/internal/fault"
	"parley/store"
	"parley/work/audit"
)

// Identity is who an OIDC provider says somebody is.
type Identity struct {
	Issuer   string
	Subject  string // never another person's at that issuer
	Username string // of the user here
	SID      string // the provider's own session, "" if it does not say
}

// subject names an identity for good.
func (i Identity) subject() string { return i.Issuer + " " + i.Subject }

// SignInByProvider begins a sign-in for whom a provider has vouched. The first
// sign-in binds the user here to the provider's subject: another person who
// gets the same name there later is refused. A name is not enough to be bound to a user who may change users, or to one that came
// with the server: it must have begun this while it was signed in with its password. One-time codes are the provider's matter.
func (s *Service) SignInByProvider(ctx context.Context, instance string, who Identity, from From) (Ticket, error) {
	instance, err := s.People.Instance(ctx, instance)
	if err != nil {
		return Ticket{}, err
	}
	p, err := s.People.Named(ctx, instance, who.Username)
	if fault.Is(err, fault.NotFound) {
		return Ticket{}, s.refused(ctx, instance, "", "There is no user here with the name that the provider gives you")
	}
	if err != nil {
		return Ticket{}, err
	}
	err = s.bind(ctx, p, who.subject(), from.User == p.ID)
	switch {
	case fault.Is(err, fault.SignedOut):
		return Ticket{}, s.refused(ctx, instance, p.ID, "The user with your name belongs to another person at the provider")
	case fault.Is(err, fault.Denied):
		return Ticket{}, s.refused(ctx, instance, p.ID, "A user with these permissions signs in with its password before it signs in by the provider for the first time")
	}
	if err != nil {
		return Ticket{}, err
	}
	return s.begin(ctx, p, account.Session{How: account.ByProvider, Subject: who.subject(), SID: who.SID}, from)
}

func (s *Service) refused(ctx context.Context, instance, user, why string) error {
	if err := s.Audit.Note(ctx, instance, audit.Note{Event: signInFailed, Subject: user, Detail: string(account.ByProvider)}); err != nil {
		return err
	}
	return fault.New(fault.SignedOut, "%s", why)
}

// bound is the event of the audit log.
const bound = "bound to a user of the sign-in provider"

// bind holds a user against the subject that it is bound to, or binds it; fault.SignedOut for another one, fault.Denied for a user who
// must be known to mean it.
func (s *Service) bind(ctx context.Context, p Person, subject string, known bool) error {
	st, err := s.state(ctx, p.InstanceID, p.ID)
	if err != nil || st.Subject == subject {
		return err
	}
	if st.Subject == "" && !known {
		first, err := s.isFirst(ctx, p)
		if err != nil {
			return err
		}
		if first || p.Permissions.Has(permission.UsersEdit) {
			return fault.New(fault.Denied, "not by a name")
		}
	}
	return s.change(ctx, p.InstanceID, p.ID, bound, func(st *state) error {
		if st.Subject != "" && st.Subject != subject {
			return fault.New(fault.SignedOut, "another subject")
		}
		st.Subject = subject
		return nil
	})
}

// Claimed counts that somebody claims to be the provider; fault.Throttled after too many claims that were wrong. right takes it back.
func (s *Service) Claimed(ctx context.Context, address string) (right func(), err error) {
	this := ofAddress(address)
	_, err = s.take(ctx, this)
	return func() { s.undo(ctx, this) }, err
}

// EndByProvider ends the sign-ins that a provider has ended: those of one of its sessions, or with
// no sid all of the subject's.
func (s *Service) EndByProvider(ctx context.Context, who Identity) error {
	meant := map[string]Session{} // one for each user
	for row, err := range store.All(ctx, s.Store, "", kindSession, "") {
		if err != nil {
			return err
		}
		one, err := decode(row)
		if err != nil {
			return err
		}
		if s.ended(one, who) {
			meant[one.UserID] = one
		}
	}
	for user, one := range meant {
		note := audit.Note{Event: revoked, Subject: user, Detail: string(account.ByProvider)}
		if _, err := s.revoke(ctx, one.InstanceID, user, note, func(o Session) bool { return s.ended(o, who) }); err != nil {
			return fmt.Errorf("end the sign-ins that the provider ended: %w", err)
		}
		if err := s.depart(ctx, one.InstanceID, user); err != nil {
			return err
		}
	}
	return nil
}

// ended reports whether a provider that ends a session means this sign-in.
func (s *Service) ended(one Session, who Identity) bool {
	if one.How != account.ByProvider || who.Subject == "" && who.SID == "" {
		return false
	}
	return (who.Subject == "" || one.Subject == who.subject()) && (who.SID == "" || one.SID == who.SID)
}
