package main

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"parley/api/connect"
	"parley/api/participant"
	"parley/e2e/harness"
)

func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }

// TestPageSaysWhatIsBuilt holds docs/compatibility.md against a running
// server: what it lists as not implemented answers 501, and nothing else does.
func TestPageSaysWhatIsBuilt(t *testing.T) {
	text, err := os.ReadFile("../../docs/compatibility.md")
	if err != nil {
		t.Fatal(err)
	}
	s := harness.Start(t)
	for _, op := range connect.Operations() {
		wantListed(t, string(text), op.Name, s.Signed(op.Method, filled(op.Path), "{}").Status != 501)
	}
	for _, op := range participant.Operations() {
		request := s.SignedRequest(op.Method, filled(op.Path), "{}")
		request.Header.Set("X-Amz-Bearer", "noise")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		wantListed(t, string(text), op.Name, answer.StatusCode != 501)
	}
}

// filled puts an id into each parameter of a path.
func filled(path string) string {
	for strings.Contains(path, "{") {
		from, to := strings.Index(path, "{"), strings.Index(path, "}")
		path = path[:from] + "00000000-0000-4000-8000-000000000000" + path[to+1:]
	}
	return path
}

func wantListed(t *testing.T, page, name string, built bool) {
	t.Helper()
	if listed := strings.Contains(page, "\n| "+name+" |"); listed != built {
		t.Errorf("%s: built is %v, and listed as working in docs/compatibility.md is %v; render the page anew", name, built, listed)
	}
}
