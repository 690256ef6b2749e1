package account

import "net/netip"

// Network is what an address is counted as where attempts are slowed: of IPv6 the first 64 bits, because whoever has one address there
// has all of them. What is no address stays as it is.
func Network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}
