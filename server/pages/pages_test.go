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
func ask(widget, path string) *httptest.ResponseRecorder {
	e := &edge.Edge{Log: slog.New(slog.DiscardHandler), Base: func(*http.Request) string { return "http://127.0.0.1:1" }}
	r := e.NewRouter()
	pages.Register(e, r, func(*http.Request) string { return widget })
	rec := httptest.NewRecorder()
	r.ServeHTTP(rec, httptest.NewRequestWithContext(context.Background(), "GET", path, nil))
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
	}
	for widget, path := range map[string]string{"": "/demo", "a/b": "/demo?widget=c%2Fd"} {
		if got := ask(widget, path); got.Code == http.StatusFound {
			t.Errorf("%s leads on to %s", path, got.Header().Get("Location"))
		}
	}
}
