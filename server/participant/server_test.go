package participant_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	wire "parley/api/participant"
	"parley/client"
	"parley/node"
)

// world is a server with one chat.
type world struct {
	t     *testing.T
	url   string
	token string // of the customer
}

func newWorld(t *testing.T, limit ...string) world {
	t.Helper()
	n, err := node.Start(context.Background(), node.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), LogTo: io.Discard, Limit: limit})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := n.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	r := n.Ready()
	c, err := client.New(client.Config{Endpoint: r.URL, AccessKeyID: r.AccessKeyID, SecretAccessKey: r.SecretAccessKey, InstanceID: r.InstanceID})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	chat, err := c.StartChat(t.Context(), client.Start{FlowID: r.ContactFlowID, DisplayName: "Ann"})
	if err != nil {
		t.Fatal(err)
	}
	return world{t, r.URL, chat.ParticipantToken}
}

// answer is what came back.
type answer struct {
	status int
	kind   string // X-Amzn-ErrorType
	body   string
}

func (w world) call(method, path, bearer, body string, header ...string) answer {
	w.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if bearer != "" {
		req.Header.Set("X-Amz-Bearer", bearer)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	if res.Header.Get("Access-Control-Allow-Origin") != "*" || res.Header.Get("X-Amzn-RequestId") == "" {
		w.t.Errorf("%s %s: %v", method, path, res.Header)
	}
	return answer{res.StatusCode, res.Header.Get("X-Amzn-ErrorType"), string(text)}
}

func (w world) want(what string, got answer, status int, kind string) {
	w.t.Helper()
	if got.status != status || got.kind != kind {
		w.t.Errorf("%s: %d %s %s, want %d %s", what, got.status, got.kind, got.body, status, kind)
	}
}

// bearer connects the customer and returns the connection token.
func (w world) bearer() string {
	w.t.Helper()
	got := w.call("POST", "/participant/connection", w.token, `{"Type":["CONNECTION_CREDENTIALS"],"ConnectParticipant":true}`)
	var out struct {
		ConnectionCredentials struct{ ConnectionToken string }
	}
	if err := json.Unmarshal([]byte(got.body), &out); err != nil || got.status != 200 {
		w.t.Fatalf("connection: %+v, %v", got, err)
	}
	return out.ConnectionCredentials.ConnectionToken
}

func TestEveryOperationNeedsABearer(t *testing.T) {
	w := newWorld(t)
	for _, op := range wire.Operations() {
		w.want(op.Name+" without a bearer", w.call(op.Method, op.Path, "", "{}"), 403, "AccessDeniedException")
		got := w.call(op.Method, op.Path, "nonsense", `{"Type":["WEBSOCKET"],"ContentType":"text/plain","Content":"x"}`)
		if got.status >= 500 && got.status != 501 || got.status < 400 || got.status == 404 {
			t.Errorf("%s with a bearer that is none: %+v", op.Name, got)
		}
	}
}

func TestConnectionTypes(t *testing.T) {
	w := newWorld(t)
	for body, want := range map[string][2]bool{
		`{"Type":["WEBSOCKET"]}`:                          {true, false},
		`{"Type":["CONNECTION_CREDENTIALS"]}`:             {false, true},
		`{"Type":["CONNECTION_CREDENTIALS","WEBSOCKET"]}`: {true, true},
		`{"ConnectParticipant":true}`:                     {false, false},
	} {
		got := w.call("POST", "/participant/connection", w.token, body)
		if has := [2]bool{strings.Contains(got.body, `"Websocket"`), strings.Contains(got.body, `"ConnectionCredentials"`)}; got.status != 200 || has != want {
			t.Errorf("%s: %+v", body, got)
		}
		if want[0] && !strings.Contains(got.body, strings.Replace(w.url, "http", "ws", 1)+"/ws?token=") {
			t.Errorf("%s: the URL is not ours: %s", body, got.body)
		}
	}
	w.want("an unknown type", w.call("POST", "/participant/connection", w.token, `{"Type":["SMOKE"]}`), 400, "ValidationException")
	w.want("a type for calls", w.call("POST", "/participant/connection", w.token, `{"Type":["WEBRTC_CONNECTION"]}`), 400, "ValidationException")
}

const message = `{"ContentType":"text/plain","Content":"hi"}`

func TestASignatureIsIgnored(t *testing.T) {
	w := newWorld(t)
	got := w.call("POST", "/participant/message", w.bearer(), message, "Authorization", "AWS4-HMAC-SHA256 nonsense")
	w.want("a signed message", got, 200, "")
}

func TestBodies(t *testing.T) {
	w := newWorld(t)
	bearer := w.bearer()
	for name, c := range map[string]struct {
		body   string
		status int
		kind   string
	}{
		"a message":           {message, 200, ""},
		"more than 256 KiB":   {`{"ContentType":"text/plain","Content":"` + strings.Repeat("x", 256<<10) + `"}`, 400, "SerializationException"},
		"no JSON":             {`{"ContentType":`, 400, "SerializationException"},
		"a number for a text": {`{"ContentType":"text/plain","Content":1}`, 400, "SerializationException"},
		"nothing":             {``, 400, "ValidationException"},
		"too long a text":     {`{"ContentType":"text/plain","Content":"` + strings.Repeat("x", 1025) + `"}`, 400, "ValidationException"},
	} {
		w.want(name, w.call("POST", "/participant/message", bearer, c.body), c.status, c.kind)
	}
}

func TestOneStartPositionOnly(t *testing.T) {
	w := newWorld(t)
	bearer := w.bearer()
	w.want("both", w.call("POST", "/participant/transcript", bearer, `{"StartPosition":{"Id":"x","MostRecent":1}}`), 400, "ValidationException")
	w.want("one", w.call("POST", "/participant/transcript", bearer, `{"StartPosition":{"MostRecent":1}}`), 200, "")
}

func TestRatesAreCountedPerInstance(t *testing.T) {
	w := newWorld(t, "SendMessage=0.001/2")
	bearer := w.bearer()
	for range 2 {
		w.want("within the rate", w.call("POST", "/participant/message", bearer, message), 200, "")
	}
	w.want("beyond the rate", w.call("POST", "/participant/message", bearer, message), 429, "ThrottlingException")
	w.want("a stranger", w.call("POST", "/participant/message", "nonsense", message), 403, "AccessDeniedException")
	w.want("another operation", w.call("POST", "/participant/transcript", bearer, "{}"), 200, "")
}

func TestQuietHasARate(t *testing.T) {
	w := newWorld(t, "GetQuiet=0.001/2")
	for range 2 {
		w.want("within the rate", w.call("GET", "/participant/quiet", w.token, ""), 200, "")
	}
	w.want("beyond the rate", w.call("GET", "/participant/quiet", w.token, ""), 429, "ThrottlingException")
	w.want("a stranger", w.call("GET", "/participant/quiet", "nonsense", ""), 403, "AccessDeniedException")
}
