// Package oidc lets people sign in at an OpenID Connect provider: authorization
// code with PKCE, discovery, the provider's changing keys, and both kinds of
// signing out.
//
// It guarantees: who comes back is who was sent (state, nonce and code verifier
// belong to one attempt), and comes from the provider that is configured; a
// token counts only with the provider's signature, for this client, in its time;
// every call goes out through egress. A provider that is away keeps nobody from starting a server.
package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/url"
	"sync"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"parley/internal/clock"
	"parley/internal/fault"
	"parley/outbound/egress"
)

// maxAnswer is the largest answer of a provider that is read, in bytes (our choice).
const maxAnswer = 1 << 20

// UsualClaim names the user here unless another claim is chosen.
const UsualClaim = "preferred_username"

// emailClaim counts only where the provider has verified it.
const emailClaim = "email"

// Options say at which provider people sign in.
type Options struct {
	Client       *egress.Client
	Issuer       string
	ClientID     string
	ClientSecret string // "" for a public client
	Claim        string // that names the user here; UsualClaim by default
}

// Provider is one OIDC provider. It is safe for concurrent use.
type Provider struct {
	o Options

	mu    sync.Mutex
	found *oidc.Provider // nil until it was found
	used  spent          // logout tokens
}

// New returns a provider; nothing is called yet.
func New(o Options) *Provider {
	if o.Claim == "" {
		o.Claim = UsualClaim
	}
	return &Provider{o: o}
}

// with is a context in which the library calls out through egress.
func (p *Provider) with(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.o.Client.HTTP(maxAnswer))
}

// discover finds the provider's endpoints, once.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	found := p.found
	p.mu.Unlock()
	if found != nil {
		return found, nil
	}
	found, err := oidc.NewProvider(p.with(ctx), p.o.Issuer)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "The sign-in provider cannot be reached; try again later")
	}
	p.mu.Lock()
	p.found = found
	p.mu.Unlock()
	return found, nil
}

func (p *Provider) config(found *oidc.Provider, back string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.o.ClientID, ClientSecret: p.o.ClientSecret, Endpoint: found.Endpoint(), RedirectURL: back,
		Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}
}

// Flow is what is remembered of an attempt until the browser comes back. It is secret.
type Flow struct{ State, Nonce, Verifier string }

// Begin returns where to send the browser; back is where it comes back to.
func (p *Provider) Begin(ctx context.Context, back string) (string, Flow, error) {
	f := NewFlow()
	there, err := p.Where(ctx, f, back)
	return there, f, err
}

// NewFlow returns an attempt that nobody can guess.
func NewFlow() Flow {
	return Flow{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
}

// Where returns where to send the browser for an attempt.
func (p *Provider) Where(ctx context.Context, f Flow, back string) (string, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	return p.config(found, back).AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), nil
}

// Identity is who somebody is at the provider.
type Identity struct{ Issuer, Subject, Username, SID string }

// errToken refuses what a provider, or somebody in its name, says.
func errToken(err error) error {
	return fault.Wrap(fault.SignedOut, err, "What the sign-in provider sent is not valid; begin again")
}

// Finish reads what the browser came back with (its query), and asks the provider who that is.
func (p *Provider) Finish(ctx context.Context, f Flow, back string, query url.Values) (Identity, error) {
	if f.State == "" || subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(f.State)) != 1 {
		return Identity{}, fault.New(fault.SignedOut, "This is not the sign-in that was begun in this browser; begin again")
	}
	if issuer := query.Get("iss"); issuer != "" && issuer != p.o.Issuer { // RFC 9207
		return Identity{}, fault.New(fault.SignedOut, "The answer comes from another sign-in provider; begin again")
	}
	if query.Get("error") != "" || query.Get("code") == "" {
		return Identity{}, fault.New(fault.SignedOut, "The sign-in provider did not sign you in")
	}
	id, err := p.exchange(ctx, f, back, query.Get("code"))
	if err != nil {
		return Identity{}, err
	}
	return p.identity(id)
}

// exchange asks the provider for whom it gave the code.
func (p *Provider) exchange(ctx context.Context, f Flow, back, code string) (*oidc.IDToken, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return nil, err
	}
	token, err := p.config(found, back).Exchange(p.with(ctx), code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return nil, errToken(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.verify(ctx, found, raw)
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(f.Nonce)) != 1 {
		return nil, fault.New(fault.SignedOut, "This answer of the sign-in provider belongs to another attempt; begin again")
	}
	return id, nil
}

func (p *Provider) verify(ctx context.Context, found *oidc.Provider, raw string) (*oidc.IDToken, error) {
	// Verifier, not VerifierContext: all tokens share one set of keys, which calls out as discover did.
	id, err := found.Verifier(&oidc.Config{ClientID: p.o.ClientID, Now: clock.Wall}).Verify(p.with(ctx), raw)
	if err != nil {
		return nil, errToken(err)
	}
	return id, nil
}

func (p *Provider) identity(id *oidc.IDToken) (Identity, error) {
	var claims map[string]any
	if err := id.Claims(&claims); err != nil {
		return Identity{}, errToken(err)
	}
	name, _ := claims[p.o.Claim].(string)
	sid, _ := claims["sid"].(string)
	if verified, _ := claims["email_verified"].(bool); p.o.Claim == emailClaim && !verified {
		return Identity{}, fault.New(fault.SignedOut, "The sign-in provider has not verified your e-mail address")
	}
	if name == "" || id.Subject == "" {
		return Identity{}, fault.New(fault.SignedOut, "The sign-in provider does not tell your user name (the claim %s)", p.o.Claim)
	}
	return Identity{Issuer: id.Issuer, Subject: id.Subject, Username: name, SID: sid}, nil
}
