package accounts_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"parley/e2e/harness"
)

// TestASiteThatPublishesItsKeys: a site signs with a private key and publishes the public one; whoever signs with another one, or says that a published
// key is a secret, is refused; made-up keys do not have the site asked again and again.
func TestASiteThatPublishesItsKeys(t *testing.T) {
	t.Parallel()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	published, err := json.Marshal(map[string]any{"keys": []map[string]any{
		{"kty": "RSA", "kid": "one", "alg": "RS256", "use": "sig", "n": b64(rsaKey.N.Bytes()), "e": b64(big.NewInt(int64(rsaKey.E)).Bytes())},
		{"kty": "EC", "kid": "two", "crv": "P-256", "use": "sig", "x": b64(ecKey.X.FillBytes(make([]byte, 32))), "y": b64(ecKey.Y.FillBytes(make([]byte, 32)))},
	}})
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int32
	keys := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_, _ = w.Write(published)
	}))
	t.Cleanup(keys.Close)
	s := harness.Start(t, harness.Flags("--allow-outbound", "127.0.0.1"))
	admin(t, s).want(400, "POST", "/api/widgets", map[string]any{"name": "Shop", "flow_id": s.ContactFlowID, "origins": []string{shop}, "jwks_url": "http://10.0.0.1/keys"})
	w := newSite(t, s, map[string]any{"signed_only": true, "jwks_url": keys.URL, "starts_per_minute": 100})
	token := func(alg, kid, widget string, sign func(digest []byte) []byte) string {
		part := func(v any) string {
			raw, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			return b64(raw)
		}
		now := time.Now().Unix()
		text := part(map[string]string{"alg": alg, "kid": kid, "typ": "JWT"}) + "." +
			part(map[string]any{"sub": widget, "iat": now, "exp": now + 300, "customerId": "ada", "attributes": map[string]string{"tier": "gold"}})
		digest := sha256.Sum256([]byte(text))
		return text + "." + b64(sign(digest[:]))
	}
	byRSA := func(digest []byte) []byte {
		out, err := rsa.SignPKCS1v15(rand.Reader, rsaKey, crypto.SHA256, digest)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	byEC := func(digest []byte) []byte {
		x, y, err := ecdsa.Sign(rand.Reader, ecKey, digest)
		if err != nil {
			t.Fatal(err)
		}
		return append(x.FillBytes(make([]byte, 32)), y.FillBytes(make([]byte, 32))...)
	}
	for alg, sign := range map[string]func([]byte) []byte{"RS256": byRSA, "ES256": byEC} {
		kid := map[string]string{"RS256": "one", "ES256": "two"}[alg]
		contact := w.started(w.start(200, says(map[string]any{"CustomerToken": token(alg, kid, w.id, sign)})))["ContactId"].(string)
		if got := w.attributes(contact); got["tier"] != "gold" {
			t.Errorf("%s: the attributes are %v", alg, got)
		}
	}
	before := asked.Load()
	for name, refused := range map[string]string{
		"another widget's":              token("RS256", "one", "another", byRSA),
		"signed with another key":       token("RS256", "one", w.id, func(d []byte) []byte { return make([]byte, 256) }),
		"an unknown key":                token("RS256", "three", w.id, byRSA),
		"nothing signed":                token("none", "one", w.id, func([]byte) []byte { return nil }),
		"the published key as a secret": token("HS256", "one", w.id, func([]byte) []byte { return published[:32] }),
	} {
		if a := w.call("POST", w.path, says(map[string]any{"CustomerToken": refused})); a.status != 403 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if n := asked.Load(); before != 1 || n > 2 {
		t.Errorf("the site was asked %d times, then %d", before, n)
	}
}
