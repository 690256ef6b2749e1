package node

import (
	"context"
	"errors"
	"fmt"

	"parley/domain/session"
	"parley/outbound/egress"
	"parley/outbound/oidc"
)

// OIDC says at which OpenID Connect provider people may sign in; an empty Issuer is none.
type OIDC struct {
	Issuer       string // as the provider's discovery document spells it
	ClientID     string
	ClientSecret string // "" for a public client
	Claim        string // that names the user here; "preferred_username"
}

// open returns the provider, nil without one. Nothing is called yet.
func (o OIDC) open(client *egress.Client, policy egress.Policy) (*oidc.Provider, error) {
	if o.Issuer == "" {
		return nil, nil
	}
	if o.ClientID == "" {
		return nil, errors.New("--oidc-issuer needs --oidc-client-id")
	}
	if err := policy.Check(o.Issuer); err != nil {
		return nil, fmt.Errorf("--oidc-issuer: %w", err)
	}
	return oidc.New(oidc.Options{Client: client, Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: o.ClientSecret, Claim: o.Claim}), nil
}

// signIns lets the customers of chats sign in.
type signIns struct{ customers *oidc.Customers }

// Attempt implements chat.SignIns.
func (signIns) Attempt() (nonce, verifier string) {
	f := oidc.NewFlow()
	return f.Nonce, f.Verifier
}

// Where implements chat.SignIns.
func (s signIns) Where(ctx context.Context, a session.Authentication, state string) (string, error) {
	return s.customers.Where(ctx, a.Pool, a.Client, a.Attempt.Redirect, oidc.Flow{State: state, Nonce: a.Attempt.Nonce, Verifier: a.Attempt.Verifier})
}
