package node

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"
)

// impatient starts a server that waits for nobody and returns its address.
func impatient(t *testing.T) string {
	t.Helper()
	n, err := Start(context.Background(), Config{
		Listen: "127.0.0.1:0", Data: t.TempDir(), LogTo: io.Discard, LogLevel: slog.LevelError.String(),
		patience: patience{header: 50 * time.Millisecond, request: 200 * time.Millisecond, idle: 100 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := n.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return strings.TrimPrefix(n.Ready().URL, "http://")
}

// TestSlowClientsAreCut (H2): slow with the header, slow with the body, slow
// to take the answer, and silent between requests.
func TestSlowClientsAreCut(t *testing.T) {
	address := impatient(t)
	for name, c := range map[string]struct {
		send  string // and then nothing
		reads bool   // the client takes what comes
	}{
		"nothing at all":     {"", true},
		"half a header":      {"POST /participant/message HTTP/1.1\r\nHost: a\r\nX-A: ", true},
		"half a body":        {"POST /participant/message HTTP/1.1\r\nHost: a\r\nX-Amz-Bearer: x\r\nContent-Length: 10\r\n\r\nhalf", true},
		"half a chunk":       {"POST /participant/message HTTP/1.1\r\nHost: a\r\nX-Amz-Bearer: x\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhalf", true},
		"no second request":  {"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", true},
		"answers left alone": {strings.Repeat("GET /"+strings.Repeat("x", 1000)+" HTTP/1.1\r\nHost: a\r\n\r\n", 20_000), false},
	} {
		if err := untilCut(address, c.send, c.reads); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// untilCut returns nil once the server has closed the connection.
func untilCut(address, send string, reads bool) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(30 * time.Second)) // the race detector on a busy machine takes its time
	if _, err := io.WriteString(conn, send); err != nil && !reads {
		return stillOpen(err) // the server stopped reading and then cut us off
	}
	_, err = io.Copy(io.Discard, conn)
	return stillOpen(err)
}

// stillOpen returns an error if what ended a read or write was our own deadline.
func stillOpen(err error) error {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return errors.New("the server keeps the connection")
	}
	return nil
}
