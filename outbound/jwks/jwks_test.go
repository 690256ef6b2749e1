package jwks_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"parley/internal/fault"
	"parley/outbound/egress"
	"parley/outbound/jwks"
)

// issuer publishes one key, and counts how often it is asked.
type issuer struct {
	id    string
	key   *ecdsa.PrivateKey
	asked int
}

// rotate publishes another key.
func (i *issuer) rotate(t *testing.T, id string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	i.id, i.key = id, key
}

func (i *issuer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	i.asked++
	point, _ := i.key.PublicKey.Bytes() // 4, x, y
	fmt.Fprintf(w, `{"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","kid":%q,"x":%q,"y":%q}]}`, i.id, text(point[1:33]), text(point[33:]))
}

func text(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// token is one that the issuer signs now.
func (i *issuer) token(t *testing.T, says string) string {
	t.Helper()
	signed := text([]byte(`{"alg":"ES256","kid":"`+i.id+`"}`)) + "." + text([]byte(says))
	sum := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, i.key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + text(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

func newKeys(t *testing.T, i *issuer) (keys *jwks.Keys, url string) {
	t.Helper()
	server := httptest.NewServer(i)
	t.Cleanup(server.Close)
	policy, err := egress.NewPolicy([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	return jwks.New(egress.New(egress.Options{Policy: policy}), policy), server.URL
}

// A key that an issuer rotates to is found, and tokens of the one before are refused then, as are those of keys that it never had.
func TestAnIssuerRotatesItsKey(t *testing.T) {
	i := &issuer{}
	i.rotate(t, "one")
	keys, url := newKeys(t, i)
	keys.Sparing(0)
	old := i.token(t, "old")
	says := func(token string) string { // "" = refused
		got, err := keys.Verify(t.Context(), url, token)
		if err != nil && !fault.Is(err, fault.Denied) {
			t.Error(err)
		}
		return string(got)
	}
	verify := func(token, want string) {
		t.Helper()
		if got := says(token); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	soon := func(token, want string) { // a fetch that has just been used is forgotten, and kept, a moment later
		for range 1000 {
			if says(token) == want {
				return
			}
			<-time.After(time.Millisecond)
		}
		t.Errorf("not within a second: %q", want)
	}
	verify(old, "old")
	verify(i.token(t, "again"), "again")
	if i.asked != 1 {
		t.Errorf("it was asked %d times for a key that is known", i.asked)
	}
	made := &issuer{}
	made.rotate(t, "one") // under a name that is known
	verify(made.token(t, "made up"), "")
	i.rotate(t, "two")
	soon(i.token(t, "new"), "new")
	soon(old, "")
}

// Whatever visitors bring, an issuer is asked once in a while.
func TestAnIssuerIsSpared(t *testing.T) {
	i := &issuer{}
	i.rotate(t, "one")
	keys, url := newKeys(t, i)
	keys.Sparing(time.Hour)
	if _, err := keys.Verify(t.Context(), url, i.token(t, "x")); err != nil {
		t.Fatal(err)
	}
	for n := range 5 {
		made := &issuer{}
		made.rotate(t, fmt.Sprint("made-up-", n))
		if _, err := keys.Verify(t.Context(), url, made.token(t, "x")); !fault.Is(err, fault.Denied) {
			t.Errorf("a key that was made up: %v", err)
		}
	}
	if i.asked != 1 {
		t.Errorf("it was asked %d times", i.asked)
	}
	if _, err := keys.Verify(t.Context(), url, i.token(t, "x")); err != nil {
		t.Errorf("its own key is refused now: %v", err)
	}
}
