package node_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/client"

	"parley/node"
)

func TestStartServesAndStopEndsIt(t *testing.T) {
	cfg := config(t)
	cfg.ReadyFile = filepath.Join(t.TempDir(), "ready")
	began := time.Now()
	n := start(t, cfg)
	t.Logf("ready after %v", time.Since(began))
	url := n.Ready().URL
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/": 200, "/nothing": 404, "/debug/pprof/": 404, "/ws": 426} {
		if status, answer := call(t, "GET", url+path, ""); status != want {
			t.Errorf("%s: %d %s, want %d", path, status, answer, want)
		}
	}
	for _, path := range []string{cfg.ReadyFile, filepath.Join(cfg.Data, node.ReadyName)} {
		wantReadyFile(t, path, n.Ready())
	}
	stop(t, n)
	if status, answer := call(t, "GET", url+"/healthz", ""); status != 0 {
		t.Errorf("after Stop: %d %s", status, answer)
	}
	for _, path := range []string{cfg.ReadyFile, filepath.Join(cfg.Data, node.ReadyName)} {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("after Stop %s: %v", path, err)
		}
	}
}

func wantReadyFile(t *testing.T, path string, want node.Ready) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("%s: mode %o", path, mode)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got node.Ready
	if err := json.Unmarshal(raw, &got); err != nil || !cmp.Equal(got, want) {
		t.Errorf("%s: %+v, %v, want %+v", path, got, err, want)
	}
	if got.PID != os.Getpid() || got.Region != "us-east-1" || got.AccountID != "123456789012" || got.URL != got.PublicURL ||
		got.InstanceARN != "arn:aws:connect:us-east-1:123456789012:instance/"+got.InstanceID || got.ContactFlowID == "" || got.SecretAccessKey == "" {
		t.Errorf("%s: %+v", path, got)
	}
}

func TestADataDirectoryHasOneServer(t *testing.T) {
	cfg := config(t)
	first := start(t, cfg)
	_, err := node.Start(context.Background(), cfg)
	if err == nil || !strings.Contains(err.Error(), "in use by another server") {
		t.Errorf("a second server: %v", err)
	}
	wantReadyFile(t, filepath.Join(cfg.Data, node.ReadyName), first.Ready())
	stop(t, first)
	stop(t, start(t, cfg))
}

func TestARestartKeepsWhatWasMade(t *testing.T) {
	cfg := config(t)
	n := start(t, cfg)
	before := n.Ready()
	if status, answer := call(t, "POST", before.URL+"/_parley/clock/advance", `{"seconds":3600}`); status != 200 {
		t.Fatalf("advance: %d %s", status, answer)
	}
	stop(t, n)
	cfg.InstanceID = "" // found by its alias
	n = running(t, cfg)
	after := n.Ready()
	after.URL, after.PublicURL = before.URL, before.PublicURL
	if !cmp.Equal(after, before) {
		t.Errorf("before %+v\nafter  %+v", before, after)
	}
	var clock struct{ Offset float64 }
	if status, answer := call(t, "GET", n.Ready().URL+"/_parley/clock", ""); status != 200 || json.Unmarshal([]byte(answer), &clock) != nil || clock.Offset < 3599 || clock.Offset > 3700 {
		t.Errorf("the test clock: %d %s", status, answer)
	}
	info, err := os.Stat(filepath.Join(cfg.Data, "master.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the master key: %v, %v", info, err)
	}
}

func TestGivenKeyAndInstance(t *testing.T) {
	cfg := config(t)
	cfg.InstanceID, cfg.AccessKeyID, cfg.SecretAccessKey = "aaaaaaaa-0000-4000-8000-000000000001", "AKIAMINE", "first"
	stop(t, start(t, cfg))
	cfg.SecretAccessKey = "second"
	n := running(t, cfg)
	if r := n.Ready(); r.InstanceID != cfg.InstanceID || r.AccessKeyID != "AKIAMINE" || r.SecretAccessKey != "second" {
		t.Errorf("%+v", r)
	}
	c := connect(t, n)
	if _, err := c.StartChat(t.Context(), client.Start{FlowID: n.Ready().ContactFlowID, DisplayName: "Ann"}); err != nil {
		t.Errorf("a chat under the new secret: %v", err)
	}
}

