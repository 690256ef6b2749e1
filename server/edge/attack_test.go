package edge_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"parley/internal/fault"
	"parley/server/edge"
)

// TestRefusalsAreNotLogged: else anybody could fill the disk with them.
func TestRefusalsAreNotLogged(t *testing.T) {
	s := newSite(t, map[string]edge.Handler{"GET /": refuse(fault.Wrap(fault.Denied, errors.New("why"), "Access denied"))})
	s.call(t, "GET", "/", nil)
	s.call(t, "GET", "/unknown", nil)
	if s.log.Len() > 0 {
		t.Errorf("the log holds %s", s.log.String())
	}
}

// TestUnknownPathsAreClipped: an answer does not grow with what was asked.
func TestUnknownPathsAreClipped(t *testing.T) {
	s := newSite(t, nil)
	if a := s.call(t, "GET", "/"+strings.Repeat("x", 10_000), nil); a.status != 404 || len(a.body) > 1_000 {
		t.Errorf("answer %d with %d bytes, want 404 with less than 1,000", a.status, len(a.body))
	}
}

// TestChunkedRequestsEndTheirConnection (H1): it cannot be told whether they
// had a Content-Length too.
func TestChunkedRequestsEndTheirConnection(t *testing.T) {
	s := newSite(t, map[string]edge.Handler{"POST /": said("{}")})
	for _, c := range []struct {
		body  io.Reader
		close bool
	}{{strings.NewReader("{}"), false}, {io.MultiReader(strings.NewReader("{}")), true}} {
		answer, err := http.Post(s.URL, "application/json", c.body)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != 200 || answer.Close != c.close {
			t.Errorf("answer %d, connection closed %v, want 200 and %v", answer.StatusCode, answer.Close, c.close)
		}
	}
}
