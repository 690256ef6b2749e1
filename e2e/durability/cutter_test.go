package durability_test

import (
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// cutter is a TCP proxy before a server that cuts connections after a random
// number of the server's bytes: between frames and inside them.
type cutter struct {
	host   string // where it listens
	target string
	most   atomic.Int64 // bytes after which a connection is cut at the latest; 0: none is cut
	cuts   atomic.Int64 // so far

	mu     sync.Mutex
	random *rand.Rand
}

func newCutter(t testing.TB, server string, seed uint64) *cutter {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	c := &cutter{host: listener.Addr().String(), target: strings.TrimPrefix(server, "http://"), random: rand.New(rand.NewPCG(seed, 2))}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go c.serve(conn.(*net.TCPConn))
		}
	}()
	return c
}

// serve carries one connection until it ends or is cut.
func (c *cutter) serve(client *net.TCPConn) {
	defer client.Close()
	conn, err := net.Dial("tcp", c.target)
	if err != nil {
		return
	}
	server := conn.(*net.TCPConn)
	defer server.Close()
	upwards := make(chan struct{})
	go func() {
		defer close(upwards)
		_, _ = io.Copy(server, client)
		_ = server.CloseWrite()
	}()
	limit, way := c.fate()
	if limit < 0 {
		_, _ = io.Copy(client, server)
		return
	}
	if n, _ := io.CopyN(client, server, limit); n == limit {
		c.cuts.Add(1)
		cutWay(way, client, upwards)
	}
}

// fate says after how many bytes a connection is cut, -1 for never, and how.
func (c *cutter) fate() (limit int64, way int) {
	most := c.most.Load()
	if most == 0 {
		return -1, 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.random.Int64N(most), c.random.IntN(3)
}

// cutWay ends a connection: by a reset, by closing both halves (when it
// returns), or by closing only the half towards the client, who must hang up.
func cutWay(way int, client *net.TCPConn, upwards <-chan struct{}) {
	switch way {
	case 0:
		_ = client.SetLinger(0)
	case 1:
		_ = client.CloseWrite()
		<-upwards
	}
}
