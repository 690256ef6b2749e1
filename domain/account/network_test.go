package account_test

import (
	"testing"

	"parley/domain/account"
)

func TestNetworks(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:0:1::1": "2001:db8:0:1::/64", "2001:db8:0:1:ffff::2": "2001:db8:0:1::/64",
		"2001:db8:0:2::1": "2001:db8:0:2::/64", "fe80::1%eth0": "fe80::/64", "": "", "unknown": "unknown",
	} {
		if got := account.Network(address); got != want {
			t.Errorf("%q is counted as %q, want %q", address, got, want)
		}
	}
}
