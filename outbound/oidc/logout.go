package oidc

import (
	"context"
	"encoding/json"
	"net/url"

	"parley/internal/fault"
)

// SignOut returns where a browser ends the provider's own session (OpenID
// Connect RP-Initiated Logout) and from where it comes back; "" if the provider has no such place.
func (p *Provider) SignOut(ctx context.Context, back string) (string, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	var more struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := found.Claims(&more); err != nil || more.EndSession == "" {
		return "", nil //nolint:nilerr // it has no such place that can be read
	}
	u, err := url.Parse(more.EndSession)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return "", nil //nolint:nilerr // the same
	}
	query := u.Query()
	query.Set("client_id", p.o.ClientID)
	query.Set("post_logout_redirect_uri", back)
	u.RawQuery = query.Encode()
	return u.String(), nil
}

// logoutEvent is what makes a token one that ends sessions (OpenID Connect Back-Channel Logout, 2.4).
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

// Ended reads a logout token: whose sessions the provider has ended. Of Subject and SID one may be empty.
func (p *Provider) Ended(ctx context.Context, token string) (Identity, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return Identity{}, err
	}
	id, err := p.verify(ctx, found, token)
	if err != nil {
		return Identity{}, fault.Wrap(fault.Invalid, err, "This is no logout token of the provider")
	}
	var claims struct {
		Events map[string]json.RawMessage `json:"events"`
		Nonce  *string                    `json:"nonce"`
		SID    string                     `json:"sid"`
	}
	err = id.Claims(&claims)
	if _, is := claims.Events[logoutEvent]; err != nil || !is || claims.Nonce != nil || id.Subject == "" && claims.SID == "" {
		return Identity{}, fault.New(fault.Invalid, "This is no logout token of the provider")
	}
	return Identity{Issuer: id.Issuer, Subject: id.Subject, SID: claims.SID}, nil
}
