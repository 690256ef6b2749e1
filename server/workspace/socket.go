package workspace

import (
	"context"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
	"time"

	"parley/domain/permission"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/server/edge"
	"parley/server/gateway/websocket"
)

// How a socket is kept (our choice): the server pings, and a client that answers nothing for a while is gone.
const (
	upgradeWithin = 5 * time.Second
	pingEvery     = 15 * time.Second
	silence       = 40 * time.Second
	writeWithin   = 5 * time.Second
	maxFrame      = 4 << 10
)

// The codes that sockets end with.
const (
	closeDone    = 1000 // the client is gone
	closeRevoked = 4401 // ours: the sign-in is over, or what the socket needs was taken away
	closeBroken  = 1011 // a fault of ours
	closeRestart = 1012 // the server stops: connect again (RFC 6455's registry)
)

// socket opens a websocket that lives as long as the sign-in. It says that it is
// open, and what is pushed to it: to an agent, what it has (see work); to who may see metrics, the alerts that stand. What the
// client sends is read and means nothing.
func (s *Server) socket(c *call) (any, error) {
	if s.foreign(c.r) {
		return nil, fault.New(fault.Denied, "This call is for pages of this server's own origin")
	}
	if status := websocket.Check(c.r); status != 0 {
		return answered{status, []byte(`{"error":"NotAWebsocket","message":"This route is a websocket"}`)}, nil
	}
	free, err := s.seats.take(c.caller.ID, s.from(c).Address, s.o.PerAddress)
	if err != nil {
		return nil, err
	}
	conn, reader, err := websocket.Upgrade(c.w, c.r, upgradeWithin, maxFrame)
	if err != nil {
		free()
		return answered{edge.Taken, nil}, nil //nolint:nilerr // the caller is gone; there is nobody to tell
	}
	one := &peer{conn: conn, ended: make(chan struct{})}
	if !s.opened(one) {
		free()
		return answered{edge.Taken, nil}, nil
	}
	one.send(websocket.Text, []byte(`{"type":"open"}`))
	detach := s.o.Accounts.Attach(c.caller, permission.SignedIn(), func() { one.end(closeRevoked, "signed out") })
	go s.contained(one, one.ping)
	go s.contained(one, func() { s.pushAlerts(context.WithoutCancel(c.ctx()), c.caller, one) })
	go func() {
		defer s.working.Done()
		s.contained(one, func() { s.work(context.WithoutCancel(c.ctx()), c.caller, one) })
	}()
	go func() {
		defer free()
		defer s.closed(one)
		defer detach()
		s.contained(one, func() { one.listen(reader) })
	}()
	return answered{edge.Taken, nil}, nil
}

// contained does one part of what a socket does. A panic in it ends the socket, and nothing else.
func (s *Server) contained(one *peer, do func()) {
	defer func() {
		if p := recover(); p != nil {
			s.o.Edge.Log.Error("panic on a workspace's socket", slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
			one.end(closeBroken, "internal error")
		}
	}()
	do()
}

// opened notes a socket, which Drain closes; a server that stops takes no more.
func (s *Server) opened(one *peer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		one.end(closeRestart, "the server restarts")
		return false
	}
	s.open[one] = struct{}{}
	s.working.Add(1)
	return true
}

func (s *Server) closed(one *peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, one)
}

// Drain closes every socket, with the word that the server restarts, and returns when the agents are noted as gone.
func (s *Server) Drain() {
	s.mu.Lock()
	s.stopping = true
	for one := range s.open {
		one.end(closeRestart, "the server restarts")
	}
	for _, l := range s.leases {
		l.end()
	}
	s.mu.Unlock()
	s.working.Wait()
}

// peer is the other end of a socket.
type peer struct {
	conn  net.Conn
	write sync.Mutex
	once  sync.Once
	ended chan struct{}
}

func (p *peer) send(op websocket.Op, payload []byte) {
	p.write.Lock()
	defer p.write.Unlock()
	p.conn.SetWriteDeadline(clock.Wall().Add(writeWithin))
	if _, err := p.conn.Write(websocket.AppendFrame(nil, op, payload)); err != nil {
		p.conn.Close()
	}
}

func (p *peer) sendText(text []byte) { p.send(websocket.Text, text) }

// end closes the socket with a code. Whoever does not read is cut.
func (p *peer) end(code uint16, reason string) {
	p.once.Do(func() {
		close(p.ended)
		go func() {
			p.write.Lock()
			defer p.write.Unlock()
			p.conn.SetWriteDeadline(clock.Wall().Add(writeWithin))
			_, _ = p.conn.Write(websocket.AppendClose(nil, code, reason))
			p.conn.Close()
		}()
	})
}

func (p *peer) ping() {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		select {
		case <-p.ended:
			return
		case <-ticker.C:
			p.send(websocket.Ping, nil)
		}
	}
}

// listen reads until the socket is closed or silent.
func (p *peer) listen(reader *websocket.Reader) {
	defer p.end(closeDone, "")
	for {
		p.conn.SetReadDeadline(clock.Wall().Add(silence))
		op, payload, err := reader.Next()
		if err != nil || op == websocket.Close {
			return
		}
		if op == websocket.Ping {
			p.send(websocket.Pong, payload)
		}
	}
}
