package egress

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"parley/internal/fault"
)

// Policy says which addresses may be called. The zero value allows public
// addresses only.
type Policy struct {
	hosts    []string // in lower case; all of their addresses are allowed
	networks []netip.Prefix
}

// NewPolicy reads what is allowed beside public addresses: names of hosts,
// addresses and networks (CIDR).
func NewPolicy(allow []string) (Policy, error) {
	var p Policy
	for _, entry := range allow {
		if err := p.add(entry); err != nil {
			return p, err
		}
	}
	return p, nil
}

func (p *Policy) add(entry string) error {
	if network, err := netip.ParsePrefix(entry); err == nil {
		p.networks = append(p.networks, network.Masked())
		return nil
	}
	if addr, err := netip.ParseAddr(strings.Trim(entry, "[]")); err == nil {
		addr = addr.Unmap()
		p.networks = append(p.networks, netip.PrefixFrom(addr, addr.BitLen()))
		return nil
	}
	if entry == "" || strings.ContainsAny(entry, "/:@*? ") {
		return fmt.Errorf("%q is neither a host, an address nor a network such as 10.0.0.0/8", entry)
	}
	p.hosts = append(p.hosts, canonical(entry))
	return nil
}

// canonical is a host's name without case and without the dot of its root.
func canonical(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }

// allows reports whether an address of a host may be called.
func (p Policy) allows(host string, addr netip.Addr) bool {
	plain := addr.Unmap().WithZone("")
	if slices.Contains(p.hosts, canonical(host)) || slices.ContainsFunc(p.networks, func(n netip.Prefix) bool { return n.Contains(plain) }) {
		return true
	}
	return addr.Zone() == "" && public(addr)
}

// Named reports whether the operator has named a URL's host, or the address or a network of one that is an address.
func (p Policy) Named(host string) bool {
	addr, _ := netip.ParseAddr(host)
	return slices.Contains(p.hosts, canonical(host)) || slices.ContainsFunc(p.networks, func(n netip.Prefix) bool { return n.Contains(addr.Unmap()) })
}

// Literal refuses a URL's host that is an address, or localhost, which may not be
// called: what can be said before anything is resolved.
func (p Policy) Literal(host string) error {
	addr, err := netip.ParseAddr(host)
	if canonical(host) == "localhost" {
		addr, err = netip.IPv6Loopback(), nil
	}
	if err == nil && !p.allows(host, addr) {
		return refusal(host)
	}
	return nil
}

func refusal(host string) error {
	return fault.New(fault.Denied, "%s is no public address; to call it, start the server with --allow-outbound %[1]s", host)
}

// special are the networks that are not public (IANA's special-purpose registries),
// beside those that package netip knows, and Azure's address for its machines. Of IPv6
// only what is assigned to the internet (RFC 4291, 2.4: 2000::/3) can be public at all.
var special = prefixes(`
	0.0.0.0/8 100.64.0.0/10 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4 168.63.129.16/32
	::/3 2001::/23 2001:db8::/32 3fff::/20 4000::/2 8000::/1`)

func prefixes(list string) []netip.Prefix {
	var all []netip.Prefix
	for field := range strings.FieldsSeq(list) {
		all = append(all, netip.MustParsePrefix(field))
	}
	return all
}

// public reports whether an address belongs to the internet at large. An IPv6
// address that stands for an IPv4 one is judged by that one.
func public(addr netip.Addr) bool {
	addr = addr.Unmap()
	if inner, ok := embedded(addr); ok {
		return public(inner)
	}
	if !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return false
	}
	return !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// embedded is the IPv4 address within one of NAT64 (RFC 6052) or 6to4 (RFC 3056).
func embedded(addr netip.Addr) (netip.Addr, bool) {
	if !addr.Is6() {
		return addr, false
	}
	b := addr.As16()
	switch {
	case netip.MustParsePrefix("64:ff9b::/96").Contains(addr):
		return netip.AddrFrom4([4]byte(b[12:16])), true
	case netip.MustParsePrefix("2002::/16").Contains(addr):
		return netip.AddrFrom4([4]byte(b[2:6])), true
	}
	return addr, false
}

// dial resolves a host once and connects to an address that was checked, so that
// a name which means something else the next time gains nothing.
func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	addrs, err := c.resolve(ctx, host)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the host is not known")
	}
	addrs = slices.DeleteFunc(slices.Clone(addrs), func(a netip.Addr) bool { return !c.policy.allows(host, a) })
	if len(addrs) == 0 {
		c.refused.Add(1)
		return nil, refusal(host)
	}
	var failed error
	for _, addr := range addrs {
		conn, err := c.dialer.DialContext(ctx, network, net.JoinHostPort(addr.String(), port))
		if err == nil {
			return conn, nil
		}
		failed = err
	}
	return nil, failed
}

// resolve returns the addresses of a host.
func (c *Client) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{addr}, nil
	}
	return c.lookup(ctx, "ip", host)
}
