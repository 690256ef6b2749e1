package chat

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/internal/token"
)

// SignIns know the providers at which customers sign in.
type SignIns interface {
	// Attempt returns what proves that an attempt was begun here; nobody can guess it.
	Attempt() (nonce, verifier string)
	// Where returns where a customer signs in; fault.Unavailable while the provider is away. state comes back from there.
	Where(ctx context.Context, a session.Authentication, state string) (string, error)
}

// maxSignInURL is the longest AuthenticationUrl, in characters (GetAuthenticationUrl).
const maxSignInURL = 2083

// SignInURL tells a customer whom a flow asks to sign in where to do so (GetAuthenticationUrl).
func (s *Service) SignInURL(ctx context.Context, bearer, id, redirect string) (string, error) {
	who, err := s.caller(bearer)
	if err != nil {
		return "", err
	}
	if s.signIns == nil {
		return "", fault.New(fault.Denied, "Access denied: customers cannot sign in here")
	}
	nonce, verifier := s.signIns.Attempt()
	var open session.Authentication
	_, err = s.sessions.Decide(ctx, who.Session, func(snap *session.Session) (*change.Set, error) {
		set, err := s.draft(ctx, func(d *contact.Draft) error { return d.SignInURL(who.Participant, id, redirect, nonce, verifier) })(snap)
		if err != nil {
			return nil, err
		}
		if set.Session.Next == nil { // it is asked again
			open = *snap.State.Authentication
			return nil, nil
		}
		open = *set.Session.Next.State.Authentication
		return set, nil
	})
	if err != nil {
		return "", denied(err)
	}
	there, err := s.signIns.Where(ctx, open, s.signInState(who, &open))
	if err == nil && len(there) > maxSignInURL {
		return "", fault.New(fault.Invalid, "RedirectUri is too long: the AuthenticationUrl would have more than %d characters", maxSignInURL)
	}
	return there, err
}

// signInState is what comes back from the provider: it finds the chat, and is good for this one attempt.
func (s *Service) signInState(who Caller, a *session.Authentication) string {
	id := uuidOf(a.ID)
	return s.tokens.Sign(token.Claims{
		Kind: token.SignIn, Session: uuidOf(who.Session), Participant: uuidOf(who.Participant), Expiry: a.Until,
		Extra: binary.BigEndian.AppendUint32(id[:], uint32(a.Attempt.Number)),
	})
}

// OptOut lets the flow go on without the sign-in that it asked for (CancelParticipantAuthentication).
func (s *Service) OptOut(ctx context.Context, bearer, id string) error {
	who, err := s.caller(bearer)
	if err != nil {
		return err
	}
	_, err = s.sessions.Decide(ctx, who.Session, s.draft(ctx, func(d *contact.Draft) error { return d.OptOut(who.Participant, id) }))
	return denied(err)
}

// SignedIn takes what a customer came back with from the provider (UpdateParticipantAuthentication): a code, or "" for an error. What
// the provider then says is the flow's to hear. A state that is none of the instance is fault.Denied.
func (s *Service) SignedIn(ctx context.Context, instance, state, code string) error {
	c, err := s.tokens.Verify(token.SignIn, state, time.Time{}) // one that has expired is a conflict, as one that was used
	if err != nil || len(c.Extra) != 20 {
		return fault.New(fault.Denied, "State is none that GetAuthenticationUrl gave out")
	}
	at := uuid.UUID(c.Session).String()
	if in, err := s.sessions.Instance(ctx, at); err != nil || in != instance {
		if err != nil && !fault.Is(err, fault.Denied) {
			return err
		}
		return fault.New(fault.Denied, "State is none that GetAuthenticationUrl gave out")
	}
	id, attempt := uuid.UUID(c.Extra[:16]).String(), int(binary.BigEndian.Uint32(c.Extra[16:]))
	_, err = s.sessions.Decide(ctx, at, s.draft(ctx, func(d *contact.Draft) error {
		return d.SignedIn(uuid.UUID(c.Participant).String(), id, attempt, code)
	}))
	return err
}
