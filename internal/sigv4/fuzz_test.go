package sigv4_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"net/http"
	"net/url"
	"strings"
	"testing"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"parley/internal/sigv4"
)

// FuzzVerify signs an arbitrary request with the SDK: it must verify as it
// arrives, and must not with one byte changed. The same bytes given as a raw
// target and raw headers must never make the verifier panic.
func FuzzVerify(f *testing.F) {
	f.Add("/contact/chat", "a=1&b=%20", "v  w", "body", uint(3))
	f.Add("//a/../b", "X-Amz-Signature=1", "", "", uint(40))
	f.Add("/é %2F+", "k&&=;%zz", "\"a   b\"", "{}", uint(200))
	f.Fuzz(func(t *testing.T, path, query, header, body string, at uint) {
		parseRaw(path, query, header)
		for _, form := range []func(*http.Request, string) error{signForm, presignForm} {
			r := arbitrary(path, query, header, body)
			if r == nil || form(r, body) != nil {
				return
			}
			checkSigned(t, r, body, at)
		}
	})
}

func parseRaw(path, query, header string) {
	req := &sigv4.Request{Method: path, RawTarget: "/" + path + "?" + query, Host: header,
		Header: http.Header{"Authorization": {header}, "X-Amz-Date": {query}}}
	_ = authenticate(req, signedAt)
	req.Header = http.Header{}
	_ = authenticate(req, signedAt)
}

// arbitrary returns nil for what HTTP clients cannot send, and for queries that
// already hold signing parameters.
func arbitrary(path, query, header, body string) *http.Request {
	plain := func(r rune) bool { return r < ' ' || r > '~' }
	if strings.ContainsFunc(header, plain) || strings.Contains(strings.ToLower(query), "amz") || strings.Contains(query, "%") {
		return nil
	}
	r, err := http.NewRequest("POST", "http://example.amazonaws.com", strings.NewReader(body))
	if err != nil {
		return nil
	}
	r.URL.Path, r.URL.RawQuery = "/"+path, query
	r.Header.Set("My-Header", header)
	return r
}

func signForm(r *http.Request, body string) error {
	return v4.NewSigner().SignHTTP(context.Background(), credentials(), r, hexHash(body), "connect", region, signedAt)
}

func presignForm(r *http.Request, body string) error {
	q := r.URL.Query()
	q.Set("X-Amz-Expires", "900")
	r.URL.RawQuery = q.Encode()
	uri, header, err := v4.NewSigner().PresignHTTP(context.Background(), credentials(), r, hexHash(body), "connect", region, signedAt)
	if err != nil {
		return err
	}
	header.Del("Content-Length")
	r.Header = header
	r.URL, err = url.Parse(uri)
	return err
}

func checkSigned(t *testing.T, r *http.Request, body string, at uint) {
	var wire bytes.Buffer
	if r.Write(&wire) != nil {
		return
	}
	got, err := http.ReadRequest(bufio.NewReader(&wire))
	if err != nil {
		return
	}
	req := sigv4.FromHTTP(got, sha256.Sum256([]byte(body)))
	if err := authenticate(req, signedAt); err != nil {
		t.Fatalf("%s %v: %v", req.RawTarget, req.Header, err)
	}
	changed := []byte(req.RawTarget)
	changed[at%uint(len(changed))] ^= 1
	req.RawTarget = string(changed)
	if err := authenticate(req, signedAt); err == nil {
		t.Fatalf("accepted with the target %q", changed)
	}
}

// BenchmarkAuthenticate shows the cost of a good request, and that an unknown
// key costs what a wrong signature costs.
func BenchmarkAuthenticate(b *testing.B) {
	s := sample{method: "PUT", target: "/contact/chat", body: "{}", headers: []string{"Content-Type: application/json"}}
	req := signHeader(b, s.build(b), s.body)
	for name, find := range map[string]sigv4.Lookup{
		"good":        findExample,
		"wrong":       func(string) (string, bool, error) { return "wrong", true, nil },
		"unknown key": func(string) (string, bool, error) { return "", false, nil },
	} {
		b.Run(name, func(b *testing.B) {
			v := verifierAt(signedAt)
			b.ReportAllocs()
			for b.Loop() {
				_, _ = v.Authenticate(req, find)
			}
		})
	}
}
