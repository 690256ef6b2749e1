package node_test

import (
	"database/sql"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	connectapi "parley/api/connect"
	"parley/api/participant"
	"parley/client"
	"parley/node"
)

// canary marks what must not be logged, wherever it is sent.
const canary = "canary-7f3a"

// everyOperation calls each operation of both services with marked values in its
// path, query, headers and body, well-formed and not, with good credentials and bad ones.
func everyOperation(t *testing.T, n *node.Node, bearer string) (calls int) {
	t.Helper()
	c := connect(t, n)
	marked := map[string]any{
		"InstanceId": n.Ready().InstanceID, "ContactId": canary, "Name": canary, "Content": canary, "ContentType": canary, "ClientToken": canary,
		"Attributes": map[string]string{"tier": canary}, "ParticipantDetails": map[string]string{"DisplayName": canary}, "CustomerId": canary,
		"ContactFlowId": n.Ready().ContactFlowID, "InitialMessage": map[string]string{"ContentType": "text/plain", "Content": canary},
	}
	for _, op := range connectapi.Operations() {
		path := fill(op.Path, n.Ready().InstanceID)
		_ = c.Call(t.Context(), op.Method, path, marked, nil)
		send(t, n, op.Method, path+"?token="+canary, "", `{"Name":"`+canary)
		calls += 2
	}
	for _, op := range participant.Operations() {
		for _, credential := range []string{bearer, canary} {
			for _, body := range []string{`{"ContentType":"text/plain","Content":"` + canary + `","ClientToken":"` + canary + `"}`, `{"Content":"` + canary} {
				send(t, n, op.Method, fill(op.Path, n.Ready().InstanceID), credential, body)
				calls++
			}
		}
	}
	return calls
}

// fill puts marked values into a path's parameters.
func fill(path, instance string) string {
	var out []string
	for part := range strings.SplitSeq(path, "/") {
		switch {
		case strings.HasPrefix(part, "{InstanceId"):
			part = instance
		case strings.HasPrefix(part, "{"):
			part = canary
		}
		out = append(out, part)
	}
	return strings.Join(out, "/")
}

func send(t *testing.T, n *node.Node, method, path, bearer, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, n.Ready().URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if bearer != "" {
		req.Header.Set("X-Amz-Bearer", bearer)
	}
	req.Header.Set("Traceparent", canary)
	req.Header.Set("User-Agent", canary)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
}

// TestNothingPrivateIsLogged: at the most talkative level, through every
// operation, no marked word and no credential is in the log; in both forms.
func TestNothingPrivateIsLogged(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			var log journal
			cfg := config(t)
			cfg.LogTo, cfg.LogLevel, cfg.LogFormat, cfg.MetricsToken = &log, "debug", format, canary+"-metrics-token"
			n := start(t, cfg)
			c := connect(t, n)
			started, err := c.StartChat(t.Context(), client.Start{
				FlowID: n.Ready().ContactFlowID, DisplayName: canary, Attributes: map[string]string{canary: canary}, ClientToken: canary,
			})
			if err != nil {
				t.Fatal(err)
			}
			chat, err := c.Join(t.Context(), started.ParticipantToken, client.Events{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := chat.SendMessage(t.Context(), client.Message{ContentType: "text/plain", Content: canary}); err != nil {
				t.Fatal(err)
			}
			calls := everyOperation(t, n, started.ParticipantToken)
			call(t, "GET", n.Ready().URL+"/ws?token="+canary, "")
			call(t, "GET", n.Ready().URL+"/"+canary, "")
			chat.Close()
			stop(t, n)
			text := log.String()
			for what, secret := range map[string]string{
				"a marked word": canary, "the key's secret": n.Ready().SecretAccessKey, "a participant token": started.ParticipantToken,
			} {
				if at := strings.Index(text, secret); at >= 0 {
					line := text[strings.LastIndex(text[:at], "\n")+1:]
					line, _, _ = strings.Cut(line, "\n")
					t.Errorf("the log holds %s: %s", what, line)
				}
			}
			if got := strings.Count(text, "request_id"); got < calls {
				t.Errorf("%d of %d calls are logged: the test saw too little", got, calls)
			}
		})
	}
}

// TestAFailedCallIsLoggedWithItsID: the id that the caller saw finds the cause.
func TestAFailedCallIsLoggedWithItsID(t *testing.T) {
	var log journal
	cfg := config(t)
	cfg.LogTo, cfg.LogFormat = &log, "json"
	n := start(t, cfg)
	c := connect(t, n)
	started, err := c.StartChat(t.Context(), client.Start{FlowID: n.Ready().ContactFlowID, DisplayName: "Ann"})
	if err != nil {
		t.Fatal(err)
	}
	breakStore(t, filepath.Join(cfg.Data, "parley.db"))
	req, err := http.NewRequest("POST", n.Ready().URL+"/participant/connection", strings.NewReader(`{"Type":["CONNECTION_CREDENTIALS"]}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Amz-Bearer", started.ParticipantToken)
	before := len(log.String())
	call(t, "POST", n.Ready().URL+"/_parley/reset", `{"all":true}`)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if id := res.Header.Get("X-Amzn-Requestid"); res.StatusCode != 503 || !strings.Contains(log.String()[before:], id) {
		t.Errorf("%d, and the log does not know %s", res.StatusCode, id)
	}
	stop(t, n)
	failed := 0
	for line := range strings.Lines(log.String()[before:]) {
		var entry struct {
			Level, Msg, Service, Operation, Error, Cause string
			RequestID                                    string `json:"request_id"`
			Status                                       int
			Duration                                     time.Duration
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Msg != "request failed" {
			continue
		}
		failed++
		if entry.Level != "ERROR" || entry.Status < 500 || entry.Service == "" || entry.Operation == "" || entry.Error == "" ||
			entry.Cause == "" || entry.Duration <= 0 || len(entry.RequestID) != 36 {
			t.Errorf("incomplete: %s", line)
		}
	}
	if failed != 2 {
		t.Errorf("%d failed calls are logged: %s", failed, log.String()[before:])
	}
}

// breakStore takes a table away under the server.
func breakStore(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "DROP TABLE sessions"); err != nil {
		t.Fatal(err)
	}
}
