package sigv4_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"parley/internal/sigv4"
)

// samples has the structure of the public signing test suite (paths, queries,
// headers, bodies that canonicalisation treats in its own way) and what Connect
// clients send besides.
var samples = []sample{
	{method: "GET", target: "/"},
	{method: "GET", target: ""},
	{method: "POST", target: "/"},
	{method: "GET", target: "//"},
	{method: "GET", target: "//example//"},
	{method: "GET", target: "/./"},
	{method: "GET", target: "/./example"},
	{method: "GET", target: "/example/.."},
	{method: "GET", target: "/example1/example2/../.."},
	{method: "GET", target: "/example%20space/"},
	{method: "GET", target: "/a%2Fb%2fc"},
	{method: "GET", target: "/%E1%88%B4"},
	{method: "GET", target: "/ሴ"},
	{method: "GET", target: "/a+b@c:d!e$f&g'h(i)j*k,l;m=n~o"},
	{method: "GET", target: "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"},
	{method: "GET", target: "/?Param1="},
	{method: "GET", target: "/?Param1"},
	{method: "GET", target: "/?=value"},
	{method: "GET", target: "/?Param1=value1"},
	{method: "GET", target: "/?Param1=value2&Param1=Value1"},
	{method: "GET", target: "/?Param1=value2&Param1=value1&Param1="},
	{method: "GET", target: "/?Param2=value2&Param1=value1"},
	{method: "GET", target: "/?a=1&a-b=2&aB=3&A=4&a.b=5"},
	{method: "GET", target: "/?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789"},
	{method: "GET", target: "/?ሴ=bar"},
	{method: "GET", target: "/?k=a%2Fb%20c%2Bd%3De%26f"},
	{method: "GET", target: "/?k=a+b&p=100%25"},
	{method: "GET", target: "/?k=a=b==&l=?x?"},
	{method: "GET", target: "/", headers: []string{"My-Header1: value2", "My-Header1: value2", "My-Header1: value1"}},
	{method: "GET", target: "/", headers: []string{"My-Header1: value4", "My-Header1: value1", "My-Header1: value3"}},
	{method: "GET", target: "/", headers: []string{"My-Header1:  value1  ", "My-Header2:  \"a   b   c\"  "}},
	{method: "GET", target: "/", headers: []string{"My-Header1: a   b", "My-Header1: c  d"}},
	{method: "GET", target: "/", headers: []string{"My-Header1: "}},
	{method: "GET", target: "/", headers: []string{"Zoo: z", "Abc: a", "X-Amz-Meta-Name: n", "X-Amzn-Trace-Id: unsigned"}},
	{method: "POST", target: "/", headers: []string{"Content-Type: application/x-www-form-urlencoded"}, body: "Param1=value1"},
	{method: "POST", target: "/", headers: []string{"Content-Type: application/x-www-form-urlencoded; charset=utf8"}, body: "Param1=value1"},
	{method: "PUT", target: "/contact/chat", headers: []string{"Content-Type: application/json"}, body: `{"InstanceId":"i","ContactFlowId":"f"}`},
	{method: "PUT", target: "/contact/chat", headers: []string{"X-Amz-Content-Sha256: " + hexHash("body")}, body: "body"},
	{method: "DELETE", target: "/tags/arn%3Aaws%3Aconnect%3Aus-east-1%3A123456789012%3Ainstance%2Fi%2Fqueue%2Fq?tagKeys=b&tagKeys=a+c"},
}

// eachSigned runs f for every sample in both forms.
func eachSigned(t *testing.T, f func(t *testing.T, s sample, sign func() *sigv4.Request)) {
	for _, s := range samples {
		t.Run("header "+s.method+" "+s.target, func(t *testing.T) {
			f(t, s, func() *sigv4.Request { return signHeader(t, s.build(t), s.body) })
		})
		t.Run("presigned "+s.method+" "+s.target, func(t *testing.T) {
			f(t, s, func() *sigv4.Request { return presign(t, s.build(t), s.body) })
		})
	}
}

