package cluster_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"parley/e2e/cluster"
)

// echo is a server that sends back what it gets.
func echo(t *testing.T) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(conn, conn); conn.Close() }()
		}
	}()
	return listener.Addr().String()
}

// line is a connection through a link to an echo.
type line struct {
	*testing.T
	net.Conn
	reader *bufio.Reader
}

func dial(t *testing.T, l *cluster.Link) line {
	t.Helper()
	conn, err := net.Dial("tcp", l.Address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return line{t, conn, bufio.NewReader(conn)}
}

func (l line) say(text string) {
	l.Helper()
	if _, err := io.WriteString(l.Conn, text+"\n"); err != nil {
		l.Fatal(err)
	}
}

// hears waits for a line; "" stands for silence until the deadline, "!" for the end.
func (l line) hears(within time.Duration) string {
	l.Helper()
	if err := l.SetReadDeadline(time.Now().Add(within)); err != nil {
		l.Fatal(err)
	}
	text, err := l.reader.ReadString('\n')
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return text
	case err != nil:
		return "!"
	}
	return text[:len(text)-1]
}

const (
	soon  = 10 * time.Second
	while = 50 * time.Millisecond
)

func TestALinkCarriesHoldsAndHeals(t *testing.T) {
	for _, way := range []cluster.Way{cluster.Up, cluster.Down, cluster.Both} {
		l := cluster.NewLink(t, "link", echo(t))
		c := dial(t, l)
		c.say("one")
		if got := c.hears(soon); got != "one" {
			t.Errorf("way %d: the echo of one is %q", way, got)
		}
		l.Hold(way)
		c.say("two")
		if got := c.hears(while); got != "" {
			t.Errorf("way %d: while it is held %q comes through", way, got)
		}
		late := dial(t, l) // is neither refused nor answered
		late.say("late")
		if got := late.hears(while); got != "" {
			t.Errorf("way %d: while it is held a new connection hears %q", way, got)
		}
		l.Heal()
		if got, other := c.hears(soon), late.hears(soon); got != "two" || other != "late" {
			t.Errorf("way %d: after the heal %q and %q come through", way, got, other)
		}
	}
}

func TestALinkIsCut(t *testing.T) {
	l := cluster.NewLink(t, "link", echo(t))
	c := dial(t, l)
	c.say("one")
	c.hears(soon)
	l.Cut()
	if got := c.hears(soon); got != "!" {
		t.Errorf("a cut connection hears %q", got)
	}
	// What is cut may be reset before the dial has returned.
	if conn, err := net.Dial("tcp", l.Address()); err == nil {
		defer conn.Close()
		if got := (line{t, conn, bufio.NewReader(conn)}).hears(soon); got != "!" {
			t.Errorf("a new connection hears %q", got)
		}
	}
	l.Heal()
	c = dial(t, l)
	c.say("two")
	if got := c.hears(soon); got != "two" {
		t.Errorf("after the heal a new connection hears %q", got)
	}
}

func TestALinkDelays(t *testing.T) {
	l := cluster.NewLink(t, "link", echo(t))
	c := dial(t, l)
	l.Delay(60 * time.Millisecond)
	begin := time.Now()
	c.say("one")
	if got := c.hears(soon); got != "one" || time.Since(begin) < 120*time.Millisecond {
		t.Errorf("%q comes back after %v, want at least 120 ms", got, time.Since(begin))
	}
}
