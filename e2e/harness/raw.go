package harness

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Response is an HTTP answer, read to its end.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Error returns the error's name as the SDKs find it, "" for a success.
func (r Response) Error() string {
	name, _, _ := strings.Cut(r.Header.Get("X-Amzn-Errortype"), ":")
	return name
}

// Members decodes the body, which must be one JSON object.
func (r Response) Members(t testing.TB) map[string]any {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal(r.Body, &members); err != nil {
		t.Fatalf("the answer is no JSON object: %v\n%s", err, r.Body)
	}
	return members
}

// Want fails the test unless the answer has this status and this error name
// ("" for a success).
func (r Response) Want(t testing.TB, status int, name string) Response {
	t.Helper()
	if r.Status != status || r.Error() != name {
		t.Errorf("answer %d %q, want %d %q: %.300s", r.Status, r.Error(), status, name, r.Body)
	}
	return r
}

// Signed sends a request with SigV4 as the connect service wants it. A string
// body goes out as it is; anything else as JSON.
func (s *Server) Signed(method, path string, body any) Response {
	s.t.Helper()
	return s.Send(s.SignedRequest(method, path, body))
}

// SignedRequest returns what Signed sends, for tests that send it themselves.
func (s *Server) SignedRequest(method, path string, body any) *http.Request {
	s.t.Helper()
	text := s.encode(body)
	request := s.request(method, path, text)
	sum := sha256.Sum256(text)
	keys := aws.Credentials{AccessKeyID: s.AccessKeyID, SecretAccessKey: s.SecretAccessKey}
	err := v4.NewSigner().SignHTTP(context.Background(), keys, request, hex.EncodeToString(sum[:]), "connect", s.Region, time.Now())
	if err != nil {
		s.t.Fatalf("sign: %v", err)
	}
	return request
}

// Bearer posts to the participant service with a token in X-Amz-Bearer; no
// header is sent for an empty token.
func (s *Server) Bearer(token, path string, body any) Response {
	s.t.Helper()
	return s.BearerWith(token, path, body, nil)
}

// BearerWith is Bearer with more headers; those with an empty value are not sent.
func (s *Server) BearerWith(token, path string, body any, headers map[string]string) Response {
	s.t.Helper()
	request := s.request("POST", path, s.encode(body))
	request.Header.Set("X-Amz-Bearer", token)
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	for name := range request.Header {
		if request.Header.Get(name) == "" {
			request.Header.Del(name)
		}
	}
	return s.Send(request)
}

// Preflight asks, as a browser does, whether a page of that origin may POST
// with these headers.
func (s *Server) Preflight(path, origin, headers string) Response {
	s.t.Helper()
	request := s.request("OPTIONS", path, nil)
	request.Header = http.Header{
		"Origin": {origin}, "Access-Control-Request-Method": {"POST"}, "Access-Control-Request-Headers": {headers},
	}
	return s.Send(request)
}

func (s *Server) request(method, path string, body []byte) *http.Request {
	s.t.Helper()
	request, err := http.NewRequest(method, s.Next()+path, bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	return request
}

func (s *Server) encode(body any) []byte {
	s.t.Helper()
	if text, ok := body.(string); ok {
		return []byte(text)
	}
	text, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	return text
}

// Send sends a request and reads the whole answer.
func (s *Server) Send(request *http.Request) Response {
	s.t.Helper()
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatalf("%s %s: %v", request.Method, request.URL.Path, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatalf("%s %s: %v", request.Method, request.URL.Path, err)
	}
	return Response{Status: answer.StatusCode, Header: answer.Header, Body: body}
}
