package client

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// wire is a round tripper for plain HTTP/1.1 that stays on the caller's
// goroutine: no hand-over to a reader and a writer, which is half of what
// net/http's transport costs a load generator. Answers are read whole.
type wire struct {
	dialer net.Dialer
	idle   chan *wireConn
}

type wireConn struct {
	net.Conn
	reader *bufio.Reader
	out    bytes.Buffer
	used   bool // answered before, so the server may have closed it since
}

func newWire(conns int) *wire { return &wire{idle: make(chan *wireConn, conns)} }

// RoundTrip implements http.RoundTripper. A call on a kept connection that ends
// without a byte of an answer is made again on a new one.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	for {
		conn, err := w.take(req)
		if err != nil {
			return nil, err
		}
		resp, err := conn.exchange(req)
		if err == nil {
			w.give(conn, resp)
			return resp, nil
		}
		conn.Close()
		if ctxErr := req.Context().Err(); ctxErr != nil {
			return nil, ctxErr
		}
		if !conn.used || err != errUnanswered {
			return nil, err
		}
	}
}

// CloseIdleConnections closes what no call is using.
func (w *wire) CloseIdleConnections() {
	for {
		select {
		case conn := <-w.idle:
			conn.Close()
		default:
			return
		}
	}
}

func (w *wire) take(req *http.Request) (*wireConn, error) {
	select {
	case conn := <-w.idle:
		return conn, nil
	default:
	}
	host := req.URL.Host
	if req.URL.Port() == "" {
		host = net.JoinHostPort(req.URL.Hostname(), "80")
	}
	conn, err := w.dialer.DialContext(req.Context(), "tcp", host)
	if err != nil {
		return nil, err
	}
	return &wireConn{Conn: conn, reader: bufio.NewReaderSize(conn, 2048)}, nil
}

func (w *wire) give(conn *wireConn, resp *http.Response) {
	conn.used = true
	if resp.Close {
		conn.Close()
		return
	}
	select {
	case w.idle <- conn:
	default:
		conn.Close()
	}
}

// exchange writes a request and reads its whole answer; the context's end cuts
// it short.
func (c *wireConn) exchange(req *http.Request) (*http.Response, error) {
	stop := context.AfterFunc(req.Context(), func() { c.SetDeadline(time.Unix(1, 0)) })
	resp, err := c.talk(req)
	if !stop() && err == nil {
		resp.Close = true // its deadline is set
	}
	return resp, err
}

func (c *wireConn) talk(req *http.Request) (*http.Response, error) {
	if err := c.write(req); err != nil {
		return nil, errUnanswered
	}
	if _, err := c.reader.Peek(1); err != nil {
		return nil, errUnanswered
	}
	resp, err := http.ReadResponse(c.reader, req)
	if err != nil {
		return nil, err
	}
	body, err := readBody(resp)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, err
}

// write sends a request in one piece.
func (c *wireConn) write(req *http.Request) error {
	body, err := req.GetBody()
	if err != nil {
		return err
	}
	c.out.Reset()
	for _, part := range []string{req.Method, " ", req.URL.RequestURI(), " HTTP/1.1\r\nHost: ", req.Host} {
		c.out.WriteString(part)
	}
	for name, values := range req.Header {
		for _, part := range []string{"\r\n", name, ": ", values[0]} {
			c.out.WriteString(part)
		}
	}
	c.out.WriteString("\r\nContent-Length: ")
	c.out.WriteString(strconv.FormatInt(req.ContentLength, 10))
	c.out.WriteString("\r\n\r\n")
	if _, err := c.out.ReadFrom(body); err != nil {
		return err
	}
	_, err = c.Conn.Write(c.out.Bytes())
	return err
}
