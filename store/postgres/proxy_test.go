package postgres_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// proxy stands between a store and its server, and can cut a connection at an
// exact point of a commit: a lane sends two requests for each, one that locks
// and reads, and one that writes and commits; or one for all, the statement for plain appends.
type proxy struct {
	listener net.Listener
	server   string

	mu     sync.Mutex
	armed  cut
	closed bool // new connections are refused
	fired  chan struct{}

	release chan struct{} // closed: what is late goes on
}

// cut is where a connection breaks.
type cut int

const (
	nowhere        cut = iota
	beforeRequest      // the request to write and commit never reaches the server
	beforeAnswer       // it does, and its answer is lost
	unheard            // the same, decided on when the request comes
	late               // it does when the proxy is told to release it, and nobody hears of it
	anyAnswer          // the answer to the next statement is lost, also outside a lane
	beforeRollback     // a transaction that came to nothing is not ended by the lane
)

// newProxy returns a proxy before the database of a URL, and the URL by way of it.
func newProxy(t *testing.T, to string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, server: u.Host, fired: make(chan struct{}, 1), release: make(chan struct{})}
	t.Cleanup(func() { l.Close() })
	go p.run()
	u.Host = l.Addr().String()
	return p, u.String() + "&sslmode=disable"
}

// arm lets the next commit break there; fired tells when it has.
func (p *proxy) arm(c cut) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed = c
}

// refuse lets no new connection through, or lets them through again.
func (p *proxy) refuse(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = on
}

func (p *proxy) run() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		closed := p.closed
		p.mu.Unlock()
		server, err := net.Dial("tcp", p.server)
		if closed || err != nil {
			client.Close()
			continue
		}
		c := &proxied{proxy: p, client: client, server: server, settled: make(chan struct{})}
		go c.requests()
		go c.answers()
	}
}

// fire takes the order to cut there, once.
func (p *proxy) fire(c cut) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.armed != c {
		return false
	}
	p.armed = nowhere
	return true
}

// proxied is one connection by way of a proxy.
type proxied struct {
	*proxy
	client, server net.Conn

	mu      sync.Mutex
	begins  bool // the last request that was sent began a transaction
	commits bool // the request under way writes and commits
	late    bool
	settled chan struct{} // closed: the server has said all that it will
}

func (c *proxied) close() {
	c.client.Close()
	c.server.Close()
}

// requests passes on what the client sends, request by request: up to a Sync, or
// a simple query.
func (c *proxied) requests() {
	defer c.close()
	if !passFirst(c.client, c.server) { // the startup message
		return
	}
	for {
		var request []byte
		for kind := byte(0); kind != 'S' && kind != 'Q'; {
			message, ok := message(c.client)
			if !ok {
				return
			}
			kind = message[0]
			request = append(request, message...)
		}
		commits := c.sees(request)
		if commits && c.fire(beforeRequest) || bytes.Contains(request, []byte("ROLLBACK")) && c.fire(beforeRollback) {
			c.signal()
			return
		}
		if commits && c.fire(unheard) {
			c.deliverUnheard(request)
			return
		}
		if commits && c.fire(late) {
			c.deliverLate(request)
			return
		}
		if _, err := c.server.Write(request); err != nil {
			return
		}
	}
}

// deliverUnheard gives the server the request; answers then swallows what comes of it.
func (c *proxied) deliverUnheard(request []byte) {
	c.mu.Lock()
	c.late = true
	c.mu.Unlock()
	if _, err := c.server.Write(request); err == nil {
		<-c.settled
	}
}

// deliverLate leaves the client alone and gives the server the request later;
// answers then waits for what comes of it.
func (c *proxied) deliverLate(request []byte) {
	c.mu.Lock()
	c.late = true
	c.mu.Unlock()
	c.client.Close()
	<-c.release
	if _, err := c.server.Write(request); err == nil {
		<-c.settled
	}
}

// sees notes what a request is for, and reports whether it commits a batch: it
// is the one after a request that locked and read, and has at least two statements, or
// the one that appends.
func (c *proxied) sees(request []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	binds := 0
	for rest := request; len(rest) > 0; rest = rest[1+binary.BigEndian.Uint32(rest[1:]):] {
		if rest[0] == 'B' {
			binds++
		}
	}
	if binds == 0 { // statements are prepared, or the connection is checked
		return false
	}
	if c.fire(anyAnswer) {
		c.arm(beforeAnswer)
		c.commits = true
		return false
	}
	plain := bytes.Contains(request, []byte("append_plain"))
	c.commits = plain || c.begins && binds > 1
	c.begins = !c.commits
	return c.commits
}

// answers passes on what the server sends.
func (c *proxied) answers() {
	defer c.close()
	defer close(c.settled)
	for {
		answer, ok := message(c.server)
		c.mu.Lock()
		commits, late := c.commits, c.late
		c.mu.Unlock()
		if late || ok && commits && c.fire(beforeAnswer) {
			for ok && answer[0] != 'Z' { // until the commit is done
				answer, ok = message(c.server)
			}
			c.signal()
			return
		}
		if !ok {
			return
		}
		if _, err := c.client.Write(answer); err != nil {
			return
		}
	}
}

func (c *proxied) signal() { c.fired <- struct{}{} }

// message reads one message: a type, a length, a body.
func message(from net.Conn) ([]byte, bool) {
	head := make([]byte, 5)
	if _, err := io.ReadFull(from, head); err != nil {
		return nil, false
	}
	whole := make([]byte, 1+binary.BigEndian.Uint32(head[1:]))
	copy(whole, head)
	_, err := io.ReadFull(from, whole[5:])
	return whole, err == nil
}

// passFirst passes on the first message of a connection, which has no type.
func passFirst(from, to net.Conn) bool {
	head := make([]byte, 4)
	if _, err := io.ReadFull(from, head); err != nil {
		return false
	}
	rest := make([]byte, binary.BigEndian.Uint32(head)-4)
	if _, err := io.ReadFull(from, rest); err != nil {
		return false
	}
	_, err := to.Write(append(head, rest...))
	return err == nil
}
