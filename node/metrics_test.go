package node_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"parley/client"
	"parley/node"
	"parley/node/metrics"
)

// talk is a whole chat: started, joined, so many messages each seen on the
// socket, and left by the customer, until everybody has heard of the end.
func talk(t *testing.T, n *node.Node, messages int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	c := connect(t, n)
	started, err := c.StartChat(ctx, client.Start{FlowID: n.Ready().ContactFlowID, DisplayName: "Ann"})
	if err != nil {
		t.Fatal(err)
	}
	seen := make(chan string, 100)
	chat, err := c.Join(ctx, started.ParticipantToken, client.Events{Item: func(i client.Item) { seen <- i.Content }})
	if err != nil {
		t.Fatal(err)
	}
	defer chat.Close()
	for i := range messages {
		text := "message " + strconv.Itoa(i)
		if _, err := chat.SendMessage(ctx, client.Message{ContentType: "text/plain", Content: text}); err != nil {
			t.Fatal(err)
		}
		for got := ""; got != text; {
			select {
			case got = <-seen:
			case <-ctx.Done():
				t.Fatalf("%q is not delivered", text)
			}
		}
	}
	if err := chat.Disconnect(ctx); err != nil {
		t.Fatal(err)
	}
	select {
	case <-chat.Done():
	case <-ctx.Done():
		t.Fatal("the chat does not end")
	}
}

func scrape(t *testing.T, n *node.Node) string {
	t.Helper()
	status, text := call(t, "GET", n.Ready().URL+"/metrics", "")
	if status != 200 {
		t.Fatalf("/metrics: %d %s", status, text)
	}
	return text
}

// value is that of one sample, 0 if there is none.
func value(t *testing.T, text, sample string) float64 {
	t.Helper()
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, sample+" "); ok {
			v, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	return 0
}

