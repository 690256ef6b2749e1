package contact

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"parley/domain/attribute"
	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/flow/interp"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// SignInURLWithin is how long after the request to sign in GetAuthenticationUrl can be called (Amazon Connect: one minute).
const SignInURLWithin = time.Minute

// maxDisplayName is the longest name of a participant (StartChatContact), and maxAttempts how often a customer may ask anew where
// to sign in (our choice).
const (
	maxDisplayName = 256
	maxAttempts    = 20
)

// inputSignIn is what a flow hears of who was asked to sign in: a code as its content, else an interp.SignInEnd as its content type.
const inputSignIn = "signin"

// Authenticate asks the customer to sign in.
func (w world) Authenticate(pool, client string, until time.Time) error {
	if !w.Pools[catalog.ID(pool)] {
		return fault.New(fault.NotFound, "no sign-in provider is configured for the user pool")
	}
	id := uuid.NewSHA1(w.d.space(), []byte("authentication"+pool+client)).String()
	w.d.s.State.Authentication = &session.Authentication{ID: id, Pool: pool, Client: client, Since: w.d.now, Until: until}
	w.d.authentication(transcript.AuthenticationInitiated, id)
	return nil
}

// authentication tells the customer of its sign-in. It is stored (our choice), so that it is not lost while no socket is there.
func (d *Draft) authentication(contentType, id string) {
	content, _ := json.Marshal(struct{ SessionId string }{id}) // as on the wire; a text always encodes
	item := d.event(contentType, d.s.Customer().Author())
	item.Content, item.Visibility = string(content), transcript.CustomerOnly
	d.touch(change.State)
}

// Unauthenticated tells that nobody has signed in. A time limit within which nobody even asked where to is the end of the request, not
// of an attempt (our choice: AWS has an event for each and does not say when it sends which).
func (w world) Unauthenticated(why interp.SignInEnd) {
	a := w.d.s.State.Authentication
	if a == nil {
		return
	}
	event, status := transcript.AuthenticationFailed, "FAILED"
	switch {
	case why == interp.SignInOptedOut:
		event, status = transcript.AuthenticationCancelled, ""
	case why == interp.SignInTooLate && a.Attempt == nil:
		event, status = transcript.AuthenticationExpired, "TIMEOUT"
	case why == interp.SignInTooLate:
		event, status = transcript.AuthenticationTimeout, "TIMEOUT"
	}
	w.d.s.State.Authentication = nil
	w.d.authentication(event, a.ID)
	if status != "" {
		w.d.signedIn(map[string]string{"Status": status, "ClientId": a.Client, "AuthenticationMethod": "CONNECT"})
	}
}

// Authenticated notes who the customer is: its name is what the provider calls it, and a contact of nobody in particular
// is the subject's from now on (our choice).
func (w world) Authenticated(who interp.Identity) {
	a := w.d.s.State.Authentication
	if a == nil {
		return
	}
	w.d.s.State.Authentication = nil
	w.d.authentication(transcript.AuthenticationSucceeded, a.ID)
	w.d.signedIn(map[string]string{
		"Status": session.Authenticated, "ClientId": a.Client, "AuthenticationMethod": "CONNECT", "IdentityProvider": who.Issuer, "AssociatedCustomerId": who.Subject,
	})
	if k := w.d.s.Current(); k.CustomerID == "" && utf8.RuneCountInString(who.Subject) <= maxCustomerID {
		k.CustomerID = who.Subject
	}
	w.d.rename(w.d.s.Customer(), who.Name)
}

// signedIn says with the contact how its customer signed in.
func (d *Draft) signedIn(how map[string]string) {
	k := d.s.Current()
	told := make(map[string]session.Value, len(how))
	for name, text := range how {
		told[name] = session.Value{String: &text}
	}
	k.SegmentAttributes = attribute.Overlay(k.SegmentAttributes, map[string]session.Value{session.CustomerAuthentication: {Map: told}})
	d.updated(k)
}

// rename gives a participant another name, if it is one, and tells everybody.
func (d *Draft) rename(p *session.Participant, name string) {
	if name = strings.TrimSpace(strings.ToValidUTF8(name, "")); utf8.RuneCountInString(name) > maxDisplayName {
		name = string([]rune(name)[:maxDisplayName])
	}
	if name == "" || name == p.DisplayName || strings.ContainsRune(name, 0) {
		return
	}
	p.DisplayName = name
	d.event(transcript.NameUpdated, p.Author())
	d.touch(change.State)
}