func connect(t *testing.T, n *node.Node) *client.Client {
	t.Helper()
	r := n.Ready()
	c, err := client.New(client.Config{
		Endpoint: r.URL, Region: r.Region, AccessKeyID: r.AccessKeyID, SecretAccessKey: r.SecretAccessKey, InstanceID: r.InstanceID,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// A deadline is stored: it is met although the server that set it is gone.
func TestTimersOutliveARestart(t *testing.T) {
	cfg := config(t)
	n := start(t, cfg)
	chat, err := connect(t, n).StartChat(t.Context(), client.Start{FlowID: n.Ready().ContactFlowID, DisplayName: "Ann"})
	if err != nil {
		t.Fatal(err)
	}
	stop(t, n)
	n = running(t, cfg)
	fired := func(seconds string) string {
		t.Helper()
		status, answer := call(t, "POST", n.Ready().URL+"/_parley/clock/advance", `{"seconds":`+seconds+`}`)
		if status != 200 {
			t.Fatalf("advance: %d %s", status, answer)
		}
		return answer
	}
	if answer := fired("240"); !strings.Contains(answer, `"fired":0`) {
		t.Errorf("after 4 minutes: %s", answer)
	}
	if answer := fired("61"); !strings.Contains(answer, `"fired":1`) {
		t.Errorf("after 5 minutes: %s", answer)
	}
	if err := connect(t, n).StopContact(t.Context(), chat.ContactID); err == nil || !strings.Contains(err.Error(), "ContactNotFoundException") {
		t.Errorf("the chat that nobody connected to: %v", err)
	}
}

func TestAFailedStartLeavesNothingBehind(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	cfg := config(t)
	for name, edit := range map[string]func(*node.Config){
		"a port that is taken":              func(c *node.Config) { c.Listen = taken.Addr().String() },
		"a debug port that is taken":        func(c *node.Config) { c.DebugListen = taken.Addr().String() },
		"a ready file in no directory":      func(c *node.Config) { c.ReadyFile = filepath.Join(t.TempDir(), "none", "ready") },
		"a certificate that cannot be read": func(c *node.Config) { c.TLSCert, c.TLSKey = "none", "none" },
	} {
		bad := cfg
		edit(&bad)
		if _, err := node.Start(context.Background(), bad); err == nil {
			t.Errorf("%s: the server starts", name)
		}
		if _, err := os.Stat(filepath.Join(cfg.Data, node.ReadyName)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: a ready file is left: %v", name, err)
		}
		stop(t, start(t, cfg))
	}
}

func TestDebuggingHasItsOwnAddress(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	cfg := config(t)
	cfg.DebugListen = address
	n := running(t, cfg)
	if status, _ := call(t, "GET", "http://"+address+"/debug/pprof/", ""); status != 200 {
		t.Errorf("on its address: %d", status)
	}
	if status, _ := call(t, "GET", n.Ready().URL+"/debug/pprof/", ""); status != 404 {
		t.Errorf("on the server's address: %d", status)
	}
}

func TestTestControlsAreClosedUnlessAskedFor(t *testing.T) {
	cfg := config(t)
	cfg.TestControls = false
	n := running(t, cfg)
	if status, answer := call(t, "GET", n.Ready().URL+"/_parley/clock", ""); status != 404 {
		t.Errorf("%d %s", status, answer)
	}
}

// Whoever starts the server may hold its listener: callers wait through a
// restart and are never refused.
func TestAnInheritedListenerIsTakenOver(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	file, err := listener.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	data := filepath.Join(t.TempDir(), "data")
	for range 2 {
		quit := child(t, data, file)
		if status, answer := call(t, "GET", "http://"+listener.Addr().String()+"/healthz", ""); status != 200 {
			t.Errorf("%d %s", status, answer)
		}
		quit()
	}
}