func TestAcceptsWhatTheSDKSigns(t *testing.T) {
	eachSigned(t, func(t *testing.T, _ sample, sign func() *sigv4.Request) {
		if err := authenticate(sign(), signedAt); err != nil {
			t.Error(err)
		}
	})
}

// Every byte of everything that is signed, changed one at a time.
func TestRefusesEveryChangedByte(t *testing.T) {
	eachSigned(t, func(t *testing.T, _ sample, sign func() *sigv4.Request) {
		req := sign()
		mutations(req, func(what string) {
			if err := authenticate(req, signedAt); err == nil {
				t.Errorf("accepted with %s", what)
			}
		})
		if err := authenticate(req, signedAt); err != nil {
			t.Errorf("the request was not restored: %v", err)
		}
	})
}

// mutations changes one byte of req at a time, calls try, and restores it.
func mutations(req *sigv4.Request, try func(what string)) {
	mutate := func(part string, value *string) {
		original := *value
		for i := range len(original) {
			changed := []byte(original)
			changed[i] ^= 1
			*value = string(changed)
			try(fmt.Sprintf("%s %q as %q", part, original, changed))
		}
		*value = original
	}
	mutate("method", &req.Method)
	mutate("target", &req.RawTarget)
	mutate("host", &req.Host)
	for name, values := range req.Header {
		if slices.Contains([]string{"User-Agent", "Content-Length", "X-Amzn-Trace-Id"}, name) {
			continue // not signed by the SDK, or not from the header
		}
		for i := range values {
			mutate(name, &values[i])
		}
	}
	for i := range req.BodySHA256 {
		req.BodySHA256[i] ^= 1
		try("another body")
		req.BodySHA256[i] ^= 1
	}
}

func TestRefusesAnotherSecret(t *testing.T) {
	req := signHeader(t, samples[0].build(t), "")
	for i := range len(secret) {
		wrong := []byte(secret)
		wrong[i] ^= 1
		_, err := verifierAt(signedAt).Authenticate(req, func(string) (string, bool, error) { return string(wrong), true, nil })
		if err == nil {
			t.Errorf("accepted with the secret %q", wrong)
		}
	}
}

func TestChunkedBodyIsHashedWhole(t *testing.T) {
	s := sample{method: "POST", target: "/", body: strings.Repeat("body", 1000)}
	r := s.build(t)
	r.ContentLength = -1
	req := signHeader(t, r, s.body)
	if req.ContentLength != -1 {
		t.Fatalf("content length %d: the body was not sent in chunks", req.ContentLength)
	}
	if err := authenticate(req, signedAt); err != nil {
		t.Error(err)
	}
}

// A plus in a query is a space, as net/url reads it, and so never a %2B.
func TestPlusInQueryMeansSpace(t *testing.T) {
	for sent, good := range map[string]bool{"a%20b": true, "a%2Bb": false} {
		req := signHeader(t, sample{method: "GET", target: "/?k=" + sent}.build(t), "")
		req.RawTarget = "/?k=a+b"
		if err := authenticate(req, signedAt); (err == nil) != good {
			t.Errorf("a+b signed as %s: got %v, want good = %v", sent, err, good)
		}
	}
}

func TestSignedContentLengthIsChecked(t *testing.T) {
	s := sample{method: "POST", target: "/", body: "body"}
	req := signHeader(t, s.build(t), s.body)
	if !strings.Contains(req.Header.Get("Authorization"), "content-length") {
		t.Fatal("the SDK did not sign content-length")
	}
	req.Header.Del("Content-Length")
	if err := authenticate(req, signedAt); err != nil {
		t.Errorf("length from the request: %v", err)
	}
	req.ContentLength++
	if err := authenticate(req, signedAt); err == nil {
		t.Error("accepted with another length")
	}
	req.ContentLength = -1
	wantRefusal(t, authenticate(req, signedAt), "InvalidSignatureException", http.StatusForbidden, "content-length")
}