func TestAChatMovesTheMetrics(t *testing.T) {
	n := running(t, config(t))
	const messages = 20
	talk(t, n, messages)
	if status, _ := call(t, "GET", n.Ready().URL+"/ws?token=forged", ""); status != 426 {
		t.Fatalf("no upgrade: %d", status)
	}
	call(t, "PUT", n.Ready().URL+"/contact/chat", `{}`)
	req, err := http.NewRequest("POST", n.Ready().URL+"/participant/message", strings.NewReader(`{"ContentType":"text/plain","Content":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Amz-Bearer", "forged")
	if res, err := http.DefaultClient.Do(req); err != nil || res.StatusCode != 403 {
		t.Fatal(err)
	}
	text := scrape(t, n)
	for sample, want := range map[string]float64{
		`parley_requests_total{error="",operation="StartChatContact",service="connect",status="2xx"}`:                                    1,
		`parley_requests_total{error="MissingAuthenticationTokenException",operation="StartChatContact",service="connect",status="4xx"}`: 1,
		`parley_requests_total{error="AccessDeniedException",operation="SendMessage",service="participant",status="4xx"}`:                1,
		`parley_requests_total{error="",operation="SendMessage",service="participant",status="2xx"}`:                                     messages,
		`parley_request_duration_seconds_count{operation="SendMessage",service="participant"}`:                                           messages + 1,
		`parley_auth_failures_total{kind="MissingAuthenticationTokenException"}`:                                                         1,
		`parley_auth_failures_total{kind="bad token"}`:                                                                                   1,
		`parley_chats_started_total`:                             1,
		`parley_chats_ended_total{reason="CUSTOMER_DISCONNECT"}`: 1,
		`parley_chats_active`:                                    0,
		`parley_sockets_closed_total{reason="drained"}`:          0,
		`parley_upgrades_refused_total{reason="handshake"}`:      1,
		`parley_due_failures_total{kind="flow"}`:                 0,
		`parley_commits_failed_total`:                            0,
		`parley_store_up`:                                        1,
		`parley_bus_up`:                                          1,
		`parley_ready`:                                           1,
		`parley_due_lag_seconds`:                                 0,
		`parley_build_info{goversion="` + goVersion(text) + `",version="dev"}`: 1,
	} {
		if got := value(t, text, sample); got != want {
			t.Errorf("%s is %g, want %g", sample, got, want)
		}
	}
	for _, sample := range []string{
		`parley_items_delivered_total`, `parley_delivery_delay_seconds_count`, `parley_delivery_delay_seconds_sum`,
		`parley_commits_total{outcome="applied"}`, `parley_commit_batch_sets_sum`, `parley_commit_duration_seconds_sum`,
		`parley_commit_sync_seconds_sum`, `parley_commit_wait_seconds_count`, `parley_session_cache_reads_total{result="hit"}`,
		`parley_flow_runs_total{outcome="queued"}`, `parley_flow_steps_total`, `parley_due_handled_total{kind="flow"}`,
		`parley_bus_published_total`, `parley_socket_frames_total{direction="out"}`, `parley_items_committed_total{type="message"}`,
		`parley_items_committed_total{type="other"}`, `go_goroutines`, `process_resident_memory_bytes`,
	} {
		if got := value(t, text, sample); !(got > 0) {
			t.Errorf("%s is %g after a chat", sample, got)
		}
	}
	if got := value(t, text, `parley_items_committed_total{type="message"}`); got < messages {
		t.Errorf("%g messages are committed, want %d", got, messages)
	}
}

func goVersion(text string) string {
	return regexp.MustCompile(`parley_build_info\{goversion="([^"]*)"`).FindStringSubmatch(text)[1]
}

// TestMetricsAreAsDescribed holds a scrape against Prometheus' conventions, the
// families against the scrape, and docs/metrics.md against the families.
func TestMetricsAreAsDescribed(t *testing.T) {
	n := running(t, config(t))
	talk(t, n, 1)
	text := scrape(t, n)
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	types := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (parley_\w+) (\w+)$`).FindAllStringSubmatch(text, -1) {
		types[m[1]] = m[2]
	}
	want, rows := map[string]string{}, []string{}
	for _, f := range metrics.Families() {
		if _, shown := types[f.Name]; shown { // others have nothing to tell yet
			want[f.Name] = f.Type
		}
		labels := strings.Join(f.Labels, "`, `")
		if labels != "" {
			labels = "`" + labels + "`"
		}
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s | %s |", f.Name, f.Type, labels, f.Help))
	}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Errorf("types (-described +shown):\n%s", diff)
	}
	if len(types) < 35 {
		t.Errorf("only %d metrics are shown", len(types))
	}
	page, err := os.ReadFile("../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "| `parley_") {
			documented = append(documented, strings.TrimSpace(line))
		}
	}
	slices.Sort(documented)
	slices.Sort(rows)
	if diff := cmp.Diff(rows, documented); diff != "" {
		t.Errorf("docs/metrics.md (-the server +the page):\n%s", diff)
	}
}

func TestLabelsNeverHoldIDs(t *testing.T) {
	n := running(t, config(t))
	talk(t, n, 1)
	for _, path := range []string{"/contact/chat/not-a-route", "/canary/0123", "/contacts/canary-id"} {
		call(t, "GET", n.Ready().URL+path, "")
	}
	text := scrape(t, n)
	id := regexp.MustCompile(`canary|[0-9a-f]{8}-[0-9a-f]{4}-`)
	for line := range strings.Lines(text) {
		if id.MatchString(line) {
			t.Errorf("an id in %s", line)
		}
	}
	if got := value(t, text, `parley_requests_total{error="UnknownOperationException",operation="Unknown",service="none",status="4xx"}`); got < 1 {
		t.Errorf("unknown routes are not counted as one: %g", got)
	}
}

