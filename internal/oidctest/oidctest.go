// Package oidctest is an OpenID Connect provider that runs inside a test.
//
// It guarantees what providers do that take security seriously: a code is good once, for the client, the redirect URI and the proof (PKCE,
// S256) of the attempt that it belongs to; the keys may change at any time.
package oidctest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// Client is the client that the provider knows.
type Client struct{ ID, Secret string } // without a secret it is public

// Provider is a provider. New makes one that serves on loopback until the test ends.
type Provider struct {
	*httptest.Server
	t      testing.TB
	client Client

	mu       sync.Mutex
	key      *rsa.PrivateKey
	kid      string
	codes    map[string]url.Values // by code: what the authorization request asked
	claims   map[string]any        // of the next id tokens, beside the usual ones
	exchange int
	asked    int
}

// New starts a provider.
func New(t testing.TB, client Client) *Provider {
	t.Helper()
	p := &Provider{t: t, client: client, codes: map[string]url.Values{}, claims: map[string]any{}}
	p.Rotate("first")
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("GET /authorize", p.page)
	mux.HandleFunc("POST /token", p.token)
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

// Rotate signs with a new key from now on; the old one is gone.
func (p *Provider) Rotate(kid string) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key, p.kid = key, kid
}

// Claim sets what id tokens say beside, or instead of, the usual; nil leaves a claim out.
func (p *Provider) Claim(claims map[string]any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.claims = claims
}

// Exchanged is how many codes were exchanged.
func (p *Provider) Exchanged() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.exchange
}

// Asked is how often the keys were asked for.
func (p *Provider) Asked() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

// page signs everybody in who comes, and sends the browser back; with the parameter "deny" nobody.
func (p *Provider) page(w http.ResponseWriter, r *http.Request) {
	back, err := url.Parse(r.URL.Query().Get("redirect_uri"))
	if err != nil {
		http.Error(w, "no redirect_uri", http.StatusBadRequest)
		return
	}
	answer := url.Values{"state": {r.URL.Query().Get("state")}, "error": {"access_denied"}, "error_description": {"not today"}}
	if !r.URL.Query().Has("deny") {
		answer = p.Authorize(p.URL + r.URL.RequestURI())
	}
	back.RawQuery = answer.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	reply(w, map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"end_session_endpoint": p.URL + "/logout", "id_token_signing_alg_values_supported": []string{"RS256"},
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
	})
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	reply(w, map[string]any{"keys": []any{map[string]string{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": p.kid,
		"n": base64.RawURLEncoding.EncodeToString(p.key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(p.key.E)).Bytes()),
	}}})
}

// Authorize is what the provider does once somebody has signed in there: it sends the browser back with a code.
func (p *Provider) Authorize(location string) url.Values {
	u, err := url.Parse(location)
	if err != nil || !strings.HasPrefix(location, p.URL+"/authorize?") {
		p.t.Fatalf("the browser is sent to %s", location)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	code := rand.Text()
	p.codes[code] = u.Query()
	return url.Values{"state": {u.Query().Get("state")}, "code": {code}}
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked, ok := p.codes[r.FormValue("code")]
	delete(p.codes, r.FormValue("code"))
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	switch {
	case !ok, asked.Get("code_challenge_method") != "S256", asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]),
		!p.isClient(r), asked.Get("redirect_uri") != r.FormValue("redirect_uri"):
		w.WriteHeader(http.StatusBadRequest)
		reply(w, map[string]string{"error": "invalid_grant"})
		return
	}
	p.exchange++
	claims := map[string]any{"nonce": asked.Get("nonce"), "sub": "subject-1", "preferred_username": "ada", "sid": "sid-1"}
	for name, value := range p.claims {
		claims[name] = value
	}
	reply(w, map[string]any{"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": p.sign(claims)})
}

// sign makes a token for this client; the claims given win over the usual ones. Holder of mu only.
func (p *Provider) sign(claims map[string]any) string {
	all := map[string]any{"iss": p.URL, "aud": p.client.ID, "iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix()}
	for name, value := range claims {
		if all[name] = value; value == nil {
			delete(all, name)
		}
	}
	head, _ := json.Marshal(map[string]string{"alg": "RS256", "kid": p.kid, "typ": "JWT"})
	body, _ := json.Marshal(all)
	text := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(body)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, sum[:])
	if err != nil {
		p.t.Error(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// Signed is a token that the provider signs: the claims win over the usual ones.
func (p *Provider) Signed(claims map[string]any) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sign(claims)
}

// isClient: a client with a secret shows it in the header; a public one names itself in the form.
func (p *Provider) isClient(r *http.Request) bool {
	id, secret, ok := r.BasicAuth()
	if !ok {
		id, secret = r.FormValue("client_id"), r.FormValue("client_secret")
	}
	return id == p.client.ID && secret == p.client.Secret
}
