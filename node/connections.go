package node

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
)

// publicPerAddress is how many HTTP connections, and how many websockets, one
// address may hold at a time on a listener that is open to other machines (our
// choice: room for a company behind one address).
const publicPerAddress = 1_000

// perAddress returns the limit for one address, 0 for none: a laptop's tests
// come from one address, and so does everybody behind a container's port.
func (c Config) perAddress() int {
	if loopback(c.Listen) && !c.BehindProxy || c.PlainHTTP == plainLocal {
		return 0
	}
	return publicPerAddress
}

// connections holds every address to so many open HTTP connections. An address
// is the peer's own, because no header has been read yet: those of trusted proxies are not counted.
type connections struct {
	most    int // of one address; 0 = no limit
	trusted proxies

	mu   sync.Mutex
	open map[netip.Addr]int
}

func newConnections(most int, trusted proxies) *connections {
	return &connections{most: most, trusted: trusted, open: map[netip.Addr]int{}}
}

// note is an http.Server's ConnState. A connection too many is closed before a
// byte of it is read; one that became a websocket is the gateway's to count.
func (c *connections) note(conn net.Conn, state http.ConnState) {
	if c.most == 0 {
		return
	}
	peer, ok := address(conn.RemoteAddr().String())
	if !ok || c.trusted.trusts(peer) {
		return // no TCP connection, or a proxy's
	}
	switch state {
	case http.StateNew:
		if c.count(peer, 1) > c.most {
			conn.Close()
		}
	case http.StateClosed, http.StateHijacked:
		c.count(peer, -1)
	}
}

// count changes the number of an address's connections and returns it.
func (c *connections) count(address netip.Addr, by int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.open[address] + by
	if n == 0 {
		delete(c.open, address)
	} else {
		c.open[address] = n
	}
	return n
}
