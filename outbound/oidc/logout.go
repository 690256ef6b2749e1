package oidc

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"sync"
	"time"

	"parley/internal/clock"
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

// Ended reads a logout token: whose sessions the provider has ended. Of Subject and SID one may be empty. Once used is called the same
// token is refused at this node.
func (p *Provider) Ended(ctx context.Context, token string) (who Identity, used func(), err error) {
	found, err := p.discover(ctx)
	if err != nil {
		return who, nil, err
	}
	id, err := p.verify(ctx, found, token)
	if err != nil {
		return who, nil, fault.Wrap(fault.Invalid, err, "This is no logout token of the provider")
	}
	var claims struct {
		Events map[string]json.RawMessage `json:"events"`
		Nonce  *string                    `json:"nonce"`
		SID    string                     `json:"sid"`
		ID     string                     `json:"jti"`
	}
	err = id.Claims(&claims)
	if _, is := claims.Events[logoutEvent]; err != nil || !is || claims.Nonce != nil || id.Subject == "" && claims.SID == "" {
		return who, nil, fault.New(fault.Invalid, "This is no logout token of the provider")
	}
	if p.used.has(claims.ID, clock.Wall()) {
		return who, nil, fault.New(fault.Invalid, "This logout token was used before")
	}
	who = Identity{Issuer: id.Issuer, Subject: id.Subject, SID: claims.SID}
	return who, func() { p.used.add(claims.ID, id.Expiry, clock.Wall()) }, nil
}

// spent are the ids of tokens that were used, until they run out. The zero spent is empty.
type spent struct {
	mu    sync.Mutex
	until map[string]time.Time
}

func (s *spent) has(id string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return now.Before(s.until[id])
}

// add remembers an id; a token without one cannot be told from others. Only who has the provider's key can add one.
func (s *spent) add(id string, until, now time.Time) {
	if id == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.until, func(_ string, end time.Time) bool { return !now.Before(end) })
	if s.until == nil {
		s.until = map[string]time.Time{}
	}
	s.until[id] = until
}
