package oidc

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"parley/domain/catalog"
	"parley/domain/flow/interp"
	"parley/internal/fault"
	"parley/outbound/egress"
)

// maxClients bounds the clients of which a node keeps what it discovered (our choice): a flow may name any.
const maxClients = 64

// CustomerOptions say at which providers customers sign in.
type CustomerOptions struct {
	Client  *egress.Client
	Policy  egress.Policy
	Targets []string // POOL=ISSUER: a user pool's id or ARN, and its provider
	Secrets string   // CLIENT=SECRET of those clients that have one, separated by commas or white space
}

// Customers are the providers at which customers sign in. It is safe for concurrent use.
type Customers struct {
	client  *egress.Client
	issuers map[string]string // by the id of a user pool
	secrets map[string]string // by client id

	mu    sync.Mutex
	known map[[2]string]*Provider // by issuer and client id
}

// NewCustomers reads the options; nothing is called yet.
func NewCustomers(o CustomerOptions) (*Customers, error) {
	c := &Customers{client: o.Client, issuers: map[string]string{}, secrets: map[string]string{}, known: map[[2]string]*Provider{}}
	for _, text := range o.Targets {
		pool, issuer, ok := strings.Cut(text, "=")
		if !ok || pool == "" {
			return nil, fmt.Errorf("%.100s: POOL=ISSUER is needed", text)
		}
		if err := o.Policy.Check(issuer); err != nil {
			return nil, fmt.Errorf("%.100s: %w", pool, err)
		}
		c.issuers[catalog.ID(pool)] = issuer
	}
	for i, text := range strings.FieldsFunc(o.Secrets, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\r' || r == '\t' }) {
		id, secret, ok := strings.Cut(text, "=")
		if !ok || id == "" || secret == "" {
			return nil, fmt.Errorf("entry %d of the secrets is not CLIENT=SECRET", i+1)
		}
		c.secrets[id] = secret
	}
	return c, nil
}

// Pools are the ids of the user pools whose customers can sign in.
func (c *Customers) Pools() map[string]bool {
	pools := make(map[string]bool, len(c.issuers))
	for id := range c.issuers {
		pools[id] = true
	}
	return pools
}

// provider returns the one of a user pool for a client.
func (c *Customers) provider(pool, client string) (*Provider, error) {
	issuer, ok := c.issuers[catalog.ID(pool)]
	if !ok {
		return nil, fault.New(fault.NotFound, "no sign-in provider is configured for the user pool")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	key := [2]string{issuer, client}
	if p := c.known[key]; p != nil {
		return p, nil
	}
	if len(c.known) >= maxClients {
		clear(c.known)
	}
	p := New(Options{Client: c.client, Issuer: issuer, ClientID: client, ClientSecret: c.secrets[client]})
	c.known[key] = p
	return p, nil
}

// Where returns where a customer signs in; f.State comes back from there.
func (c *Customers) Where(ctx context.Context, pool, client, back string, f Flow) (string, error) {
	p, err := c.provider(pool, client)
	if err != nil {
		return "", err
	}
	return p.Where(ctx, f, back)
}

// Who answers a call of the kind interp.KindSignIn: who signed in, as an interp.Identity.
func (c *Customers) Who(ctx context.Context, pool string, payload json.RawMessage) (json.RawMessage, error) {
	var r interp.SignInRequest
	if err := json.Unmarshal(payload, &r); err != nil {
		return nil, fault.Wrap(fault.Rule, err, "the request cannot be read")
	}
	p, err := c.provider(pool, r.Client)
	if err != nil {
		return nil, err
	}
	id, err := p.exchange(ctx, Flow{Nonce: r.Nonce, Verifier: r.Verifier}, r.Redirect, r.Code)
	if err != nil {
		return nil, hide(err)
	}
	var name struct {
		Given string `json:"given_name"`
		Full  string `json:"name"`
	}
	_ = id.Claims(&name) // names that are none are no names
	return json.Marshal(interp.Identity{Issuer: id.Issuer, Subject: id.Subject, Name: cmp.Or(name.Given, name.Full)})
}

// hide keeps what a provider wrote, which may quote the code, out of logs.
func hide(err error) error {
	if fault.Is(err, fault.Unavailable) {
		return fault.New(fault.Unavailable, "the sign-in provider cannot be reached")
	}
	return fault.New(fault.Denied, "the sign-in provider did not confirm the sign-in")
}
