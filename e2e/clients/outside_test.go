package clients_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/e2e/harness"
)

// TestBoto3Outside: a channel elsewhere begins, goes on with and ends the chats of its customers by boto3; and by the AWS CLI. What is
// streamed of them has the first message, too. Of outbound chats boto3 hears what is not supported.
func TestBoto3Outside(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "messages.jsonl")
	s := harness.Start(t, harness.Flags("--streaming", "chats=file:"+path))
	flow := quiet(s)
	arn := s.InstanceARN + "/contact-flow/" + flow
	r := note(t, "boto3", output(t, command(t, s, "python3", "boto3_outside.py", s.InstanceID, flow, arn)))
	wantCalled(t, r, "connect.SendChatIntegrationEvent")
	said := cli(t, s, "connect", "SendChatIntegrationEvent", "--source-id", "cli", "--destination-id", arn, "--event", "Type=MESSAGE,ContentType=text/plain,Content=hello")
	left := cli(t, s, "connect", "SendChatIntegrationEvent", "--source-id", "cli", "--destination-id", arn, "--event", "Type=DISCONNECT")
	if said["NewChatCreated"] != true || left["NewChatCreated"] != false || left["InitialContactId"] != said["InitialContactId"] {
		t.Errorf("the CLI got %v and %v", said, left)
	}
	harness.Await(t, "the stream", 20*time.Second, func() error {
		text, err := os.ReadFile(path)
		if err == nil && (!strings.Contains(string(text), `"hello"`) || !strings.Contains(string(text), "are you there?") || !strings.Contains(string(text), "chat.ended")) {
			err = errors.New(string(text))
		}
		return err
	})
}

// messenger is the channel elsewhere: it takes what the bridge sends to people.
type messenger struct {
	mu   sync.Mutex
	sent []string // "to: text"
	ids  map[string]bool
}

func (m *messenger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct{ ID, To, Text string }
	_ = json.NewDecoder(r.Body).Decode(&in)
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.ids[in.ID] {
		m.ids[in.ID] = true
		m.sent = append(m.sent, in.To+": "+in.Text)
	}
	w.WriteHeader(http.StatusNoContent)
}

func (m *messenger) await(t *testing.T, want ...string) {
	t.Helper()
	harness.Await(t, "what people are sent", 30*time.Second, func() error {
		m.mu.Lock()
		defer m.mu.Unlock()
		if got := strings.Join(m.sent, "|"); got != strings.Join(want, "|") {
			return fmt.Errorf("they were sent %s", got)
		}
		return nil
	})
}

// freePort is a port of this machine that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// TestTheBridge runs examples/bridge between a messenger and an agent: somebody writes, the flow greets, an agent answers, and when they stop the chat
// is over; who writes again gets another one. What is not signed is refused.
func TestTheBridge(t *testing.T) {
	t.Parallel()
	there := &messenger{ids: map[string]bool{}}
	elsewhere := httptest.NewServer(there)
	t.Cleanup(elsewhere.Close)
	port := freePort(t)
	s := harness.Start(t, harness.Flags("--streaming", "bridge=http://127.0.0.1:"+port+"/answers", "--allow-outbound", "127.0.0.1"), harness.Env("PARLEY_WEBHOOK_SECRET=secret"))
	flow := s.Flow("Hello", harness.Say("Welcome."), harness.Wait(harness.Week))
	bridge := command(t, s, "python3", filepath.Join("..", "..", "examples", "bridge", "bridge.py"), port)
	bridge.Env = append(bridge.Env, "BRIDGE_FLOW_ARN="+s.InstanceARN+"/contact-flow/"+flow, "BRIDGE_ANSWERS="+elsewhere.URL, "PARLEY_WEBHOOK_SECRET=secret")
	var log bytes.Buffer
	bridge.Stderr = &log
	if err := bridge.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = bridge.Process.Kill()
		_ = bridge.Wait()
		if t.Failed() {
			t.Logf("the bridge: %s", log.String())
		}
	})
	post := func(path, body string) (int, error) {
		res, err := http.Post("http://127.0.0.1:"+port+path, "application/json", strings.NewReader(body))
		if err != nil {
			return 0, err
		}
		return res.StatusCode, res.Body.Close()
	}
	update := func(body string) {
		t.Helper()
		harness.Await(t, "the bridge", 20*time.Second, func() error {
			if status, err := post("/messenger", body); err != nil || status != http.StatusNoContent {
				return fmt.Errorf("%d %w", status, err)
			}
			return nil
		})
	}
	update(`{"from":"ann","text":"hello"}`)
	there.await(t, "ann: Welcome.")
	update(`{"from":"ben","text":"hello"}`)
	there.await(t, "ann: Welcome.", "ben: Welcome.")
	update(`{"from":"ann","text":"still me"}`)
	update(`{"from":"ann","stop":true}`)
	update(`{"from":"ann","text":"once more"}`)
	there.await(t, "ann: Welcome.", "ben: Welcome.", "ann: Welcome.")
	if status, err := post("/answers", `{"Message":"{}"}`); err != nil || status == http.StatusNoContent {
		t.Errorf("what nobody signed was answered with %d, %v", status, err)
	}
}
