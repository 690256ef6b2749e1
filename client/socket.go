package client

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/lxzan/gws"
)

// The frames of a client, as amazon-connect-chatjs writes them.
const (
	subscribeFrame = `{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}`
	pingFrame      = `{"topic":"aws/ping"}`
	heartbeatFrame = `{"topic":"aws/heartbeat"}`
)

// handshakeTimeout bounds the websocket upgrade and the wait for the
// subscription's answer (our choice).
const handshakeTimeout = 10 * time.Second

// socket is one subscribed websocket. Its items go to receive, in the order of
// arrival and from one goroutine; closed is closed after the last of them.
type socket struct {
	gws.BuiltinEventHandler
	conn       *gws.Conn
	receive    func(Item)
	subscribed chan error // holds the subscription's outcome, the first one
	closed     chan struct{}
	waiting    atomic.Bool // a heartbeat is unanswered
}

// open dials a websocket URL and subscribes to aws/chat. It returns once the
// server has confirmed the subscription.
func (c *Client) open(ctx context.Context, address string, receive func(Item)) (*socket, error) {
	ctx, cancel := context.WithTimeout(ctx, handshakeTimeout)
	defer cancel()
	conn, err := c.dial(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("websocket: %w", err)
	}
	s := &socket{receive: receive, subscribed: make(chan error, 1), closed: make(chan struct{})}
	s.conn, _, err = gws.NewClientFromConn(s, &gws.ClientOption{
		Addr:             address,
		ReadBufferSize:   2048,
		HandshakeTimeout: handshakeTimeout,
	}, conn)
	if err != nil {
		return nil, fmt.Errorf("websocket: %w", err)
	}
	go s.conn.ReadLoop()
	if err := s.subscribe(ctx); err != nil {
		s.close()
		return nil, fmt.Errorf("websocket: %w", err)
	}
	return s, nil
}

func (c *Client) dial(ctx context.Context, address string) (net.Conn, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	host, port := u.Host, u.Port()
	switch {
	case u.Scheme == "wss" && port == "":
		host = net.JoinHostPort(u.Hostname(), "443")
	case port == "":
		host = net.JoinHostPort(u.Hostname(), "80")
	}
	if u.Scheme == "wss" {
		return (&tls.Dialer{Config: c.config.TLS}).DialContext(ctx, "tcp", host)
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", host)
}

func (s *socket) subscribe(ctx context.Context) error {
	if err := s.conn.WriteString(subscribeFrame); err != nil {
		return err
	}
	s.beat()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-s.subscribed:
		return err
	}
}

// beat sends the pair of ping and heartbeat and reports whether the heartbeat
// before was answered.
func (s *socket) beat() bool {
	missed := s.waiting.Swap(true)
	_ = s.conn.WriteString(pingFrame)
	_ = s.conn.WriteString(heartbeatFrame)
	return !missed
}

// close says goodbye with code 1000; closed follows.
func (s *socket) close() { _ = s.conn.WriteClose(1000, nil) }

// OnClose implements gws.Event.
func (s *socket) OnClose(_ *gws.Conn, err error) {
	s.settle(err)
	close(s.closed)
}

// OnMessage implements gws.Event.
func (s *socket) OnMessage(_ *gws.Conn, message *gws.Message) {
	frame := string(message.Bytes())
	_ = message.Close()
	var topic, content string
	_ = members(frame, func(key, value string) {
		switch key {
		case "topic":
			topic = text(value)
		case "content":
			content = value
		}
	})
	s.handle(topic, content)
}

func (s *socket) handle(topic, content string) {
	switch topic {
	case "aws/chat":
		if item, err := parseItem(text(content)); err == nil {
			s.receive(item)
		}
	case "aws/heartbeat":
		s.waiting.Store(false)
	case "aws/subscribe":
		_ = members(content, func(key, value string) {
			if key == "status" {
				s.settle(refusal(text(value)))
			}
		})
	}
}

func refusal(status string) error {
	if status == "success" {
		return nil
	}
	return fmt.Errorf("the subscription was refused: %q", status)
}

// settle keeps the subscription's outcome, if it is the first.
func (s *socket) settle(err error) {
	select {
	case s.subscribed <- err:
	default:
	}
}
