// Package outbound_test lets flows of the real program call functions and bots:
// servers of the test on loopback, which call back, stream, fail and count.
package outbound_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"parley/e2e/harness"
)

func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }

// loopback lets flows call the test's servers.
func loopback(flags ...string) harness.Option {
	return harness.Flags(append([]string{"--allow-outbound", "127.0.0.1"}, flags...)...)
}

// serve answers what flows send, with the body's JSON.
func serve(t *testing.T, answer func(r *http.Request, body map[string]any) any) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		var body map[string]any
		if err := json.Unmarshal(raw, &body); err != nil {
			t.Errorf("a call with %q: %v", raw, err)
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer(r, body))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bot.json")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	function = "arn:aws:lambda:us-east-1:123456789012:function:orders:live"
	alias    = "arn:aws:lex:us-east-1:123456789012:bot-alias/BOT1/LIVE1"
)

// Invoke calls a function; errors go to the block onError.
func Invoke(arn, onError string) harness.Block {
	return harness.Block{Type: "InvokeLambdaFunction", Parameters: map[string]any{
		"LambdaFunctionARN": arn, "InvocationTimeLimitSeconds": "8", "LambdaInvocationAttributes": map[string]any{"asked": "$.Attributes.tier"},
	}, Errors: map[string]string{"NoMatchingError": onError}}
}

// Bot lets the customer talk to a bot; intents go to blocks.
func Bot(text string, intents map[string]string) harness.Block {
	return harness.Block{Type: "ConnectParticipantWithLexBot", Parameters: map[string]any{"Text": text, "LexV2Bot": map[string]any{"AliasArn": alias}},
		Cases: intents, Errors: map[string]string{"NoMatchingError": "failed", "NoMatchingCondition": "failed"}}
}

// list returns a member of nested JSON objects.
func member(v any, path ...string) any {
	for _, name := range path {
		object, _ := v.(map[string]any)
		v = object[name]
	}
	return v
}
