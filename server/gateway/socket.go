package gateway

import (
	"errors"
	"io"
	"net"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"parley/app/follow"
	"parley/internal/clock"
	"parley/server/gateway/websocket"
)

// linger is how long a client has to answer our close frame.
const linger = 5 * time.Second

// socket is one client's connection.
type socket struct {
	gw     *Gateway
	conn   net.Conn
	raw    syscall.RawConn // of a plain TCP connection, else nil
	ip     string
	ticket Ticket
	opened time.Time
	seen   atomic.Int64 // when the last frame came, Unix nanoseconds

	mu        sync.Mutex
	out       queue
	cause     cause     // why we close, or closed
	closeAt   time.Time // when we began to
	peerDone  bool      // the client sent its close frame
	endedAt   time.Time // when chat.ended was delivered
	stage     stage
	after     int64 // where to follow from, once the URL is spent
	following *follow.Following

	stands       bool        // where the customer stands is told, or is about to be
	stopStanding func()      // nil = it is not
	previews     atomic.Bool // what the customer writes is shown before it is sent
}

func (s *socket) person() person { return person{s.ticket.Session, s.ticket.Participant} }

func (s *socket) touch() { s.seen.Store(clock.Wall().UnixNano()) }

// read handles what the client sends until the connection is over.
func (s *socket) read(r *websocket.Reader) {
	defer s.gone()
	defer s.contain()
	for {
		op, data, err := r.Next()
		var violation *websocket.Error
		switch {
		case errors.As(err, &violation):
			s.shut(violation.Code, violated)
			s.discard()
			return
		case err != nil:
			return
		}
		s.touch()
		s.gw.counts.in.Add(1)
		if op == websocket.Close {
			s.answerClose(websocket.CloseCode(data))
			return
		}
		s.handle(op, data)
	}
}

// contain ends the socket in whose goroutine the code has panicked, and nothing else.
func (s *socket) contain() {
	if p := recover(); p != nil {
		s.gw.opts.Panicked(p, debug.Stack())
		s.cut(panicked)
	}
}

// handle acts on one message or ping.
func (s *socket) handle(op websocket.Op, data []byte) {
	switch op {
	case websocket.Text:
		s.command(data)
	case websocket.Binary:
		s.shut(websocket.CodeUnsupported, violated)
	case websocket.Ping:
		s.pong(data)
	}
}

// answerClose echoes the client's close and waits until that is written; if
// it answers ours there is nothing to wait for.
func (s *socket) answerClose(code uint16) {
	s.shut(code, left)
	s.mu.Lock()
	s.peerDone = true
	writing := s.out.writing
	s.mu.Unlock()
	if writing {
		s.discard()
	}
}

// discard reads on until the connection ends, but no longer than linger, so
// that our close frame is not lost to a reset.
func (s *socket) discard() {
	s.conn.SetReadDeadline(clock.Wall().Add(linger))
	io.Copy(io.Discard, io.LimitReader(s.conn, 1<<20))
}

// gone releases everything after the connection is over.
func (s *socket) gone() {
	s.mu.Lock()
	s.begin(left)
	served := s.stage == subscribed
	s.stage = closed
	following := s.following
	s.following = nil
	stop := s.stopStanding
	s.out.drop()
	why := s.cause
	s.mu.Unlock()
	s.conn.Close()
	if following != nil {
		following.Close()
	}
	if stop != nil {
		stop()
	}
	s.gw.sockets.remove(s)
	s.gw.counts.drops[why].Add(1)
	s.gw.opts.Watch.Closed(s.ticket, why.String(), served)
}

// begin notes the first cause of the end and reports whether it was the first. The caller holds mu.
func (s *socket) begin(why cause) bool {
	if s.cause != none {
		return false
	}
	s.cause, s.closeAt = why, clock.Wall()
	return true
}

// shut closes with a code after what is queued; only the first call counts.
func (s *socket) shut(code uint16, why cause) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.begin(why) {
		s.enqueue(websocket.AppendClose(nil, code, ""))
	}
}

// cut is shut for a client that does not read: what is queued is dropped, and
// what is being written has one more second.
func (s *socket) cut(why cause) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.begin(why) {
		s.out.drop()
		s.conn.SetWriteDeadline(clock.Wall().Add(time.Second))
		s.enqueue(websocket.AppendClose(nil, websocket.CodeServiceRestart, ""))
	}
}

// check drops a socket that is overdue in some way.
func (s *socket) check(now time.Time) {
	s.mu.Lock()
	closing, since, ended, stage := s.cause != none, s.closeAt, s.endedAt, s.stage
	s.mu.Unlock()
	switch {
	case closing:
		if now.Sub(since) > linger+s.gw.opts.WriteTimeout || now.Sub(since) > linger && s.idle() {
			s.conn.Close()
		}
	case !ended.IsZero() && now.Sub(ended) > s.gw.opts.Farewell:
		s.shut(websocket.CodeNormal, finished)
	case s.silence(now) > s.gw.opts.Silence:
		s.shut(websocket.CodeServiceRestart, silent)
	case stage < subscribed && now.Sub(s.opened) > s.gw.opts.Unsubscribed:
		s.shut(websocket.CodePolicy, unsubscribed)
	}
}