func TestWhoSeesTheMetrics(t *testing.T) {
	const token = "a-token-of-the-operator"
	type ask struct{ bearer, host, forwarded string }
	for name, c := range map[string]struct {
		token  string
		behind bool
		ask    ask
		status int
	}{
		"this machine":                    {"", false, ask{}, 200},
		"this machine by localhost":       {"", false, ask{host: "localhost:8080"}, 200},
		"a page whose name points here":   {"", false, ask{host: "evil.example.com"}, 403},
		"through a proxy that tells":      {"", false, ask{forwarded: "203.0.113.1"}, 403},
		"behind a proxy, without a token": {"", true, ask{}, 403},
		"behind a proxy, with the token":  {token, true, ask{bearer: token}, 200},
		"behind a proxy, not asked with":  {token, true, ask{}, 403},
		"the wrong token":                 {token, false, ask{bearer: token + "x"}, 403},
		"the token by any name":           {token, false, ask{bearer: token, host: "parley.example.com"}, 200},
		"this machine without the token":  {token, false, ask{}, 403},
		"an empty token":                  {"", true, ask{bearer: " "}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config(t)
			cfg.MetricsToken, cfg.BehindProxy, cfg.TestControls = c.token, c.behind, !c.behind
			n := running(t, cfg)
			req, err := http.NewRequest("GET", n.Ready().URL+"/metrics", nil)
			if err != nil {
				t.Fatal(err)
			}
			if c.ask.bearer != "" {
				req.Header.Set("Authorization", "Bearer "+c.ask.bearer)
			}
			if c.ask.forwarded != "" {
				req.Header.Set("X-Forwarded-For", c.ask.forwarded)
			}
			req.Host = c.ask.host
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			if shown := bytes.Contains(body, []byte("parley_ready 1")); res.StatusCode != c.status || shown != (c.status == 200) {
				t.Errorf("%d, want %d: %.200s", res.StatusCode, c.status, body)
			}
			if c.status == 403 && !bytes.Contains(body, []byte("etrics")) {
				t.Errorf("the refusal does not say why: %s", body)
			}
		})
	}
}

func TestAWeakTokenIsRefused(t *testing.T) {
	cfg := config(t)
	cfg.MetricsToken = "short"
	if n, err := node.Start(t.Context(), cfg); err == nil {
		stop(t, n)
		t.Error("a token of five characters is taken")
	}
}

// TestMetricsOfDashboardAndAlerts: whatever Grafana and the alert rules ask for exists.
func TestMetricsOfDashboardAndAlerts(t *testing.T) {
	known := map[string]bool{}
	for _, f := range metrics.Families() {
		known[f.Name] = true
		if f.Type == "histogram" {
			known[f.Name+"_bucket"], known[f.Name+"_sum"], known[f.Name+"_count"] = true, true, true
		}
	}
	for _, file := range []string{"../deploy/grafana/parley.json", "../deploy/prometheus/alerts.yaml"} {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		used := map[string]bool{}
		for _, name := range regexp.MustCompile(`\bparley_\w+`).FindAllString(string(raw), -1) {
			used[name] = true
			if !known[name] {
				t.Errorf("%s asks for %s, which does not exist", file, name)
			}
		}
		if len(used) < 10 {
			t.Errorf("%s asks for %v only", file, slices.Collect(maps.Keys(used)))
		}
	}
}

// TestEveryAlertHasARunbook: each alert names its section of docs/runbook.md, each section its alert.
func TestEveryAlertHasARunbook(t *testing.T) {
	rules, err := os.ReadFile("../deploy/prometheus/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	runbook, err := os.ReadFile("../docs/runbook.md")
	if err != nil {
		t.Fatal(err)
	}
	_, alerts, _ := strings.Cut(string(runbook), "\n## Alerts\n")
	alerts, _, _ = strings.Cut(alerts, "\n## ")
	var sections, names []string
	for _, m := range regexp.MustCompile(`(?m)^### (\w+)$`).FindAllStringSubmatch(alerts, -1) {
		sections = append(sections, m[1])
	}
	for part := range strings.SplitSeq(string(rules), "- alert: ") {
		name, rest, _ := strings.Cut(part, "\n")
		if !strings.Contains(rest, "expr:") {
			continue
		}
		names = append(names, name)
		if !strings.Contains(rest, "runbook.md#"+strings.ToLower(name)+"\n") {
			t.Errorf("%s does not name its section of the runbook", name)
		}
	}
	slices.Sort(sections)
	slices.Sort(names)
	if diff := cmp.Diff(names, sections); diff != "" || len(names) < 10 {
		t.Errorf("(-alerts +sections):\n%s", diff)
	}
}
