package security_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/e2e/harness"
)

// open opens a TCP connection to the server; reads and writes have a deadline.
func open(t testing.TB, s *harness.Server) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(3 * waiting)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// answers sends bytes and reads HTTP answers until the server closes the
// connection. It returns their status codes and all their text.
func answers(t testing.TB, s *harness.Server, payload string) (statuses []int, text string) {
	t.Helper()
	conn := open(t, s)
	go io.WriteString(conn, payload) // the server may close before it has read all
	all, err := io.ReadAll(conn)
	if err != nil && !errors.Is(err, syscall.ECONNRESET) {
		t.Fatalf("the server keeps the connection: %v after %q", err, all)
	}
	from := bufio.NewReader(bytes.NewReader(all))
	for {
		answer, err := http.ReadResponse(from, nil)
		if err != nil {
			return statuses, string(all)
		}
		io.Copy(io.Discard, answer.Body)
		statuses = append(statuses, answer.StatusCode)
	}
}

// closed reports whether the server closes the connection before the deadline
// without having answered.
func closed(conn net.Conn, within time.Duration) bool {
	conn.SetReadDeadline(time.Now().Add(within))
	n, err := conn.Read(make([]byte, 1))
	var timeout net.Error
	return n == 0 && err != nil && !(errors.As(err, &timeout) && timeout.Timeout())
}
