package outbound_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/flow/interp"
	"parley/domain/processing"
	"parley/outbound"
	"parley/outbound/bot"
	"parley/outbound/egress"
	"parley/outbound/lambda"
)

// Each call is counted by how it ended; the log tells of failures without what was said.
func TestCallsAreCountedAndNothingIsQuoted(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		switch r.URL.Path {
		case "/bad":
			_, _ = w.Write([]byte("s3cret answer"))
		case "/away":
			w.WriteHeader(403)
		case "/slow":
			<-r.Context().Done()
		default:
			_, _ = w.Write([]byte("{}"))
		}
	}))
	defer s.Close()
	policy, err := egress.NewPolicy([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	client := egress.New(egress.Options{Policy: policy})
	bots, err := bot.New(bot.Options{Client: client, Policy: policy})
	if err != nil {
		t.Fatal(err)
	}
	targets := map[string]lambda.Target{"inside": {URL: "http://10.0.0.1/s3cret"}}
	for _, name := range []string{"ok", "bad", "away", "slow"} {
		targets[name] = lambda.Target{URL: s.URL + "/" + name + "?s3cret"}
	}
	var log bytes.Buffer
	services := outbound.New(outbound.Options{
		Client: client, Bots: bots, Functions: lambda.New(lambda.Options{Client: client, Targets: targets}),
		Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	defer services.Close()
	call := func(ctx context.Context, kind, target string) {
		c := interp.Call{Key: "run/1", Kind: kind, Target: target, Payload: []byte(`{"text":"s3cret words"}`), Timeout: 5 * time.Second, Attempt: 1}
		if target == "slow" {
			c.Timeout = 50 * time.Millisecond
		}
		if _, err := services.Call(ctx, c, nil); (err == nil) != (target == "ok") {
			t.Errorf("%s: %v", target, err)
		}
	}
	for _, name := range []string{"ok", "bad", "away", "slow", "inside", "nobody"} {
		call(t.Context(), interp.KindLambda, name)
	}
	cut, cancel := context.WithCancel(t.Context())
	cancel()
	call(cut, interp.KindLambda, "bad")
	call(t.Context(), interp.KindBot, "nobody")
	call(t.Context(), "fax", "nobody")
	call(t.Context(), processing.Kind, "ok")
	if !services.Knows("ok") || services.Knows("nobody") {
		t.Error("the wrong functions are known")
	}
	stats := services.Stats()
	want := map[string]map[string]int64{
		"lambda": {"ok": 1, "failed": 1, "unreachable": 1, "timeout": 1, "refused": 1, "unknown": 1, "cut": 1}, "bot": {"unknown": 1}, "processor": {"ok": 1}, "signin": {},
	}
	if diff := cmp.Diff(want, stats.Outcomes); diff != "" || stats.Active != 0 || stats.Took["lambda"].Count != 7 || stats.Refused != 1 {
		t.Errorf("%+v (-want +got):\n%s", stats, diff)
	}
	if text := log.String(); strings.Contains(text, "s3cret") || strings.Count(text, "a call failed") != 8 {
		t.Errorf("the log:\n%s", text)
	}
}
