package node_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/node"
)

// TestMain runs the tests, or, for tests that need a server in a process of its
// own, that server: until its standard input ends.
func TestMain(m *testing.M) {
	if data := os.Getenv("PARLEY_NODE_TEST_DATA"); data != "" {
		os.Exit(serve(data))
	}
	os.Exit(m.Run())
}

func serve(data string) int {
	n, err := node.Start(context.Background(), node.Config{Data: data, LogLevel: "error"})
	if err != nil {
		os.Stderr.WriteString(err.Error())
		return 1
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := n.Stop(context.Background()); err != nil {
		os.Stderr.WriteString(err.Error())
		return 1
	}
	return 0
}

// config is that of a quiet server on a free port.
func config(t *testing.T) node.Config {
	return node.Config{Listen: "127.0.0.1:0", Data: filepath.Join(t.TempDir(), "data"), LogTo: io.Discard, TestControls: true}
}

func start(t *testing.T, cfg node.Config) *node.Node {
	t.Helper()
	n, err := node.Start(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func stop(t *testing.T, n *node.Node) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := n.Stop(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
}

// running is a server that is stopped when the test ends.
func running(t *testing.T, cfg node.Config) *node.Node {
	t.Helper()
	n := start(t, cfg)
	t.Cleanup(func() { stop(t, n) })
	return n
}

// call makes an unsigned call and returns the status, 0 if nobody answers, and the answer.
func call(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Parley-Test", "1")
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(answer)
}

// child starts a server in a process of its own with a listener that it takes over.
func child(t *testing.T, data string, listener *os.File) (quit func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PARLEY_NODE_TEST_DATA="+data, "LISTEN_FDS=1")
	cmd.ExtraFiles = []*os.File{listener}
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the server's process: %v", err)
		}
	}
}
