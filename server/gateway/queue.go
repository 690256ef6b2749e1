package gateway

import (
	"net"

	"parley/internal/clock"
	"parley/server/gateway/websocket"
)

// perFrame is what a queued frame costs beside its bytes.
const perFrame = 32

// queue is what a socket has yet to write. It is guarded by the socket's mu.
type queue struct {
	torn    []byte // the rest of a frame whose beginning is written: nothing may come between
	frames  net.Buffers
	bytes   int    // of frames and of what is being written
	pong    []byte // answers the last ping (RFC 6455, 5.5.3: earlier ones need none)
	writing bool   // a goroutine writes
}

// drop forgets the frames of which nothing is written yet.
func (q *queue) drop() {
	for _, f := range q.frames {
		q.bytes -= len(f) + perFrame
	}
	q.frames, q.pong = nil, nil
}

// send writes or queues a frame and returns at once; false if the socket is closing or its queue is full.
func (s *socket) send(frame []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cause != none || s.out.bytes+len(frame)+perFrame > s.gw.opts.MaxQueue {
		return false
	}
	s.enqueue(frame)
	return true
}

// reply is send for answers to the client's own frames: a client that asks
// without reading is cut.
func (s *socket) reply(frame []byte) {
	if !s.send(frame) {
		s.cut(overflow)
	}
}

// pong answers a ping; of several that were not answered yet, the last.
func (s *socket) pong(data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cause == none {
		s.out.pong = websocket.AppendFrame(nil, websocket.Pong, data)
		s.startWriter()
	}
}

// enqueue writes a frame at once if nothing is ahead of it; what the kernel
// does not take is queued and written by a goroutine. The caller holds mu.
func (s *socket) enqueue(frame []byte) {
	n := 0
	if s.quiet() {
		n = s.writeNow(frame)
	}
	switch {
	case n == len(frame):
		s.gw.counts.out.Add(1)
		return
	case n > 0:
		s.out.torn = frame[n:]
	default:
		s.out.frames = append(s.out.frames, frame)
	}
	s.out.bytes += len(frame) - n + perFrame
	s.startWriter()
}

// quiet reports whether nobody writes and somebody may. The caller holds mu.
func (s *socket) quiet() bool { return !s.out.writing && s.stage != closed }

func (s *socket) startWriter() {
	if s.quiet() {
		s.out.writing = true
		go s.write()
	}
}

// write writes until nothing is queued. A write that fails or takes too long ends the connection.
func (s *socket) write() {
	for {
		batch, cost := s.next()
		if batch == nil {
			return
		}
		n := len(batch)
		_, err := batch.WriteTo(s.conn)
		if s.wrote(n, cost, err) {
			s.conn.Close()
			return
		}
	}
}

// next takes all that is queued; nil ends the writer.
func (s *socket) next() (batch net.Buffers, cost int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	batch, cost = s.out.frames, s.out.bytes
	if s.out.pong != nil {
		batch = append(net.Buffers{s.out.pong}, batch...)
	}
	if s.out.torn != nil {
		batch = append(net.Buffers{s.out.torn}, batch...)
	}
	s.out.torn, s.out.frames, s.out.pong = nil, nil, nil
	if batch == nil {
		s.out.writing = false
		return nil, 0
	}
	limit := s.gw.opts.WriteTimeout
	if s.cause != none {
		limit = min(limit, linger)
	}
	s.conn.SetWriteDeadline(clock.Wall().Add(limit))
	return batch, cost
}

// wrote counts a written batch and reports whether the connection is done with:
// broken, or both sides have said close.
func (s *socket) wrote(frames, cost int, err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.bytes -= cost
	if err != nil {
		s.begin(slow)
		return true
	}
	s.gw.counts.out.Add(int64(frames))
	return s.peerDone && len(s.out.frames) == 0 && s.cause != none
}

// idle reports whether nothing is being written.
func (s *socket) idle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.out.writing
}
