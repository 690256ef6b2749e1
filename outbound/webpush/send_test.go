package webpush_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/fault"
	"parley/outbound/egress"
	"parley/outbound/webpush"
)

// browser has subscribed at a push service of the test's, which answers with a status.
type browser struct {
	key    *ecdh.PrivateKey
	auth   []byte
	status int
	got    *http.Request
	body   []byte
}

func (b *browser) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.got = r
	b.body, _ = io.ReadAll(r.Body)
	w.WriteHeader(b.status)
}

// subscribed returns a browser, its subscription, and who sends to it.
func subscribed(t *testing.T, contact string) (*browser, webpush.Subscription, *webpush.Sender) {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{key: key, auth: []byte("0123456789abcdef"), status: http.StatusCreated}
	service := httptest.NewServer(b)
	t.Cleanup(service.Close)
	to, err := webpush.Parse("it", fmt.Sprintf(`{"endpoint":"%s/s3cret","keys":{"p256dh":%q,"auth":%q}}`, service.URL,
		base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()), base64.RawURLEncoding.EncodeToString(b.auth)))
	if err != nil {
		t.Fatal(err)
	}
	policy, err := egress.NewPolicy([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	sender, err := webpush.New(egress.New(egress.Options{Policy: policy}), policy, bytes.Repeat([]byte{1}, 32), contact)
	if err != nil {
		t.Fatal(err)
	}
	return b, to, sender
}

// read decrypts what came (RFC 8188).
func (b *browser) read(t *testing.T) string {
	t.Helper()
	salt, size := b.body[:16], int(b.body[20])
	theirs, err := ecdh.P256().NewPublicKey(b.body[21 : 21+size])
	if err != nil {
		t.Fatal(err)
	}
	shared, err := b.key.ECDH(theirs)
	if err != nil {
		t.Fatal(err)
	}
	key, nonce, err := webpush.Keys(shared, b.auth, b.key.PublicKey().Bytes(), theirs.Bytes(), salt)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := gcm.Open(nil, nonce, b.body[21+size:], nil)
	if err != nil || !bytes.HasSuffix(plain, []byte{2}) {
		t.Fatalf("what came cannot be read: %v", err)
	}
	return string(plain[:len(plain)-1])
}

// Only the browser reads a message, each is encrypted by a key of its own, and the service learns whom to reach.
func TestWhatIsSent(t *testing.T) {
	for contact, want := range map[string]string{"": "mailto:parley@localhost", "https://shop.example/help": "https://shop.example/help"} {
		b, to, sender := subscribed(t, contact)
		var before []byte
		for range 2 {
			if err := sender.Send(t.Context(), to, []byte("hello")); err != nil {
				t.Fatal(err)
			}
			if got := b.read(t); got != "hello" || bytes.Contains(b.body, []byte("hello")) {
				t.Errorf("the browser reads %q", got)
			}
			if len(before) > 0 && bytes.Equal(before[:86], b.body[:86]) {
				t.Error("two messages have one key")
			}
			before = b.body
		}
		part := strings.Split(b.got.Header.Get("Authorization"), ".")
		var claims struct{ Sub, Aud string }
		if err := json.Unmarshal(bytesOf(t, part[1]), &claims); err != nil || claims.Sub != want || claims.Aud != "http://"+b.got.Host {
			t.Errorf("the service is told %+v, %v, want %s", claims, err, want)
		}
	}
}

// A subscription that is over is told from a service that is down.
func TestWhatAServiceAnswers(t *testing.T) {
	b, to, sender := subscribed(t, "")
	for status, want := range map[int]fault.Kind{404: fault.Gone, 410: fault.Gone, 429: fault.Unavailable, 500: fault.Unavailable, 400: fault.Unavailable} {
		b.status = status
		err := sender.Send(t.Context(), to, []byte("x"))
		if !fault.Is(err, want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%d: %v", status, err)
		}
	}
	if err := sender.Send(t.Context(), to, make([]byte, webpush.MaxPayload)); fault.Is(err, fault.Invalid) {
		t.Errorf("the longest message: %v", err)
	}
	if err := sender.Send(t.Context(), to, make([]byte, webpush.MaxPayload+1)); !fault.Is(err, fault.Invalid) {
		t.Errorf("one that is longer: %v", err)
	}
}

func TestWhomToReach(t *testing.T) {
	for uri, want := range map[string]bool{
		"mailto:ops@shop.example": true, "https://shop.example/help": true,
		"": false, "ops@shop.example": false, "mailto:": false, "http://shop.example": false, "https:": false, "tel:123": false,
	} {
		if got := webpush.CheckContact(uri) == nil; got != want {
			t.Errorf("%q: %v, want %v", uri, got, want)
		}
	}
}

// TestWhereItMaySend: to public addresses by HTTPS; by HTTP only to what the operator has named.
func TestWhereItMaySend(t *testing.T) {
	_, to, sender := subscribed(t, "")
	for endpoint, may := range map[string]bool{
		"https://push.example/x": true, "http://127.0.0.1:1/x": true, "https://127.0.0.1/x": true,
		"http://push.example/x": false, "http://93.184.216.34/x": false, "https://10.0.0.1/x": false, "https://localhost/x": false, "https://[::1]/x": false,
		"https://user@push.example/x": false, "https:///x": false, "ftp://127.0.0.1/x": false, "javascript:alert(1)": false, "//push.example/x": false, "https://push example/": false,
	} {
		to.Endpoint = endpoint
		err := sender.Check("it", to)
		if may != (err == nil) || !may && !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", endpoint, err)
		}
		if err != nil && strings.Contains(err.Error(), endpoint) {
			t.Errorf("%s is repeated: %v", endpoint, err)
		}
	}
}
