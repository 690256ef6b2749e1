package sigv4_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"parley/internal/sigv4"
)

const (
	keyID  = "AKIDEXAMPLE"
	secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
	region = "us-east-1"
)

var signedAt = time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC)

func verifierAt(now time.Time) *sigv4.Verifier {
	return sigv4.NewVerifier(region, "connect", func() time.Time { return now })
}

func findExample(id string) (string, bool, error) {
	if id != keyID {
		return "", false, nil
	}
	return secret, true, nil
}

func authenticate(req *sigv4.Request, now time.Time) error {
	_, err := verifierAt(now).Authenticate(req, findExample)
	return err
}

// sample is a request before it is signed. Headers are "Name: value" lines.
type sample struct {
	method, target string
	headers        []string
	body           string
}

func (s sample) build(t testing.TB) *http.Request {
	t.Helper()
	r, err := http.NewRequest(s.method, "http://example.amazonaws.com"+s.target, strings.NewReader(s.body))
	if err != nil {
		t.Fatalf("build %+v: %v", s, err)
	}
	for _, line := range s.headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	return r
}

// signHeader signs with the SDK and returns what a server receives.
func signHeader(t testing.TB, r *http.Request, body string) *sigv4.Request {
	t.Helper()
	err := v4.NewSigner().SignHTTP(context.Background(), credentials(), r, hexHash(body), "connect", region, signedAt)
	if err != nil {
		t.Fatal(err)
	}
	return receive(t, r)
}

// presign presigns with the SDK for 15 minutes and returns what a server receives.
func presign(t testing.TB, r *http.Request, body string) *sigv4.Request {
	t.Helper()
	q := r.URL.Query()
	q.Set("X-Amz-Expires", "900")
	r.URL.RawQuery = q.Encode()
	uri, header, err := v4.NewSigner().PresignHTTP(context.Background(), credentials(), r, hexHash(body), "connect", region, signedAt)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := http.NewRequest(r.Method, uri, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	header.Del("Host")
	header.Del("Content-Length")
	signed.Header = header
	return receive(t, signed)
}

func credentials() aws.Credentials {
	return aws.Credentials{AccessKeyID: keyID, SecretAccessKey: secret}
}

func hexHash(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

// receive sends a request through net/http's own writer and reader.
func receive(t testing.TB, r *http.Request) *sigv4.Request {
	t.Helper()
	var wire bytes.Buffer
	if err := r.Write(&wire); err != nil {
		t.Fatalf("write: %v", err)
	}
	got, err := http.ReadRequest(bufio.NewReader(&wire))
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatalf("body: %v", err)
	}
	return sigv4.FromHTTP(got, sha256.Sum256(body))
}

// wantRefusal checks the code and a part of the message of a refusal.
func wantRefusal(t *testing.T, err error, code string, status int, part string) {
	t.Helper()
	var refusal *sigv4.Error
	if !errors.As(err, &refusal) {
		t.Fatalf("got error %v, want a refusal %s", err, code)
	}
	if refusal.Code != code || refusal.Status != status || !strings.Contains(refusal.Message, part) {
		t.Errorf("got %d %v, want %d %s with %q", refusal.Status, refusal, status, code, part)
	}
}
