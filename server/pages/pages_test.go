package pages_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/server/edge"
	"parley/server/pages"
)

// ask asks the pages of a server whose demo shows a widget, "" for none.
func ask(widget, path string) *httptest.ResponseRecorder { return askFor(widget, path, "") }

func askFor(widget, path, accept string) *httptest.ResponseRecorder {
	e := &edge.Edge{Log: slog.New(slog.DiscardHandler), Base: func(*http.Request) string { return "http://127.0.0.1:1" }}
	r := e.NewRouter()
	pages.Register(e, r, func(*http.Request) string { return widget })
	rec := httptest.NewRecorder()
	req := httptest.NewRequestWithContext(context.Background(), "GET", path, nil)
	req.Header.Set("Accept", accept)
	r.ServeHTTP(rec, req)
	return rec
}

func TestPages(t *testing.T) {
	for path, page := range map[string]bool{"/": true, "/nothing": false, "/index.html": false, "/dist/placeholder.html": false, "/assets/none.js": false} {
		rec := ask("", path)
		if (rec.Code == http.StatusOK) != page {
			t.Errorf("%s: %d", path, rec.Code)
		}
		if isPage := strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html"); isPage != page {
			t.Errorf("%s: %s", path, rec.Header().Get("Content-Type"))
		}
	}
	if got := ask("", "/").Header().Get("Content-Security-Policy"); !strings.Contains(got, "connect-src 'self' http://127.0.0.1:1 ws://127.0.0.1:1;") {
		t.Errorf("the policy: %s", got)
	}
}

// TestDemo: the demo shows the widget that there is, or the one that it is asked for.
func TestDemo(t *testing.T) {
	if got := ask("a/b", "/demo"); got.Code != http.StatusFound || got.Header().Get("Location") != "/demo?widget=a%2Fb" {
		t.Errorf("/demo: %d, %s", got.Code, got.Header().Get("Location"))
	} else if got.Body.Len() > 0 || got.Header().Get("Content-Security-Policy") == "" {
		t.Errorf("/demo leads on with a page of its own: %q %v", got.Body, got.Header())
	}
	for widget, path := range map[string]string{"": "/demo", "a/b": "/demo?widget=c%2Fd"} {
		if got := ask(widget, path); got.Code == http.StatusFound {
			t.Errorf("%s leads on to %s", path, got.Header().Get("Location"))
		}
	}
}

// TestWhereNothingIs: a browser finds a page, or the one that was meant; a program what AWS clients can read.
func TestWhereNothingIs(t *testing.T) {
	for _, path := range []string{"/agents", "/agent/x", "//", "/index.html"} {
		browser, program := askFor("", path, "text/html,application/xhtml+xml"), askFor("", path, "*/*")
		if browser.Code != http.StatusNotFound || strings.Contains(browser.Body.String(), "UnknownOperationException") || !strings.Contains(browser.Header().Get("Content-Security-Policy"), "script-src 'self'") {
			t.Errorf("%s, a browser: %d %q", path, browser.Code, browser.Body)
		}
		if program.Code != http.StatusNotFound || program.Header().Get("X-Amzn-ErrorType") != "UnknownOperationException" {
			t.Errorf("%s, a program: %d %q", path, program.Code, program.Body)
		}
	}
	if got := askFor("", "/demo/?widget=a%2Fb", "text/html"); got.Header().Get("Location") != "/demo?widget=a%2Fb" {
		t.Errorf("the widget is lost on the way: %v", got.Header())
	}
	for _, path := range []string{"/agent", "/admin", "/demo"} {
		if got := askFor("", path+"/", "text/html"); got.Code != http.StatusMovedPermanently || got.Header().Get("Location") != path || got.Body.Len() > 0 {
			t.Errorf("%s/: %d %v", path, got.Code, got.Header())
		}
	}
}
