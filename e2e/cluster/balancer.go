package cluster

import (
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// Balancer is one address for all nodes. Each connection goes to one node, the
// next in turn; a node that refuses it is passed over, before a byte was sent.
type Balancer struct {
	listener net.Listener
	nodes    []*Node
	turn     atomic.Int64
	conns    sync.Map // of net.Conn
}

// NewBalancer opens an address until the test ends.
func (c *Cluster) NewBalancer(t testing.TB) *Balancer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &Balancer{listener: listener, nodes: c.Nodes}
	t.Cleanup(func() {
		listener.Close()
		b.conns.Range(func(conn, _ any) bool { conn.(net.Conn).Close(); return true })
	})
	go b.accept()
	return b
}

// URL is the address.
func (b *Balancer) URL() string { return "http://" + b.listener.Addr().String() }

func (b *Balancer) accept() {
	for {
		conn, err := b.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			go b.serve(conn.(*net.TCPConn))
		}
	}
}

func (b *Balancer) serve(client *net.TCPConn) {
	defer client.Close()
	node := b.dial()
	if node == nil {
		return
	}
	defer node.Close()
	for _, conn := range []net.Conn{client, node} {
		b.conns.Store(conn, true)
		defer b.conns.Delete(conn)
	}
	up := make(chan struct{})
	go func() {
		defer close(up)
		_, _ = io.Copy(node, client)
		_ = node.CloseWrite()
	}()
	_, _ = io.Copy(client, node)
	_ = client.CloseWrite()
	<-up
}

// dial connects to the next node that answers; nil if none does.
func (b *Balancer) dial() *net.TCPConn {
	first := int(b.turn.Add(1))
	for i := range b.nodes {
		conn, err := net.Dial("tcp", b.nodes[(first+i)%len(b.nodes)].Front.target)
		if err == nil {
			return conn.(*net.TCPConn)
		}
	}
	return nil
}
