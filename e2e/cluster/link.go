package cluster

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// Way is a direction of a link.
type Way uint8

// The ways.
const (
	Up   Way = 1 << iota // from who dialled to who listens
	Down                 // and back
	Both = Up | Down
)

// Link carries the connections to one address. What it holds is not lost, it
// waits, as behind a network that drops packets: neither side hears anything,
// not even that a connection has ended. It is safe for concurrent use.
type Link struct {
	Name string

	listener net.Listener
	target   string

	mu    sync.Mutex
	held  Way
	delay time.Duration // of each piece, both ways
	down  bool
	moved chan struct{} // closed and replaced when any of these changes
	conns map[*net.TCPConn]bool
}

// NewLink opens a link to an address until the test ends.
func NewLink(t testing.TB, name, target string) *Link {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &Link{Name: name, listener: listener, target: target, moved: make(chan struct{}), conns: map[*net.TCPConn]bool{}}
	t.Cleanup(func() {
		listener.Close()
		l.Cut()
	})
	go l.accept()
	return l
}

// Address returns host:port at which the link is dialled.
func (l *Link) Address() string { return l.listener.Addr().String() }

// Hold lets nothing pass in a direction until Heal.
func (l *Link) Hold(way Way) { l.change(func() { l.held |= way }) }

// Delay makes everything late by d, each way, until Heal.
func (l *Link) Delay(d time.Duration) { l.change(func() { l.delay = d }) }

// Cut resets every connection and each new one at once, until Heal.
func (l *Link) Cut() {
	l.change(func() {
		l.down = true
		for conn := range l.conns {
			reset(conn)
		}
	})
}

// Heal lets everything pass; what was held goes on.
func (l *Link) Heal() { l.change(func() { l.held, l.delay, l.down = 0, 0, false }) }

func (l *Link) change(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f()
	close(l.moved)
	l.moved = make(chan struct{})
}

func (l *Link) accept() {
	for {
		conn, err := l.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			go l.serve(conn.(*net.TCPConn))
		}
	}
}

// serve carries one connection. Its target is dialled once something may pass.
func (l *Link) serve(client *net.TCPConn) {
	defer client.Close()
	if !l.enter(client) {
		reset(client)
		return
	}
	defer l.leave(client)
	l.pass(Up)
	conn, err := net.Dial("tcp", l.target)
	if err != nil {
		reset(client)
		return
	}
	server := conn.(*net.TCPConn)
	defer server.Close()
	if !l.enter(server) {
		reset(client)
		return
	}
	defer l.leave(server)
	up := make(chan struct{})
	go func() {
		defer close(up)
		l.carry(server, client, Up)
	}()
	l.carry(client, server, Down)
	<-up
}

// carry copies one direction until it ends, and tells its end.
func (l *Link) carry(to, from *net.TCPConn, way Way) {
	piece := make([]byte, 16<<10)
	for {
		n, err := from.Read(piece)
		l.pass(way)
		if n > 0 {
			if _, err := to.Write(piece[:n]); err != nil {
				reset(from)
				return
			}
		}
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			_ = to.CloseWrite() // fails if it is closed already
			return
		default:
			reset(to)
			return
		}
	}
}

// pass waits for the delay and until the direction is open.
func (l *Link) pass(way Way) {
	var late <-chan time.Time
	for {
		l.mu.Lock()
		moved, shut, delay := l.moved, l.held&way != 0 && !l.down, l.delay
		l.mu.Unlock()
		if late == nil && delay > 0 {
			late = time.After(delay)
		}
		switch {
		case shut:
			<-moved
		case delay > 0:
			select {
			case <-moved:
			case <-late:
				return
			}
		default:
			return
		}
	}
}

// enter notes a connection; false means that the link is cut.
func (l *Link) enter(conn *net.TCPConn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down {
		return false
	}
	l.conns[conn] = true
	return true
}

func (l *Link) leave(conn *net.TCPConn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, conn)
}

// reset ends a connection without a goodbye.
func reset(conn *net.TCPConn) {
	_ = conn.SetLinger(0)
	_ = conn.Close() // a second close fails, and changes nothing
}
