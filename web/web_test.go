package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

// get asks a handler for a path and returns the status, header and body.
func get(t *testing.T, h http.Handler, path string) (int, http.Header, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, w.Header(), string(body)
}

func TestPlaceholder(t *testing.T) {
	status, header, body := get(t, Handler(), "/")
	if status != http.StatusOK || !strings.Contains(body, "Parley is running") {
		t.Errorf("/: %d %q", status, body)
	}
	if got := header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("Content-Type: %q", got)
	}
	if got := header.Get("Content-Security-Policy"); !strings.Contains(got, "default-src 'none'") {
		t.Errorf("Content-Security-Policy: %q", got)
	}
	if status, _, _ := get(t, Handler(), "/placeholder.css"); status != http.StatusOK {
		t.Errorf("the placeholder's style sheet: %d", status)
	}
}

// TestPlaceholderObeysThePolicy holds that the page needs nothing which its own policy forbids.
func TestPlaceholderObeysThePolicy(t *testing.T) {
	_, _, body := get(t, Handler(), "/")
	for _, inline := range []string{"<style", "<script", " style=", " onload=", "http://", "https://"} {
		if strings.Contains(body, inline) {
			t.Errorf("the placeholder holds %q", inline)
		}
	}
}

func TestBuiltPages(t *testing.T) {
	h := handler(fstest.MapFS{
		"index.html":       {Data: []byte("built")},
		"assets/app.js":    {Data: []byte("code")},
		"placeholder.html": {Data: []byte("placeholder")},
	})
	for _, c := range []struct {
		path, body string
		status     int
	}{
		{"/", "built", http.StatusOK},
		{"/assets/app.js", "code", http.StatusOK},
		{"/assets", "", http.StatusNotFound},
		{"/assets/", "", http.StatusNotFound},
		{"/none.js", "", http.StatusNotFound},
		{"/../web.go", "", http.StatusNotFound},
	} {
		status, _, body := get(t, h, c.path)
		if status != c.status || c.body != "" && body != c.body {
			t.Errorf("%s: %d %q, want %d %q", c.path, status, body, c.status, c.body)
		}
	}
}
