package account

import (
	"context"
	"slices"
	"time"

	"parley/domain/account"
	"parley/domain/change"
	"parley/internal/actor"
	"parley/internal/fault"
	"parley/work/audit"
)

// Attempt is what somebody signs in with.
type Attempt struct {
	Instance string // id or alias; "" is the first one
	Username string
	Password string
	Code     string // of an authenticator app, or a recovery code; "" for none
	From
}

// From is where a request comes from.
type From struct {
	Address string // "" where it is not known
	Agent   string // what the browser calls itself
	Cookie  string // of a sign-in that this one replaces; "" for none
	User    string // who began this while signed in with a password; "" for nobody
}

// Ticket is what somebody is given who signed in.
type Ticket struct {
	// CodeNeeded: the password was right, and a code is asked for; there is nothing else.
	CodeNeeded bool
	Cookie     string
	Ends       time.Time
	Caller     Caller
}

// The events of the audit log.
const (
	signedIn      = "signed in"
	signInFailed  = "sign-in failed"
	throttled     = "sign-ins refused: too many failed"
	codeAsked     = "password right, code asked for"
	revoked       = "sign-in ended"
	allRevoked    = "all sign-ins ended"
	passwordSet   = "password changed"
	codesEnrolled = "one-time codes turned on"
	codesRemoved  = "one-time codes turned off"
)

// errWrong is the one answer to everything that is wrong about an attempt.
func errWrong() error {
	return fault.New(fault.SignedOut, "The user name, the password or the code is wrong")
}

// SignIn begins a sign-in. fault.SignedOut if anything is wrong, without saying
// what; fault.Throttled after too many failures.
func (s *Service) SignIn(ctx context.Context, a Attempt) (Ticket, error) {
	instance, err := s.People.Instance(ctx, a.Instance)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return Ticket{}, err
	}
	guess, err := s.guess(ctx, instance, a.Username, a.Address)
	if err != nil {
		return Ticket{}, err
	}
	person, err := s.prove(ctx, instance, a)
	if err == nil {
		var t Ticket
		if t, err = s.second(ctx, person, a); err == nil {
			s.undo(ctx, guess)
			return t, nil
		}
	}
	if fault.Is(err, fault.SignedOut) {
		if lost := s.Audit.Note(ctx, instance, audit.Note{Event: signInFailed, Subject: person.ID}); lost != nil {
			return Ticket{}, lost
		}
	}
	return Ticket{}, err
}

// prove finds the user whose password this is. Whoever does not exist is compared all the same.
func (s *Service) prove(ctx context.Context, instance string, a Attempt) (Person, error) {
	var p Person
	if instance != "" {
		var err error
		if p, err = s.People.Named(ctx, instance, a.Username); err != nil && !fault.Is(err, fault.NotFound) {
			return p, err
		}
	}
	if len(a.Password) > account.MaxPassword {
		return p, errWrong()
	}
	ok, err := s.matches(ctx, p.PasswordHash, a.Password)
	if err == nil && !ok {
		err = errWrong()
	}
	return p, err
}

// second asks for the code, if the user has turned codes on, and begins the sign-in.
func (s *Service) second(ctx context.Context, p Person, a Attempt) (Ticket, error) {
	st, err := s.state(ctx, p.InstanceID, p.ID)
	if err != nil {
		return Ticket{}, err
	}
	given, err := s.given(ctx, p, st)
	if err != nil {
		return Ticket{}, err
	}
	if len(st.TOTP) == 0 {
		return s.begin(ctx, p, account.Session{How: account.ByPassword, Given: given}, a.From)
	}
	if a.Code == "" {
		return Ticket{CodeNeeded: true}, s.Audit.Note(ctx, p.InstanceID, audit.Note{Event: codeAsked, Subject: p.ID})
	}
	how, ok, err := s.spend(&st, a.Code)
	if err != nil || !ok {
		return Ticket{}, orWrong(err)
	}
	row, err := st.row()
	if err != nil {
		return Ticket{}, err
	}
	t, err := s.begin(ctx, p, account.Session{How: how, Given: given}, a.From, row)
	if fault.Is(err, fault.Conflict) { // the code was used a moment ago
		err = errWrong()
	}
	return t, err
}

// given says who chose the password of a user, "" for the user.
func (s *Service) given(ctx context.Context, p Person, st state) (account.Given, error) {
	if st.Given {
		return account.ByOther, nil
	}
	generated, err := s.Generated(ctx, p)
	if err != nil || !generated {
		return "", err
	}
	return account.ByServer, nil
}

func orWrong(err error) error {
	if err == nil {
		return errWrong()
	}
	return err
}

// ticket makes a new sign-in under a new secret, and the row that is to be stored.
func (s *Service) ticket(p Person, session account.Session, from From) (Ticket, change.Resource, error) {
	secret, now := text(secretBytes), s.Clock.Now()
	session.UserID, session.InstanceID, session.Created, session.Seen, session.Proof = p.ID, p.InstanceID, now, now, proof(p.PasswordHash)
	session.Agent, session.Address = clip(from.Agent), from.Address
	made := Session{Session: session, ID: rowID(p.ID, secret)}
	row, err := made.row()
	return Ticket{Cookie: p.ID + "." + secret, Ends: session.Ends(), Caller: Caller{p, made, csrf(secret)}}, row, err
}

// begin stores a new sign-in, with what else belongs to it; fault.Conflict over the latter.
func (s *Service) begin(ctx context.Context, p Person, session account.Session, from From, more ...change.Resource) (Ticket, error) {
	const tries = 3 // the sign-ins that go may be touched meanwhile
	ctx = actor.With(ctx, actor.Actor{Kind: actor.User, ID: p.ID, Operation: actor.From(ctx).Operation, Address: from.Address})
	t, row, err := s.ticket(p, session, from)
	if err != nil {
		return Ticket{}, err
	}
	for try := 1; ; try++ {
		old, err := s.leaving(ctx, p.ID, from.Cookie)
		if err != nil {
			return Ticket{}, err
		}
		set := s.set(append(slices.Clone(more), row)...)
		set.Due = []change.Due{s.runsOut(row.ID)}
		ended := withdraw(set, old)
		_, err = s.Audit.Commit(ctx, set, p.InstanceID, audit.Note{Event: signedIn, Subject: p.ID, Detail: string(session.How)})
		if fault.Is(err, fault.Conflict) && len(old) > 0 && try < tries {
			continue
		}
		if err != nil {
			return Ticket{}, err
		}
		s.over(ctx, p.InstanceID, p.ID, ended)
		t.Caller.Session.version = 1
		return t, nil
	}
}

// clip bounds what a browser says of itself.
func clip(s string) string {
	const most = 200
	if len(s) > most {
		s = s[:most]
	}
	clean := []rune{}
	for _, r := range s {
		if r >= ' ' && r != 0x7f && r != 0xfffd {
			clean = append(clean, r)
		}
	}
	return string(clean)
}

// leaving are the sign-ins that a new one of a user ends: the one of the same browser, and the oldest of too many.
func (s *Service) leaving(ctx context.Context, user, cookie string) (old []Session, err error) {
	all, err := s.Sessions(ctx, user)
	if err != nil {
		return nil, err
	}
	if c, err := s.Caller(ctx, cookie); err == nil && c.ID == user {
		all = slices.DeleteFunc(all, func(o Session) bool { return o.ID == c.Session.ID })
		old = append(old, c.Session)
	}
	if over := len(all) + 1 - account.MaxSessions; over > 0 {
		old = append(old, all[:over]...)
	}
	return old, nil
}
