package security_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"parley/api"
	"parley/api/connect"
	"parley/api/participant"
	"parley/e2e/harness"
)

// TestMethods (H4): a route answers its own methods only; nothing is echoed.
func TestMethods(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	own := map[string][]string{}
	for _, op := range operations() {
		own[op.Path] = append(own[op.Path], op.Method)
		if op.Method == "GET" {
			own[op.Path] = append(own[op.Path], "HEAD")
		}
	}
	for path, methods := range own {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "get"} {
			if !slices.Contains(methods, method) && !reached(own, path, method) {
				wantNoRoute(t, s, method, strings.NewReplacer("{", "", "}", "").Replace(path))
			}
		}
	}
	for _, path := range []string{"/debug/pprof/", "/debug/vars", "/metrics", "/.git/config", "/_parley/clock", "/parley/keys/x"} {
		wantNoRoute(t, s, "TRACE", path)
	}
	for _, path := range []string{"/debug/pprof/", "/debug/pprof/heap", "/debug/vars", "/.git/config", "/.env", "/parley.db", "/data/master.key"} {
		wantNoRoute(t, s, "GET", path)
	}
}

// operations are all operations of both services.
func operations() (all []api.Info) {
	for _, op := range connect.Operations() {
		all = append(all, op.Info)
	}
	for _, op := range participant.Operations() {
		all = append(all, op.Info)
	}
	return all
}

// reached: a route with parameters may cover the path for another method.
func reached(own map[string][]string, path, method string) bool {
	for other, methods := range own {
		if covers(strings.Split(other, "/"), strings.Split(path, "/")) && slices.Contains(methods, method) {
			return true
		}
	}
	return false
}

func covers(pattern, path []string) bool {
	if len(pattern) != len(path) {
		return false
	}
	for i := range pattern {
		if pattern[i] != path[i] && !strings.HasPrefix(pattern[i], "{") {
			return false
		}
	}
	return true
}

func wantNoRoute(t *testing.T, s *harness.Server, method, path string) {
	t.Helper()
	request, err := http.NewRequest(method, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Secret", "echo-me")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 404 || answer.Header.Get("X-Amzn-Errortype") != "UnknownOperationException" {
		t.Errorf("%s %s: %d %s, want 404 UnknownOperationException", method, path, answer.StatusCode, answer.Header.Get("X-Amzn-Errortype"))
	}
	for name, values := range answer.Header {
		if slices.Contains([]string{"Server", "X-Powered-By", "Via"}, name) || strings.Contains(strings.Join(values, ""), "echo-me") {
			t.Errorf("%s %s answers with %s: %s", method, path, name, values)
		}
	}
}

// TestPrivateRoutesKeepPagesOut: a page of another origin can neither move the
// clock nor erase chats on the machine of who looks at it.
func TestPrivateRoutesKeepPagesOut(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	for _, path := range []string{"/_parley/clock/advance", "/_parley/reset"} {
		answer := s.Preflight(path, "https://evil.example", "x-parley-test,content-type")
		if answer.Status/100 == 2 || answer.Header.Get("Access-Control-Allow-Headers") != "" {
			t.Errorf("the preflight of %s is answered with %d, allowing %q", path, answer.Status, answer.Header.Get("Access-Control-Allow-Headers"))
		}
	}
	request, err := http.NewRequest("GET", s.URL+"/_parley/clock", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Parley-Test", "1")
	request.Host = "rebound.example" // a name that its owner points at 127.0.0.1 makes a page same-origin
	if got := send(t, request); got != (harness.Refusal{Status: 403, Name: "AccessDeniedException"}) {
		t.Errorf("under another name the clock is answered with %d %s, want 403 AccessDeniedException", got.Status, got.Name)
	}
	if answer := s.Preflight("/participant/message", "https://shop.example", "x-amz-bearer"); answer.Status/100 != 2 {
		t.Errorf("the preflight of the participant API is answered with %d, want success", answer.Status)
	}
}

// TestNothingReliesOnCookies (W1): whatever a browser adds by itself counts for nothing.
func TestNothingReliesOnCookies(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.StartChat(s.Quiet())
	answer := s.Bearer(chat.ParticipantToken, "/participant/connection", both).Want(t, 200, "")
	if len(answer.Header.Values("Set-Cookie")) > 0 || answer.Header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("the answer sets cookies or allows credentials: %v", answer.Header)
	}
	s.BearerWith("", "/participant/connection", both, map[string]string{"Cookie": "X-Amz-Bearer=" + chat.ParticipantToken}).
		Want(t, 403, "AccessDeniedException")
}
