package workspace

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"

	"parley/server/edge"
	"parley/server/gateway/websocket"
)

// A panic in a part of a socket ends that socket, with the word that the fault is ours, and is told in the log.
func TestAPanicEndsOneSocket(t *testing.T) {
	var log bytes.Buffer
	s := New(Options{Edge: &edge.Edge{Log: slog.New(slog.NewTextHandler(&log, nil))}})
	ours, theirs := net.Pipe()
	one := &peer{conn: ours, ended: make(chan struct{})}
	s.contained(one, func() { panic("it breaks") })
	got, err := io.ReadAll(theirs)
	if want := websocket.AppendClose(nil, closeBroken, "internal error"); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the socket hears %q, %v; want %q", got, err, want)
	}
	if !strings.Contains(log.String(), "panic on a workspace's socket") {
		t.Errorf("the log tells %q", &log)
	}
}
