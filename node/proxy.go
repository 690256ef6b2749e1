package node

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
)

// proxies are the addresses of proxies whose word about a caller is believed:
// X-Forwarded-For, -Proto and -Host, or Forwarded (RFC 7239) where there is no
// X-Forwarded header of that meaning. Nobody else's is.
type proxies []netip.Prefix

// nearby are the addresses from which a proxy speaks unless --trusted-proxy
// says otherwise: this machine's and those that no router of the internet knows.
var nearby = []string{
	"127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10",
}

// proxies reads --trusted-proxy; without --behind-proxy there are none.
func (c Config) proxies() (proxies, error) {
	if !c.BehindProxy {
		if len(c.TrustedProxies) > 0 {
			return nil, fmt.Errorf("--trusted-proxy needs --behind-proxy")
		}
		return nil, nil
	}
	list := c.TrustedProxies
	if len(list) == 0 {
		list = nearby
	}
	var found proxies
	for _, text := range list {
		prefix, err := netip.ParsePrefix(text)
		if one, single := netip.ParseAddr(text); err != nil && single == nil {
			prefix, err = one.Prefix(one.BitLen())
		}
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxy %q is no address and no network as 10.0.0.0/8", text)
		}
		found = append(found, prefix.Masked())
	}
	return found, nil
}

func (p proxies) trusts(a netip.Addr) bool {
	for _, prefix := range p {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}

// speaks reports whether a request comes from a trusted proxy.
func (p proxies) speaks(r *http.Request) bool {
	a, ok := address(r.RemoteAddr)
	return ok && p.trusts(a)
}

// caller returns the address that a request comes from: the last one on its
// way that is no trusted proxy's. Each proxy adds the address it was called from at
// the end, so that what the caller itself wrote stands before and is not believed.
// Empty if only trusted proxies, or no addresses, are named.
func (p proxies) caller(r *http.Request) string {
	peer, ok := address(r.RemoteAddr)
	if !ok {
		return r.RemoteAddr
	}
	if !p.trusts(peer) {
		return peer.String()
	}
	hops := hops(r.Header)
	for i := len(hops) - 1; i >= 0; i-- {
		a, ok := address(hops[i])
		if !ok {
			return ""
		}
		if !p.trusts(a) {
			return a.String()
		}
	}
	return ""
}

// hops are the addresses that proxies have written, the nearest last.
func hops(h http.Header) []string {
	if list := h.Values("X-Forwarded-For"); len(list) > 0 {
		return strings.Split(strings.Join(list, ","), ",")
	}
	var found []string
	for _, element := range strings.Split(strings.Join(h.Values("Forwarded"), ","), ",") {
		found = append(found, parameter(element, "for"))
	}
	return found
}

// said returns what the nearest proxy wrote in an X-Forwarded header, or else
// in the parameter of Forwarded that means the same.
func said(h http.Header, header, param string) string {
	list := strings.Join(h.Values(header), ",")
	if list == "" {
		forwarded := strings.Join(h.Values("Forwarded"), ",")
		return parameter(forwarded[strings.LastIndexByte(forwarded, ',')+1:], param)
	}
	return strings.TrimSpace(list[strings.LastIndexByte(list, ',')+1:])
}

// parameter returns a parameter of an element of Forwarded: for="[::1]:80";proto=https.
func parameter(element, name string) string {
	for pair := range strings.SplitSeq(element, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if strings.EqualFold(key, name) {
			return strings.Trim(value, `"`)
		}
	}
	return ""
}

// address reads an IP address, with or without a port.
func address(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	if host, _, err := net.SplitHostPort(text); err == nil {
		text = host
	}
	a, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return a.Unmap().WithZone(""), err == nil
}

var hostName = regexp.MustCompile(`^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$`)

// base returns the URL under which a request's caller reaches the server. It
// writes localhost as 127.0.0.1: chatjs opens plain websockets there only.
func (c Config) base(local string, trusted proxies) func(*http.Request) string {
	return func(r *http.Request) string {
		if c.PublicURL != "" {
			return c.PublicURL
		}
		host, secure := r.Host, r.TLS != nil
		if trusted.speaks(r) {
			if name := said(r.Header, "X-Forwarded-Host", "host"); name != "" {
				host = name
			}
			secure = secure || said(r.Header, "X-Forwarded-Proto", "proto") == "https"
		}
		if !hostName.MatchString(host) {
			return local
		}
		if secure {
			return "https://" + numbered(host)
		}
		return "http://" + numbered(host)
	}
}

// numbered writes localhost as 127.0.0.1.
func numbered(host string) string {
	if name, port, err := net.SplitHostPort(host); err == nil && strings.EqualFold(name, "localhost") {
		return net.JoinHostPort("127.0.0.1", port)
	}
	if strings.EqualFold(host, "localhost") {
		return "127.0.0.1"
	}
	return host
}
