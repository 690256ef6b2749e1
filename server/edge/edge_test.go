package edge_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/fault"
	"parley/server/edge"
)

// world is an edge with the routes of a test and a log that can be read.
type world struct {
	*edge.Router
	log bytes.Buffer
}

func newWorld(t *testing.T, routes map[string]edge.Handler) *world {
	t.Helper()
	w := &world{}
	e := &edge.Edge{Log: slog.New(slog.NewTextHandler(&w.log, nil)), Base: func(*http.Request) string { return "http://base" }}
	w.Router = e.NewRouter()
	for pattern, h := range routes {
		w.Handle(pattern, e.JSON(edge.ConnectErrors(), h))
	}
	return w
}

func (w *world) call(method, target, body string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	w.ServeHTTP(answer, httptest.NewRequest(method, target, strings.NewReader(body)))
	return answer
}

// wantError reads the refusal that every client must be able to read.
func wantError(t *testing.T, answer *httptest.ResponseRecorder, status int, name, message string) {
	t.Helper()
	var body struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil {
		t.Fatalf("the answer is no JSON: %v: %s", err, answer.Body)
	}
	if answer.Code != status || body.Type != name || answer.Header().Get("X-Amzn-ErrorType") != name || body.Message != message {
		t.Errorf("answer %d %s %q, want %d %s %q", answer.Code, body.Type, body.Message, status, name, message)
	}
	if answer.Header().Get("X-Amzn-RequestId") == "" || answer.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("the error lacks a request id or its CORS headers: %v", answer.Header())
	}
}

// TestPanicIsOneRequestsAlone (H5): it is an internal error, never a success,
// the caller learns nothing of it, and the next request is served.
func TestPanicIsOneRequestsAlone(t *testing.T) {
	var nothing map[string]string
	calls := 0
	w := newWorld(t, map[string]edge.Handler{"GET /": func(*http.Request) ([]byte, error) {
		if calls++; calls == 1 {
			nothing["secret key"] = "x"
		}
		return []byte(`{"ok":true}`), nil
	}})
	answer := w.call("GET", "/", "")
	wantError(t, answer, 500, "InternalServiceException", "Internal error")
	if strings.Contains(answer.Body.String(), "nil map") || strings.Contains(answer.Body.String(), ".go:") {
		t.Errorf("the caller sees the panic: %s", answer.Body)
	}
	if !strings.Contains(w.log.String(), "nil map") || !strings.Contains(w.log.String(), "edge_test.go") {
		t.Errorf("the log lacks the panic or its stack: %s", w.log.String())
	}
	if again := w.call("GET", "/", ""); again.Code != 200 || again.Body.String() != `{"ok":true}` {
		t.Errorf("the next request is answered with %d %s", again.Code, again.Body)
	}
}

func TestCausesAreLoggedAndNotShown(t *testing.T) {
	cause := errors.New("disk /var/x is full")
	w := newWorld(t, map[string]edge.Handler{
		"GET /own":    func(*http.Request) ([]byte, error) { return nil, fault.Wrap(fault.Unavailable, cause, "Try again") },
		"GET /alien":  func(*http.Request) ([]byte, error) { return nil, cause },
		"GET /denied": func(*http.Request) ([]byte, error) { return nil, fault.Wrap(fault.Denied, cause, "Access denied") },
	})
	own := w.call("GET", "/own", "")
	wantError(t, own, 503, "ServiceUnavailableException", "Try again")
	wantError(t, w.call("GET", "/alien", ""), 500, "InternalServiceException", "Internal error")
	if !strings.Contains(w.log.String(), "disk /var/x is full") || !strings.Contains(w.log.String(), own.Header().Get("X-Amzn-RequestId")) {
		t.Errorf("the log lacks the cause or the request's id: %s", w.log.String())
	}
	w.log.Reset()
	wantError(t, w.call("GET", "/denied", ""), 403, "AccessDeniedException", "Access denied")
	if w.log.Len() > 0 {
		t.Errorf("a refusal is logged, so anybody can fill the log: %s", w.log.String())
	}
}

func TestBodyIsBounded(t *testing.T) {
	w := newWorld(t, map[string]edge.Handler{"POST /": func(r *http.Request) ([]byte, error) { return edge.Body(r, 4) }})
	if answer := w.call("POST", "/", "1234"); answer.Body.String() != "1234" {
		t.Errorf("a body of the full size is answered with %d %s", answer.Code, answer.Body)
	}
	tooLong := "The request body must have at most 4 bytes"
	wantError(t, w.call("POST", "/", "12345"), 400, "SerializationException", tooLong)
	endless := httptest.NewRequest("POST", "/", io.MultiReader(strings.NewReader("12345"), endlessReader{}))
	endless.ContentLength = -1
	answer := httptest.NewRecorder()
	w.ServeHTTP(answer, endless)
	wantError(t, answer, 400, "SerializationException", tooLong)
}

type endlessReader struct{}

func (endlessReader) Read(p []byte) (int, error) { return len(p), nil }

// TestPreflights: every page may call the API, none what is private.
func TestPreflights(t *testing.T) {
	w := newWorld(t, nil)
	w.Private("/private/")
	request := httptest.NewRequest("OPTIONS", "/api", nil)
	request.Header.Set("Access-Control-Request-Headers", "authorization,x-amz-bearer")
	answer := httptest.NewRecorder()
	w.ServeHTTP(answer, request)
	if got := answer.Header().Get("Access-Control-Allow-Headers"); answer.Code != 204 || got != "authorization,x-amz-bearer" {
		t.Errorf("preflight: %d, allowed %q, want 204 and what was asked", answer.Code, got)
	}
	request.URL.Path = "/private/clock"
	answer = httptest.NewRecorder()
	w.ServeHTTP(answer, request)
	if got := answer.Header().Get("Access-Control-Allow-Headers"); answer.Code/100 == 2 || got != "" {
		t.Errorf("preflight of a private path: %d, allowed %q, want a refusal", answer.Code, got)
	}
}

func TestUnknownRoutes(t *testing.T) {
	w := newWorld(t, map[string]edge.Handler{"GET /a/b": func(*http.Request) ([]byte, error) { return []byte("{}"), nil }})
	for _, target := range []string{"/a", "/a/b/", "/a//b", "/a/./b", "/x/../a/b", "//a/b", "/a%2Fb"} {
		wantError(t, w.call("GET", target, ""), 404, "UnknownOperationException", "No operation has the route GET "+target)
	}
	wantError(t, w.call("PATCH", "/a/b", ""), 404, "UnknownOperationException", "No operation has the route PATCH /a/b")
	if answer := w.call("GET", "/"+strings.Repeat("x", 10_000), ""); answer.Body.Len() > 1_000 {
		t.Errorf("an unknown path is repeated in full: %d bytes", answer.Body.Len())
	}
}

// TestChunkedRequestsEndTheirConnection (H1): it cannot be told whether they
// had a Content-Length too.
func TestChunkedRequestsEndTheirConnection(t *testing.T) {
	w := newWorld(t, nil)
	request := httptest.NewRequest("POST", "/", strings.NewReader("x"))
	request.TransferEncoding = []string{"chunked"}
	answer := httptest.NewRecorder()
	w.ServeHTTP(answer, request)
	if got := answer.Header().Get("Connection"); got != "close" {
		t.Errorf("Connection is %q, want close", got)
	}
	if got := w.call("POST", "/", "x").Header().Get("Connection"); got != "" {
		t.Errorf("without chunks Connection is %q, want none", got)
	}
}
