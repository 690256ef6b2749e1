package harness

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Fleet is servers behind one address.
type Fleet struct {
	*Server // the first one, as it is called at the fleet's address
	nodes   []*Server
	door    *Balancer // nil for a single server whose socket is held
}

// Held is a fleet of one, whose listening socket the test holds through restarts.
func Held(t testing.TB, opts ...Option) *Fleet {
	t.Helper()
	s := Start(t, append(opts, HoldListener())...)
	return &Fleet{Server: s, nodes: []*Server{s}}
}

// Behind is servers behind a balancer that goes by their /readyz. Give them a
// --drain-wait of a few of its looks.
func Behind(t testing.TB, nodes ...*Server) *Fleet {
	t.Helper()
	b := NewBalancer(t)
	for _, node := range nodes {
		b.Add(strings.TrimPrefix(node.URL, "http://"))
	}
	return &Fleet{Server: nodes[0].At("http://" + b.Address()), nodes: nodes, door: b}
}

// Roll restarts the servers one after the other, each when the one before serves again.
func (f *Fleet) Roll() {
	f.t.Helper()
	for _, node := range f.nodes {
		node.Restart()
		if f.door != nil {
			address := strings.TrimPrefix(node.URL, "http://")
			Await(f.t, "place in the balancer", readyDeadline, func() error {
				if !f.door.uses(address) {
					return errors.New(address + " is not used yet")
				}
				return nil
			})
		}
	}
}

// Refused returns how often a server refused a connection that the balancer opened.
func (f *Fleet) Refused() int64 {
	if f.door == nil {
		return 0
	}
	return f.door.refused.Load()
}

// lookEvery is how often a balancer asks /readyz.
const lookEvery = 100 * time.Millisecond

// Balancer passes connections on to servers that say on /readyz that they are
// ready, in turn. While none is, connections wait.
type Balancer struct {
	listener net.Listener
	stop     context.CancelFunc
	work     sync.WaitGroup
	refused  atomic.Int64
	next     atomic.Int64

	mu    sync.Mutex
	ready map[string]bool
	conns map[net.Conn]bool
}

// NewBalancer starts a balancer, which ends with the test.
func NewBalancer(t testing.TB) *Balancer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	b := &Balancer{listener: listener, stop: stop, ready: map[string]bool{}, conns: map[net.Conn]bool{}}
	b.work.Go(func() { b.accept(ctx) })
	b.work.Go(func() { b.look(ctx) })
	t.Cleanup(b.close)
	return b
}

// Address is where the balancer listens.
func (b *Balancer) Address() string { return b.listener.Addr().String() }

// Add makes a server one of those behind the balancer.
func (b *Balancer) Add(address string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ready[address] = true
}

func (b *Balancer) uses(address string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ready[address]
}

func (b *Balancer) close() {
	b.stop()
	b.listener.Close()
	b.mu.Lock()
	for conn := range b.conns {
		conn.Close()
	}
	b.mu.Unlock()
	b.work.Wait()
}

// look asks every server again and again.
func (b *Balancer) look(ctx context.Context) {
	ask := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, address := range b.all() {
			answer, err := ask.Get("http://" + address + "/readyz")
			ready := err == nil && answer.StatusCode == http.StatusOK
			if err == nil {
				answer.Body.Close()
			}
			b.mu.Lock()
			b.ready[address] = ready
			b.mu.Unlock()
		}
	}
}

func (b *Balancer) all() (addresses []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for address := range b.ready {
		addresses = append(addresses, address)
	}
	return addresses
}

func (b *Balancer) accept(ctx context.Context) {
	for {
		conn, err := b.listener.Accept()
		if err != nil {
			return
		}
		b.work.Go(func() { b.pass(ctx, conn) })
	}
}

// pass joins a connection with a server's.
func (b *Balancer) pass(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	server := b.dial(ctx)
	if server == nil {
		return
	}
	defer server.Close()
	b.note(conn, server, true)
	defer b.note(conn, server, false)
	var both sync.WaitGroup
	both.Go(func() { copyAll(server, conn) })
	both.Go(func() { copyAll(conn, server) })
	both.Wait()
}

// copyAll copies what comes and then passes its end on.
func copyAll(to, from net.Conn) {
	_, _ = io.Copy(to, from) // whatever ended it ends the other half too
	to.(*net.TCPConn).CloseWrite()
}

func (b *Balancer) note(conn, server net.Conn, open bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range []net.Conn{conn, server} {
		if open {
			b.conns[c] = true
		} else {
			delete(b.conns, c)
		}
	}
}

// dial connects to a ready server, waiting for one if it must; nil when the balancer ends.
func (b *Balancer) dial(ctx context.Context) net.Conn {
	tick := time.NewTicker(lookEvery / 5)
	defer tick.Stop()
	for {
		if address := b.pick(); address != "" {
			conn, err := net.Dial("tcp", address)
			if err == nil {
				return conn
			}
			b.refused.Add(1)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// pick is a ready server, another one each time; empty if there is none.
func (b *Balancer) pick() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var ready []string
	for address, is := range b.ready {
		if is {
			ready = append(ready, address)
		}
	}
	if len(ready) == 0 {
		return ""
	}
	return ready[int(b.next.Add(1))%len(ready)]
}
