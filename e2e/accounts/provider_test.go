package accounts_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/e2e/harness"
	"parley/internal/oidctest"
)

func withProvider(t *testing.T, p *oidctest.Provider, more ...string) *harness.Server {
	t.Helper()
	flags := append([]string{"--oidc-issuer", p.URL, "--oidc-client-id", "parley", "--allow-outbound", "127.0.0.1"}, more...)
	s := harness.Start(t, harness.Flags(flags...), harness.Env("PARLEY_OIDC_CLIENT_SECRET=s3cret"))
	user(t, s, "ada", profile(t, s, "agents", "BasicAgentAccess"))
	return s
}

// through signs a browser in at the provider and returns the answer to its coming back.
func through(b *browser, p *oidctest.Provider) answer {
	b.t.Helper()
	there := b.want(303, "GET", "/api/oidc/start", nil).header.Get("Location")
	return b.call("GET", "/api/oidc/callback?"+p.Authorize(there).Encode(), nil)
}

func TestProvider(t *testing.T) {
	t.Parallel()
	p := oidctest.New(t, oidctest.Client{ID: "parley", Secret: "s3cret"})
	s := withProvider(t, p)
	b := newBrowser(t, s)
	b.header = http.Header{"Sec-Fetch-Site": {"cross-site"}} // the provider's page leads back
	if a := through(b, p); a.status != 303 || a.header.Get("Location") != "/" {
		t.Fatalf("coming back: %d %s", a.status, a.body)
	}
	if _, kept := b.cookies["__Host-parley-oidc"]; kept {
		t.Error("the attempt's cookie is kept")
	}
	b.header = http.Header{}
	me := b.want(200, "GET", "/api/me", nil)
	if me.member(t, "user").(map[string]any)["username"] != "ada" || me.member(t, "session").(map[string]any)["how"] != "provider" {
		t.Errorf("me is %s", me.body)
	}
	p.Rotate("second") // the provider's keys change: nobody has to do anything
	again := newBrowser(t, s)
	if a := through(again, p); a.status != 303 {
		t.Errorf("after the provider changed its keys: %d %s", a.status, a.body)
	}
	b.token, _ = me.member(t, "csrf_token").(string)
	out := b.want(200, "POST", "/api/logout", nil)
	if there, _ := out.member(t, "redirect").(string); !strings.HasPrefix(there, p.URL+"/logout?") || !strings.Contains(there, "client_id=parley") {
		t.Errorf("signing out leads to %q", there)
	}
	again.want(200, "GET", "/api/me", nil)
}

// TestProviderRefusals: whatever does not belong to the attempt, or is not the provider's, signs nobody in.
func TestProviderRefusals(t *testing.T) {
	t.Parallel()
	p := oidctest.New(t, oidctest.Client{ID: "parley", Secret: "s3cret"})
	s := withProvider(t, p)
	for name, claims := range map[string]map[string]any{
		"another audience": {"aud": "someone-else"}, "another issuer": {"iss": "https://evil.example"}, "run out": {"exp": time.Now().Add(-time.Hour).Unix()},
		"another nonce": {"nonce": "x"}, "no nonce": {"nonce": nil}, "nobody here": {"preferred_username": "eve"}, "no name": {"preferred_username": nil},
	} {
		p.Claim(claims)
		b := newBrowser(t, s)
		if a := through(b, p); a.status != 401 || b.cookies["__Host-parley"] != "" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	p.Claim(map[string]any{})
	if a := through(newBrowser(t, s), p); a.status != 303 {
		t.Fatalf("the right one: %d %s", a.status, a.body)
	}
	p.Claim(map[string]any{"sub": "subject-2"})
	if a := through(newBrowser(t, s), p); a.status != 401 {
		t.Errorf("another person with the name: %d %s", a.status, a.body)
	}
	p.Claim(map[string]any{})
	before := p.Exchanged()
	b, other := newBrowser(t, s), newBrowser(t, s)
	back := p.Authorize(b.want(303, "GET", "/api/oidc/start", nil).header.Get("Location"))
	other.want(401, "GET", "/api/oidc/callback?"+back.Encode(), nil) // in another browser
	other.want(303, "GET", "/api/oidc/start", nil)
	other.want(401, "GET", "/api/oidc/callback?"+back.Encode(), nil) // in one that began another attempt
	b.want(401, "GET", "/api/oidc/callback?"+url.Values{"state": back["state"], "error": {"access_denied"}}.Encode(), nil)
	if p.Exchanged() != before {
		t.Error("a code was exchanged that belongs to nobody")
	}
}

// TestProviderEndsSessions: OpenID Connect Back-Channel Logout.
func TestProviderEndsSessions(t *testing.T) {
	t.Parallel()
	p := oidctest.New(t, oidctest.Client{ID: "parley", Secret: "s3cret"})
	s := withProvider(t, p)
	b, kept := newBrowser(t, s), signIn(t, s, "ada", secret)
	if a := through(b, p); a.status != 303 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	e, _ := socket(t, b, nil)
	ends := map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}
	post := func(claims map[string]any) int {
		from := newBrowser(t, s)
		from.header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
		return from.call("POST", "/api/oidc/logout", url.Values{"logout_token": {p.Signed(claims)}}.Encode()).status
	}
	for name, claims := range map[string]map[string]any{
		"no event": {"sub": "subject-1"}, "an id token": {"sub": "subject-1", "events": ends, "nonce": "x"},
		"of nobody": {"events": ends}, "for another client": {"sub": "subject-1", "events": ends, "aud": "x"},
	} {
		if status := post(claims); status != 400 {
			t.Errorf("%s: %d", name, status)
		}
	}
	b.want(200, "GET", "/api/me", nil)
	if status := post(map[string]any{"sub": "subject-1", "sid": "sid-1", "events": ends}); status != 200 {
		t.Errorf("a logout token: %d", status)
	}
	b.want(401, "GET", "/api/me", nil)
	wantEnd(t, "ended by the provider", e, 4401)
	kept.want(200, "GET", "/api/me", nil)
}

