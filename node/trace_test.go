package node_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// span is a span as a collector gets it.
type span struct {
	TraceID, SpanID, ParentSpanID, Name string
	Attributes                          []struct {
		Key   string
		Value struct{ StringValue, IntValue string }
	}
}

func (s span) attribute(key string) string {
	for _, a := range s.Attributes {
		if a.Key == key {
			return a.Value.StringValue + a.Value.IntValue
		}
	}
	return ""
}

// collector takes spans as an OpenTelemetry collector does.
type collector struct {
	url string

	mu    sync.Mutex
	raw   string
	spans []span
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{}
	s := httptest.NewServer(c)
	t.Cleanup(s.Close)
	c.url = s.URL
	return c
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var in struct {
		ResourceSpans []struct{ ScopeSpans []struct{ Spans []span } }
	}
	if err == nil {
		err = json.Unmarshal(body, &in)
	}
	if err != nil || r.URL.Path != "/v1/traces" || r.Method != "POST" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raw += string(body)
	for _, rs := range in.ResourceSpans {
		for _, ss := range rs.ScopeSpans {
			c.spans = append(c.spans, ss.Spans...)
		}
	}
	_, _ = io.WriteString(w, `{"partialSuccess":{}}`)
}

// chain returns the names from a span up to its root.
func (c *collector) chain(s span) string {
	names := s.Name
	for s.ParentSpanID != "" {
		found := false
		for _, p := range c.spans {
			if p.SpanID == s.ParentSpanID && p.TraceID == s.TraceID {
				s, names, found = p, names+" < "+p.Name, true
				break
			}
		}
		if !found {
			return names + " < ?"
		}
	}
	return names
}

func TestTheSpansOfAChat(t *testing.T) {
	c := newCollector(t)
	cfg := config(t)
	cfg.OTLP.Endpoint = c.url
	n := start(t, cfg)
	talk(t, n, 2)
	const theirs = "4bf92f3577b34da6a3ce929d0e0e4736"
	req, err := http.NewRequest("PUT", n.Ready().URL+"/contact/chat", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Traceparent", "00-"+theirs+"-00f067aa0ba902b7-01")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	stop(t, n) // sends what is left

	chains := map[string]int{}
	for _, s := range c.spans {
		if s.TraceID != theirs {
			chains[c.chain(s)]++
		}
	}
	for chain, least := range map[string]int{
		"connect/StartChatContact": 1, "commit < connect/StartChatContact": 1, "publish < connect/StartChatContact": 1,
		"participant/SendMessage": 2, "decide < participant/SendMessage": 2, "commit < decide < participant/SendMessage": 2,
		"publish < decide < participant/SendMessage": 2, "due": 1, "flow < due": 1, "commit < flow < due": 1,
		"participant/DisconnectParticipant": 1,
	} {
		if chains[chain] < least {
			t.Errorf("%d times %s, want %d at least; got %v", chains[chain], chain, least, chains)
		}
	}
	for chain := range chains {
		if strings.Contains(chain, "?") {
			t.Errorf("a span without its parent: %s", chain)
		}
	}
	wantAttributes(t, c, theirs, res.Header.Get("X-Amzn-Requestid"))
	for _, private := range []string{"message 0", "Ann", n.Ready().InstanceID, n.Ready().SecretAccessKey, n.Ready().AccessKeyID} {
		if strings.Contains(c.raw, private) {
			t.Errorf("the spans hold %q", private)
		}
	}
}

// wantAttributes holds what the spans carry; theirs is the trace of a call that was refused.
func wantAttributes(t *testing.T, c *collector, theirs, requestID string) {
	t.Helper()
	refused := 0
	for _, s := range c.spans {
		switch {
		case s.TraceID == theirs:
			refused++
			if s.ParentSpanID != "00f067aa0ba902b7" || s.attribute("aws.request_id") != requestID || requestID == "" ||
				s.attribute("http.response.status_code") != "403" || s.attribute("error.type") != "MissingAuthenticationTokenException" {
				t.Errorf("the caller's trace: %+v", s)
			}
		case s.Name == "commit" && s.attribute("parley.commit.outcome") == "applied" && s.attribute("parley.commit.batch") < "1":
			t.Errorf("a commit: %+v", s)
		case s.Name == "participant/SendMessage" && s.attribute("http.response.status_code") != "200":
			t.Errorf("a message: %+v", s)
		}
	}
	if refused != 1 {
		t.Errorf("%d spans in the caller's trace", refused)
	}
}

func TestNoSpansWithoutARatio(t *testing.T) {
	c := newCollector(t)
	cfg := config(t)
	none := 0.0
	cfg.OTLP.Endpoint, cfg.OTLP.Ratio = c.url, &none
	n := start(t, cfg)
	talk(t, n, 1)
	stop(t, n)
	if len(c.spans) > 0 {
		t.Errorf("%d spans", len(c.spans))
	}
}
