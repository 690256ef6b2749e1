package durability_test

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/lxzan/gws"

	"parley/e2e/durability/history"
	"parley/e2e/harness"
)

// socket is one websocket that keeps what it was shown, as it came.
type socket struct {
	gws.BuiltinEventHandler
	conn   *gws.Conn
	ack    func()        // closes acked, once
	acked  chan struct{} // closed by the subscription's acknowledgement
	over   chan struct{} // closed when no frame can follow
	closed error         // why; to be read when over is closed

	mu    sync.Mutex
	items []history.Item
	bad   error // a frame that is not what it must be
}

// open dials an address at a host ("" for the address's own) and subscribes.
func open(address, host string) (*socket, error) {
	s := &socket{acked: make(chan struct{}), over: make(chan struct{})}
	s.ack = sync.OnceFunc(func() { close(s.acked) })
	option := &gws.ClientOption{Addr: address, HandshakeTimeout: patience}
	if host != "" {
		option.NewDialer = func() (gws.Dialer, error) { return elsewhere(host), nil }
	}
	var err error
	if s.conn, _, err = gws.NewClient(s, option); err != nil {
		return nil, err
	}
	go s.conn.ReadLoop()
	if err := s.conn.WriteString(`{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}`); err != nil {
		return nil, err
	}
	select {
	case <-s.acked:
		go s.beat()
		return s, nil
	case <-s.over:
		return s, errors.New("closed before the subscription was acknowledged")
	case <-time.After(patience):
		return s, errors.New("the subscription is not acknowledged")
	}
}

// beat keeps the socket alive: a silent one is dropped after 35 seconds.
func (s *socket) beat() {
	ticker := time.NewTicker(10 * time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-s.over:
			return
		case <-ticker.C:
			_ = s.conn.WriteString(`{"topic":"aws/heartbeat"}`) // a lost socket shows in over
		}
	}
}

// elsewhere dials one host, whatever the address says.
type elsewhere string

func (e elsewhere) Dial(network, _ string) (net.Conn, error) { return net.Dial(network, string(e)) }

// OnMessage implements gws.Event.
func (s *socket) OnMessage(_ *gws.Conn, message *gws.Message) {
	defer message.Close()
	topic, item, err := history.Frame(message.Bytes())
	if topic == "aws/subscribe" {
		s.ack()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err != nil:
		s.bad = err
	case item != nil:
		s.items = append(s.items, *item)
	}
}

// OnClose implements gws.Event.
func (s *socket) OnClose(_ *gws.Conn, err error) {
	s.closed = err
	close(s.over)
}

// code is the code of the server's close frame, 0 if none came. The socket must be over.
func (s *socket) code() uint16 {
	var frame *gws.CloseError
	if errors.As(s.closed, &frame) {
		return frame.Code
	}
	return 0
}

func (s *socket) close() {
	s.conn.NetConn().Close()
	<-s.over
}

// shown returns what came so far.
func (s *socket) shown(t testing.TB) []history.Item {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bad != nil {
		t.Error(s.bad)
	}
	return slices.Clone(s.items)
}

// await waits until an item was shown.
func (s *socket) await(t testing.TB, id string) {
	t.Helper()
	harness.Await(t, "item "+id, patience, func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if n := len(s.items); n == 0 || s.items[n-1].ID != id {
			return fmt.Errorf("the last of %d items is another", n)
		}
		return nil
	})
}