// SignInURL notes that the customer asks where to sign in (GetAuthenticationUrl), and that it comes back to redirect. An attempt is
// gone on with while it comes back to the same place.
func (d *Draft) SignInURL(participant, id, redirect, nonce, verifier string) error {
	a, err := d.signingIn(participant, id)
	switch {
	case err != nil:
		return err
	case d.now.After(a.Since.Add(SignInURLWithin)):
		return fault.New(fault.Invalid, "SessionId: GetAuthenticationUrl can be called within one minute of the event authentication.initiated")
	case !returnable(redirect):
		return fault.New(fault.Invalid, "RedirectUri must be an absolute URI without a fragment")
	case a.Attempt != nil && a.Attempt.Redirect == redirect:
		return nil
	case a.Attempt != nil && a.Attempt.Number == maxAttempts:
		return fault.New(fault.Invalid, "RedirectUri was changed too often")
	}
	next := session.SignIn{Number: 1, Redirect: redirect, Nonce: nonce, Verifier: verifier}
	if a.Attempt != nil {
		next.Number += a.Attempt.Number
	}
	a.Attempt = &next
	d.touch(change.State)
	return nil
}

// returnable: a browser, or an app by a scheme of its own, can be sent there (RFC 6749, 3.1.2).
func returnable(uri string) bool {
	u, err := url.Parse(uri)
	return err == nil && u.IsAbs() && u.Fragment == "" && (u.Host != "" || u.Scheme != "http" && u.Scheme != "https") && u.Scheme != "javascript" && u.Scheme != "data"
}

// signingIn returns the open request that a customer sign in, by its id.
func (d *Draft) signingIn(participant, id string) (*session.Authentication, error) {
	p, err := Here(d.s, participant, d.now)
	if err != nil {
		return nil, err
	}
	a := d.s.State.Authentication
	if p.Role != transcript.Customer || a == nil || a.ID != id || !d.now.Before(a.Until) {
		return nil, fault.New(fault.Denied, "Access denied: SessionId names no sign-in that this chat waits for")
	}
	if a.Answered {
		return nil, fault.New(fault.Invalid, "SessionId: the sign-in is being completed")
	}
	return a, nil
}

// OptOut lets the flow go on although the customer has not signed in (CancelParticipantAuthentication).
func (d *Draft) OptOut(participant, id string) error {
	a, err := d.signingIn(participant, id)
	if err != nil {
		return err
	}
	d.answer(a, session.Input{Kind: inputSignIn, ContentType: string(interp.SignInOptedOut)})
	return nil
}

// SignedIn takes what the customer came back with from the provider (UpdateParticipantAuthentication): a code, or "" for an error.
// What belongs to a request or an attempt that is over is a conflict.
func (d *Draft) SignedIn(participant, id string, attempt int, code string) error {
	if d.s.Status == session.Ended {
		return fault.New(fault.Conflict, "State: the chat has ended")
	}
	a := d.s.State.Authentication
	if a == nil || a.ID != id || a.Answered || a.Attempt == nil || a.Attempt.Number != attempt || !d.now.Before(a.Until) {
		return fault.New(fault.Conflict, "State belongs to a sign-in that nobody waits for any more")
	}
	if _, err := d.signingIn(participant, id); err != nil {
		return err
	}
	in := session.Input{Kind: inputSignIn, Content: code}
	if code == "" {
		in.ContentType = string(interp.SignInFailed)
	}
	d.answer(a, in)
	return nil
}

func (d *Draft) answer(a *session.Authentication, in session.Input) {
	a.Answered = true
	d.touch(change.State)
	d.tellFlow(in)
}

// signInOf is what a flow hears of an answer.
func signInOf(s *session.Session, in session.Input) interp.SignIn {
	a := s.State.Authentication
	if in.ContentType != "" || a == nil || a.Attempt == nil {
		return interp.SignIn{End: interp.SignInEnd(in.ContentType)}
	}
	return interp.SignIn{Request: &interp.SignInRequest{
		Pool: a.Pool, Client: a.Client, Redirect: a.Attempt.Redirect, Nonce: a.Attempt.Nonce, Verifier: a.Attempt.Verifier, Code: in.Content,
	}}
}

// forgetSignIn ends a request to sign in whose flow is over.
func (d *Draft) forgetSignIn() {
	if a := d.s.State.Authentication; a != nil {
		d.s.State.Authentication = nil
		d.authentication(transcript.AuthenticationExpired, a.ID)
	}
}
