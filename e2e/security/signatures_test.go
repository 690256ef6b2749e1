package security_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"parley/e2e/harness"
)

// signing is a request to StopContact of no contact: signed well, it is
// answered 410.
type signing struct {
	id, secret, session, region, service string
	at                                   time.Time
	path, body                           string
	prepare                              func(*http.Request) // before it is signed
}

func (s *signing) fill(server *harness.Server) {
	for _, d := range []struct {
		to   *string
		from string
	}{
		{&s.id, server.AccessKeyID}, {&s.secret, server.SecretAccessKey}, {&s.region, server.Region}, {&s.service, "connect"},
		{&s.path, "/contact/stop"}, {&s.body, `{"InstanceId":"` + server.InstanceID + `","ContactId":"` + unknownID + `"}`},
	} {
		if *d.to == "" {
			*d.to = d.from
		}
	}
	if s.at.IsZero() {
		s.at = time.Now()
	}
}

func (s signing) request(t *testing.T, server *harness.Server) *http.Request {
	t.Helper()
	s.fill(server)
	request, err := http.NewRequest("POST", server.URL+s.path, strings.NewReader(s.body))
	if err != nil {
		t.Fatal(err)
	}
	if s.prepare != nil {
		s.prepare(request)
	}
	keys := aws.Credentials{AccessKeyID: s.id, SecretAccessKey: s.secret, SessionToken: s.session}
	if err := v4.NewSigner().SignHTTP(context.Background(), keys, request, hash(s.body), s.service, s.region, s.at); err != nil {
		t.Fatal(err)
	}
	return request
}

// presigned returns the request signed in its query, good for so many seconds.
func (s signing) presigned(t *testing.T, server *harness.Server, expires string) *http.Request {
	t.Helper()
	s.fill(server)
	request, err := http.NewRequest("POST", server.URL+s.path+"?X-Amz-Expires="+expires, strings.NewReader(s.body))
	if err != nil {
		t.Fatal(err)
	}
	keys := aws.Credentials{AccessKeyID: s.id, SecretAccessKey: s.secret}
	signed, _, err := v4.NewSigner().PresignHTTP(context.Background(), keys, request, hash(s.body), s.service, s.region, s.at)
	if err != nil {
		t.Fatal(err)
	}
	if request.URL, err = url.Parse(signed); err != nil {
		t.Fatal(err)
	}
	return request
}

func hash(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

// send returns the status and the error's name.
func send(t *testing.T, request *http.Request) harness.Refusal {
	t.Helper()
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, answer.Body)
	return harness.Refusal{Status: answer.StatusCode, Name: answer.Header.Get("X-Amzn-Errortype")}
}

var (
	accepted   = harness.Refusal{Status: 410, Name: "ContactNotFoundException"}
	invalid    = harness.Refusal{Status: 403, Name: "InvalidSignatureException"}
	incomplete = harness.Refusal{Status: 400, Name: "IncompleteSignatureException"}
	unknownKey = harness.Refusal{Status: 403, Name: "UnrecognizedClientException"}
)

