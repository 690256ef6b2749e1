package edge_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"parley/server/edge"
)

func said(text string) edge.Handler {
	return func(*http.Request) ([]byte, error) { return []byte(text), nil }
}

func TestRoutes(t *testing.T) {
	s := newSite(t, map[string]edge.Handler{
		"PUT /contact/chat": said("chat"),
		"GET /contacts/{instance}/{contact}": func(r *http.Request) ([]byte, error) {
			return []byte(r.PathValue("instance") + " " + r.PathValue("contact")), nil
		},
	})
	for _, c := range []struct{ method, path, want string }{
		{"PUT", "/contact/chat", "chat"},
		{"GET", "/contacts/i/c", "i c"},
		{"GET", "/contacts/i/c?x=//", "i c"},
		{"GET", "/contacts/arn%3Aaws%3Ainstance%2Fi/c", "arn:aws:instance/i c"},
		{"GET", "/contacts/a%20b/%2E%2E", "a b .."},
	} {
		if a := s.call(t, c.method, c.path, nil); a.status != 200 || a.body != c.want {
			t.Errorf("%s %s: %d %q, want %q", c.method, c.path, a.status, a.body, c.want)
		}
	}
	for _, c := range []struct{ method, path string }{
		{"GET", "/"}, {"GET", "/unknown"}, {"PUT", "/contact"}, {"PUT", "/contact/chat/"}, {"PUT", "/Contact/chat"},
		{"PUT", "//contact/chat"}, {"PUT", "/contact//chat"}, {"PUT", "/contact/./chat"}, {"PUT", "/contact/chat/."},
		{"PUT", "/x/../contact/chat"}, {"PUT", "/contact/chat/.."}, {"GET", "/contacts//c"}, {"GET", "/contacts/i/"},
		{"PUT", "/contact%2Fchat"}, {"POST", "/contact/chat"}, {"GET", "/contact/chat"}, {"DELETE", "/contacts/i/c"}, {"TRACE", "/contact/chat"},
	} {
		wantError(t, c.method+" "+c.path, s.call(t, c.method, c.path, nil), 404, "UnknownOperationException")
	}
}

// Where there is no route below the prefix of our own API, it answers in its own words.
func TestNoRouteOfOurOwn(t *testing.T) {
	s := newSite(t, map[string]edge.Handler{
		"GET /private/things/{id}": said("one"), "DELETE /private/things/{id}": said("gone"), "PUT /private/things/status": said("set"),
	})
	for _, c := range []struct {
		method, path string
		status       int
		name, allow  string
	}{
		{"GET", "/private/nosuch", 404, "NotFound", ""},
		{"GET", "/private", 404, "NotFound", ""},
		{"GET", "/private/", 404, "NotFound", ""},
		{"POST", "/private/things//x", 404, "NotFound", ""},
		{"POST", "/private/../private/things/x", 404, "NotFound", ""},
		{"POST", "/private/things/x", 405, "MethodNotAllowed", "GET, HEAD, DELETE"},
		{"OPTIONS", "/private/things/x", 405, "MethodNotAllowed", "GET, HEAD, DELETE"},
		{"POST", "/private/things/status", 405, "MethodNotAllowed", "GET, HEAD, PUT, DELETE"},
		{"GET", "/privately", 404, "UnknownOperationException", ""},
	} {
		a := s.call(t, c.method, c.path, nil)
		if strings.HasSuffix(c.name, "Exception") {
			wantError(t, c.method+" "+c.path, a, c.status, c.name)
			continue
		}
		var body map[string]string
		if err := json.Unmarshal([]byte(a.body), &body); err != nil || len(body) != 2 || body["error"] != c.name || !strings.Contains(body["message"], c.path) {
			t.Errorf("%s %s: %q %v, want %s", c.method, c.path, a.body, err, c.name)
		}
		if a.status != c.status || a.header.Get("Allow") != c.allow || a.header.Get("X-Amzn-ErrorType") != "" || a.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s %s: %d %v, want %d allowing %q", c.method, c.path, a.status, a.header, c.status, c.allow)
		}
	}
}

func TestPreflights(t *testing.T) {
	s := newSite(t, map[string]edge.Handler{"PUT /contact/chat": said("chat"), "POST /private/x": said("x")})
	const asked = "authorization,x-amz-bearer,x-amz-date"
	a := s.call(t, "OPTIONS", "/contact/chat", http.Header{
		"Origin": {"https://shop.example.com"}, "Access-Control-Request-Method": {"PUT"}, "Access-Control-Request-Headers": {asked},
	})
	if a.status != 204 {
		t.Errorf("status %d", a.status)
	}
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": asked,
		"Access-Control-Allow-Methods": "GET, POST, PUT, DELETE", "Vary": "Access-Control-Request-Headers",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if a.header.Get("Access-Control-Allow-Credentials") != "" {
		t.Error("credentials are allowed: then every site could use a user's cookies")
	}
	for _, path := range []string{"/private/x", "/%70rivate/x"} {
		a := s.call(t, "OPTIONS", path, http.Header{"Access-Control-Request-Headers": {"x-parley-test"}})
		if a.status < 400 || a.header.Get("Access-Control-Allow-Headers") != "" {
			t.Errorf("%s: a page of another site may call it: %d %v", path, a.status, a.header)
		}
	}
}
