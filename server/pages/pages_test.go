package pages_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/server/edge"
	"parley/server/pages"
)

func TestPages(t *testing.T) {
	e := &edge.Edge{Log: slog.New(slog.DiscardHandler)}
	r := e.NewRouter()
	pages.Register(r)
	for path, status := range map[string]int{"/": 200, "/nothing": 404, "/index.html": 404} {
		rec := httptest.NewRecorder()
		r.ServeHTTP(rec, httptest.NewRequestWithContext(context.Background(), "GET", path, nil))
		if rec.Code != status {
			t.Errorf("%s: %d, want %d", path, rec.Code, status)
		}
		if isPage := strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html"); isPage != (status == 200) {
			t.Errorf("%s: %s", path, rec.Header().Get("Content-Type"))
		}
	}
}
