package node

import (
	"fmt"
	"io"
	"net"
	"net/http"

	"parley/server/control"
)

// The values of Config.PlainHTTP: what is done with plain HTTP on a listener that other machines can reach.
const (
	plainOff   = "off"   // the server does not start
	plainLocal = "local" // callers are answered who use a name of this machine: a container whose port is published there
	plainAny   = "any"   // everybody is answered: the network is private
)

// exposed refuses an address that other machines can reach where nothing protects what is sent there.
func (c Config) exposed(address string) error {
	if loopback(address) || c.TLSCert != "" || c.BehindProxy || c.PlainHTTP != plainOff {
		return nil
	}
	return fmt.Errorf("--listen %s is open to other machines: give --tls-cert and --tls-key, or --behind-proxy if a proxy speaks TLS, "+
		"or --plain-http local in a container whose port is published on this machine only", address)
}

// private lets only callers in who use a name of this machine, if plain HTTP is for them only.
// A server that is published by mistake is of no use from elsewhere, and so does not stay that way.
func (n *Node) private(next http.Handler) http.Handler {
	if n.cfg.PlainHTTP != plainLocal || n.cfg.TLSCert != "" || n.cfg.BehindProxy || loopback(n.listener.Addr().String()) {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if control.Local(r.Host) || r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusMisdirectedRequest)
		_, _ = io.WriteString(w, `{"message":"This server speaks plain HTTP for callers on its own machine only: it needs TLS or a proxy that speaks it"}`)
	})
}

// reachable is the address under which this machine reaches a listener: one that is open on every interface is on loopback too.
func reachable(address net.Addr) string {
	host, port, err := net.SplitHostPort(address.String())
	ip := net.ParseIP(host)
	if err != nil || ip == nil || !ip.IsUnspecified() {
		return address.String()
	}
	return net.JoinHostPort("127.0.0.1", port) // also of [::], which takes both kinds of addresses
}