// TestProviderIsCalledWithCare (R1): a provider on this machine is not called unless that is allowed.
func TestProviderIsCalledWithCare(t *testing.T) {
	t.Parallel()
	p := oidctest.New(t, oidctest.Client{ID: "parley", Secret: "s3cret"})
	s := harness.Start(t, harness.Flags("--oidc-issuer", strings.Replace(p.URL, "127.0.0.1", "localtest.invalid", 1), "--oidc-client-id", "parley"))
	if a := newBrowser(t, s).call("GET", "/api/oidc/start", nil); a.status != 503 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestForgedLogoutTokensCostLittle: who makes tokens up has the provider asked for its keys only as often as an address may fail. A
// token that was used counts once.
func TestForgedLogoutTokensCostLittle(t *testing.T) {
	p := oidctest.New(t, oidctest.Client{ID: "parley", Secret: "s3cret"})
	s := withProvider(t, p)
	from := newBrowser(t, s)
	from.header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	post := func(token string) int {
		return from.call("POST", "/api/oidc/logout", url.Values{"logout_token": {token}}.Encode()).status
	}
	ends := map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}
	right := p.Signed(map[string]any{"sub": "subject-1", "events": ends, "jti": "once"})
	if status := post(right); status != 200 {
		t.Fatalf("a logout token: %d", status)
	}
	if status := post(right); status != 400 {
		t.Errorf("the same token again: %d", status)
	}
	forged, got := right[:strings.LastIndex(right, ".")+1]+base64.RawURLEncoding.EncodeToString(make([]byte, 256)), map[int]int{}
	for range 100 {
		got[post(forged)]++
	}
	if got[429] < 45 || got[400]+got[429] != 100 || p.Asked() > 60 {
		t.Errorf("100 forged tokens: %v by status, the keys were asked for %d times", got, p.Asked())
	}
}

// TestAPowerfulUserIsBoundByHand: a name at the provider, which people there may change, is not enough for the first sign-in of who
// may change users; who has signed in with the password there is bound.
func TestAPowerfulUserIsBoundByHand(t *testing.T) {
	t.Parallel()
	p := oidctest.New(t, oidctest.Client{ID: "parley", Secret: "s3cret"})
	s := withProvider(t, p)
	user(t, s, "root", profile(t, s, "masters", "Users.Edit", "BasicAgentAccess"))
	for _, name := range []string{"root", s.Admin.Username} {
		p.Claim(map[string]any{"preferred_username": name})
		if a := through(newBrowser(t, s), p); a.status != 401 {
			t.Errorf("%s by its name alone: %d %s", name, a.status, a.body)
		}
	}
	p.Claim(map[string]any{"preferred_username": "root", "sub": "subject-root"})
	b := signIn(t, s, "root", secret)
	if a := through(b, p); a.status != 303 {
		t.Errorf("signed in before: %d %s", a.status, a.body)
	}
	if a := through(newBrowser(t, s), p); a.status != 303 {
		t.Errorf("once bound: %d %s", a.status, a.body)
	}
	log := string(admin(t, s).want(200, "GET", "/api/audit", nil).body)
	if !strings.Contains(log, `"event":"bound to a user of the sign-in provider"`) {
		t.Error("the audit log does not tell of the binding")
	}
}