// TestSignatures (S1–S6): one request of each sort through the whole server;
// internal/sigv4 goes into the depth.
func TestSignatures(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	now := time.Now()
	spoil := func(change func(*http.Request)) *http.Request {
		request := signing{}.request(t, s)
		change(request)
		return request
	}
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	replace := func(old, with string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, with, 1))
		}
	}
	for _, c := range []struct {
		name    string
		request *http.Request
		want    harness.Refusal
	}{
		{"S1: in the header", signing{}.request(t, s), accepted},
		{"S1: in the query", signing{}.presigned(t, s, "60"), accepted},
		{"S1: another method", spoil(func(r *http.Request) { r.Method = "PUT" }), harness.Refusal{Status: 404, Name: "UnknownOperationException"}},
		{"S1: another path", spoil(func(r *http.Request) { r.URL.Path = "/contact/tags" }), invalid},
		{"S1: a query", spoil(func(r *http.Request) { r.URL.RawQuery = "a=b" }), invalid},
		{"S1: another body", spoil(func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(strings.NewReader("{}")), 2 }), invalid},
		{"S1: another host", spoil(func(r *http.Request) { r.Host = "other:80" }), invalid},
		{"S1: another secret", signing{secret: "guess"}.request(t, s), invalid},
		{"S1: another region", signing{region: "eu-central-1"}.request(t, s), invalid},
		{"S1: another service", signing{service: "execute-api"}.request(t, s), invalid},
		{"S2: host not signed", spoil(replace("host;", "")), invalid},
		{"S2: no signed headers", spoil(replace("SignedHeaders=content-length;host;x-amz-date", "SignedHeaders=")), incomplete},
		{"S2: a signed header is missing", spoil(replace("content-length;", "content-length;content-type;")), invalid},
		{"S2: another x-amz- header", spoil(set("X-Amz-Target", "x")), invalid},
		{"S2: two signatures", spoil(func(r *http.Request) { r.Header.Add("Authorization", r.Header.Get("Authorization")) }), incomplete},
		{"S2: header and query", spoil(func(r *http.Request) { r.URL = signing{}.presigned(t, s, "60").URL }), incomplete},
		{"S2: no signature", spoil(func(r *http.Request) { r.Header.Del("Authorization") }), harness.Refusal{Status: 403, Name: "MissingAuthenticationTokenException"}},
		{"S3: unsigned payload", signing{prepare: set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")}.request(t, s), invalid},
		{"S3: streaming payload", signing{prepare: set("X-Amz-Content-Sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")}.request(t, s), invalid},
		{"S3: trailer payload", signing{prepare: set("X-Amz-Content-Sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")}.request(t, s), invalid},
		{"S3: chunked body", chunked(signing{prepare: func(r *http.Request) { r.ContentLength = -1 }}.request(t, s)), accepted},
		{"S4: four minutes old", signing{at: now.Add(-4 * time.Minute)}.request(t, s), accepted},
		{"S4: four minutes ahead", signing{at: now.Add(4 * time.Minute)}.request(t, s), accepted},
		{"S4: too old", signing{at: now.Add(-6 * time.Minute)}.request(t, s), invalid},
		{"S4: too far ahead", signing{at: now.Add(6 * time.Minute)}.request(t, s), invalid},
		{"S4: presigned, expired", signing{at: now.Add(-2 * time.Minute)}.presigned(t, s, "60"), invalid},
		{"S4: presigned for no time", signing{}.presigned(t, s, "0"), incomplete},
		{"S4: presigned for less", signing{}.presigned(t, s, "-1"), incomplete},
		{"S4: presigned for 7 days and a second", signing{}.presigned(t, s, "604801"), incomplete},
		{"S4: presigned without end", signing{}.presigned(t, s, "99999999999999999999"), incomplete},
		{"S5: a proxy's headers", spoil(set("X-Forwarded-Host", "evil.example")), accepted},
		{"S5: %2F for a slash", signing{path: "/contact%2Fstop"}.request(t, s), harness.Refusal{Status: 404, Name: "UnknownOperationException"}},
		{"S6: unknown key", signing{id: "AKIAUNKNOWN000000000"}.request(t, s), unknownKey},
		{"S6: a session token", signing{session: "token"}.request(t, s), unknownKey},
	} {
		if got := send(t, c.request); got != c.want {
			t.Errorf("%s: %d %q, want %d %q", c.name, got.Status, got.Name, c.want.Status, c.want.Name)
		}
	}
}

// chunked sends the body without a length.
func chunked(r *http.Request) *http.Request {
	r.ContentLength, r.TransferEncoding = -1, []string{"chunked"}
	return r
}

// TestReplayIsHarmless (S7): the same signed bytes again are accepted, as AWS
// does, and start nothing anew.
func TestReplayIsHarmless(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	request := signing{
		path: "/contact/chat", body: `{"InstanceId":"` + s.InstanceID + `","ContactFlowId":"` + s.ContactFlowID +
			`","ParticipantDetails":{"DisplayName":"x"},"ClientToken":"replayed"}`,
	}
	request.prepare = func(r *http.Request) { r.Method = "PUT" }
	signed := request.request(t, s)
	var first string
	for range 3 {
		again := signed.Clone(context.Background())
		again.Body, again.ContentLength = io.NopCloser(strings.NewReader(request.body)), int64(len(request.body))
		answer, err := http.DefaultClient.Do(again)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != 200 {
			t.Fatalf("answer %d: %v %s", answer.StatusCode, err, text)
		}
		if first == "" {
			first = string(text)
		}
		if string(text) != first {
			t.Errorf("a replay is answered with %s, want %s", text, first)
		}
	}
}
