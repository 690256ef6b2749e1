package node

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestHeadersOfEveryRoute (C2): whatever is asked for, with or without credentials, and where there is nothing: no browser takes an answer for
// something else, comes back without TLS, or runs anything in it but a page's own code.
func TestHeadersOfEveryRoute(t *testing.T) {
	n, err := Start(context.Background(), Config{Listen: "127.0.0.1:0", Data: filepath.Join(t.TempDir(), "data"), LogTo: io.Discard, TestControls: true, PublicURL: "https://chat.example"})
	if err != nil {
		t.Fatal(err)
	}
	serves := n.workspace
	router := n.routes(n.Ready().URL)
	n.workspace = serves
	t.Cleanup(func() {
		if err := n.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	patterns := append(router.Patterns(), "GET /nothing", "GET /assets/none.js", "DELETE /api/nothing", "GET /widgets/a/b/nothing", "POST //", "PATCH /agent", "OPTIONS /contact/chat", "OPTIONS /api/me")
	pages := 0
	for _, pattern := range patterns {
		method, path, found := strings.Cut(regexp.MustCompile(`\{\$}`).ReplaceAllString(pattern, ""), " ")
		if !found {
			t.Fatalf("the route %q has no method", pattern)
		}
		path = regexp.MustCompile(`\{[^}]+}`).ReplaceAllString(path, n.Ready().InstanceID)
		for body, accept := range map[string]string{"": "text/html,*/*;q=0.8", "{}": "*/*", "no JSON": ""} { // a browser that goes there, and programs
			r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Accept", accept)
			answer := httptest.NewRecorder()
			router.ServeHTTP(answer, r)
			pages += safe(t, pattern, answer.Code, answer.Header())
		}
	}
	if len(patterns) < 400 || pages < 12 {
		t.Errorf("%d routes and %d answers that are pages: the test saw too little", len(patterns), pages)
	}
}

// safe holds one answer to C2, and counts it if it is a page.
func safe(t *testing.T, pattern string, status int, h http.Header) (page int) {
	t.Helper()
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Strict-Transport-Security": "max-age=31536000"} {
		if got := h.Get(name); got != want {
			t.Errorf("%s, %d: %s is %q, want %q", pattern, status, name, got, want)
		}
	}
	policy := h.Get("Content-Security-Policy")
	switch kind, _, _ := strings.Cut(h.Get("Content-Type"), ";"); kind {
	case "text/html":
		page = 1
		for _, rule := range []string{"default-src 'none'", "script-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors "} {
			if !strings.Contains(policy+";", rule) {
				t.Errorf("%s, %d: a page without %s: %s", pattern, status, rule, policy)
			}
		}
		parted := "same-origin"
		if strings.HasSuffix(pattern, "/notify") {
			parted = "unsafe-none" // it answers the window that opened it
		}
		if opener := h.Get("Cross-Origin-Opener-Policy"); strings.Contains(policy, "frame-ancestors 'none'") && !strings.Contains(policy, "frame-src") && opener != parted {
			t.Errorf("%s, %d: Cross-Origin-Opener-Policy is %q", pattern, status, opener)
		}
	case "application/json", "text/plain", "text/javascript", "text/css", "":
	default:
		t.Errorf("%s, %d: nobody has thought of answers of %s", pattern, status, kind)
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("%s, %d: the policy lets run what is in the page: %s", pattern, status, policy)
	}
	if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors ") && !strings.Contains(policy, "sandbox") {
		t.Errorf("%s, %d: an answer that may load something, or be framed by anybody: %q", pattern, status, policy)
	}
	return page
}
