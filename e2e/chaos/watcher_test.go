package chaos_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/lxzan/gws"

	"parley/e2e/durability/history"
)

// watcher keeps a websocket of a participant open, on whichever node answers,
// and keeps what each of its sockets showed.
type watcher struct {
	name  string
	token string // the participant's
	*caller

	mu      sync.Mutex
	sockets []*socket
	bad     []string // frames that are not what they must be

	stop context.CancelFunc
	done chan struct{}
}

// watch opens the first socket, and returns when it is subscribed.
func watch(c *caller, name, token string) (*watcher, error) {
	v := &watcher{name: name, token: token, caller: c, done: make(chan struct{})}
	var first *socket
	err := c.until(func(ctx context.Context, node int) (err error) {
		first, err = v.open(ctx, node)
		return err
	})
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(c.w.Context())
	v.stop = stop
	go v.follow(ctx, first)
	return v, nil
}

// follow replaces a lost socket until ctx ends.
func (v *watcher) follow(ctx context.Context, s *socket) {
	defer close(v.done)
	for {
		select {
		case <-s.over:
		case <-ctx.Done():
			s.conn.NetConn().Close()
			<-s.over
			return
		}
		err := v.until(func(try context.Context, node int) (err error) {
			if ctx.Err() != nil {
				return nil
			}
			s, err = v.open(try, node)
			return err
		})
		if err != nil || ctx.Err() != nil {
			return
		}
	}
}

// close closes the socket and returns when nothing more is kept.
func (v *watcher) close() {
	v.stop()
	<-v.done
}

// open asks a node for a socket's address, and opens it at the next node: any
// node serves any socket.
func (v *watcher) open(ctx context.Context, node int) (*socket, error) {
	answer, err := v.post(ctx, node, v.token, "connection", `{"Type":["WEBSOCKET"]}`)
	if err != nil {
		return nil, err
	}
	var out struct{ Websocket struct{ Url string } }
	if err := json.Unmarshal(answer, &out); err != nil {
		return nil, err
	}
	elsewhere := v.w.Nodes[(node+1)%len(v.w.Nodes)].Front.Address()
	if s, err := v.dial(ctx, out.Websocket.Url, elsewhere); err == nil {
		return s, nil
	}
	return v.dial(ctx, out.Websocket.Url, v.w.Nodes[node].Front.Address())
}

// dial opens a socket at a host, whatever its address says, and subscribes.
func (v *watcher) dial(ctx context.Context, address, host string) (*socket, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, err
	}
	s := &socket{watcher: v, acked: make(chan struct{}), over: make(chan struct{}), beats: make(chan struct{}, 1)}
	s.ack = sync.OnceFunc(func() { close(s.acked) })
	limit := context.AfterFunc(ctx, func() { conn.Close() })
	defer limit()
	if s.conn, _, err = gws.NewClientFromConn(s, &gws.ClientOption{Addr: address, HandshakeTimeout: tryFor}, conn); err != nil {
		conn.Close()
		return nil, err
	}
	v.mu.Lock()
	v.sockets = append(v.sockets, s)
	v.mu.Unlock()
	go s.conn.ReadLoop()
	if err := s.conn.WriteString(`{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}`); err != nil {
		return nil, err
	}
	select {
	case <-s.acked:
		go s.beat()
		return s, nil
	case <-s.over:
		return nil, errors.New("closed before the subscription was acknowledged")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// last returns the id of the last item that was shown.
func (v *watcher) last() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, s := range slices.Backward(v.sockets) {
		if n := len(s.items); n > 0 {
			return s.items[n-1].ID
		}
	}
	return ""
}

// views returns what each socket showed.
func (v *watcher) views() (views []history.View) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i, s := range v.sockets {
		views = append(views, history.View{Name: fmt.Sprintf("%s's socket %d", v.name, i), Items: slices.Clone(s.items)})
	}
	return views
}

// socket is one websocket.
type socket struct {
	gws.BuiltinEventHandler
	*watcher
	conn  *gws.Conn
	ack   func()        // closes acked, once
	acked chan struct{} // closed by the subscription's acknowledgement
	over  chan struct{} // closed when no frame can follow
	beats chan struct{} // gets one for an answered heartbeat

	items []history.Item // guarded by the watcher
}

// The client's heartbeat: quicker than chatjs's ten seconds, so that a dead
// node is noticed within a test's patience.
const (
	beatEvery  = time.Second
	beatWithin = 3 * time.Second
)

// beat gives a socket up whose node does not answer.
func (s *socket) beat() {
	ticker := time.NewTicker(beatEvery)
	defer ticker.Stop()
	for {
		select {
		case <-s.over:
			return
		case <-ticker.C:
		}
		_ = s.conn.WriteString(`{"topic":"aws/heartbeat"}`) // a lost socket shows in over
		select {
		case <-s.over:
		case <-s.beats:
		case <-time.After(beatWithin):
			s.conn.NetConn().Close()
		}
	}
}

// OnMessage implements gws.Event.
func (s *socket) OnMessage(_ *gws.Conn, message *gws.Message) {
	defer message.Close()
	topic, item, err := history.Frame(message.Bytes())
	switch topic {
	case "aws/subscribe":
		s.ack()
	case "aws/heartbeat":
		select {
		case s.beats <- struct{}{}:
		default:
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err != nil:
		s.bad = append(s.bad, err.Error())
	case item != nil:
		s.items = append(s.items, *item)
	}
}

// OnClose implements gws.Event.
func (s *socket) OnClose(*gws.Conn, error) { close(s.over) }
