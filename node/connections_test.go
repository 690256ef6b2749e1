package node

import (
	"testing"
)

// TestConnectionsPerAddress (H3): who is held to how many.
func TestConnectionsPerAddress(t *testing.T) {
	public := Config{Listen: "0.0.0.0:443", TLSCert: "cert", TLSKey: "key"}
	proxied := Config{Listen: "10.0.0.1:80", BehindProxy: true}
	limited, open := proxied, public
	limited.Limit, open.Limit = []string{"connections-per-address=7"}, []string{"connections-per-address=0"}
	for name, c := range map[string]struct {
		cfg  Config
		want int
	}{
		"a laptop": {Config{}, 0}, "open to others": {public, publicPerAddress}, "behind a proxy": {proxied, publicPerAddress},
		"as the operator says": {limited, 7}, "without a limit": {open, 0},
	} {
		limits, err := c.cfg.withDefaults().limits()
		if err != nil || limits.perAddress != c.want {
			t.Errorf("%s: %d connections for an address (%v), want %d", name, limits.perAddress, err, c.want)
		}
	}
	for _, value := range []string{"", "-1", "x", "1.5", "99999999999"} {
		if _, err := (Config{Limit: []string{"connections-per-address=" + value}}).limits(); err == nil {
			t.Errorf("connections-per-address=%s is accepted", value)
		}
	}
}
