package node

import (
	"context"
	"crypto/tls"
	"net/http/httptest"
	"testing"
)

func TestTheURLUnderWhichACallerReachesTheServer(t *testing.T) {
	const local = "http://127.0.0.1:9999"
	for name, c := range map[string]struct {
		cfg       Config
		host      string
		forwarded string
		tls       bool
		want      string
	}{
		"as it was called":              {Config{}, "chat.example.com:8080", "", false, "http://chat.example.com:8080"},
		"localhost":                     {Config{}, "localhost:8080", "", false, "http://127.0.0.1:8080"},
		"localhost in capitals":         {Config{}, "LocalHost", "", false, "http://127.0.0.1"},
		"an IPv6 address":               {Config{}, "[::1]:8080", "", false, "http://[::1]:8080"},
		"by TLS":                        {Config{}, "chat.example.com", "", true, "https://chat.example.com"},
		"a proxy that is believed":      {Config{BehindProxy: true}, "chat.example.com", "https", false, "https://chat.example.com"},
		"a proxy that speaks no TLS":    {Config{BehindProxy: true}, "chat.example.com", "http", false, "http://chat.example.com"},
		"a header that is not believed": {Config{}, "chat.example.com", "https", false, "http://chat.example.com"},
		"a public URL":                  {Config{PublicURL: "https://p.example.com/x"}, "chat.example.com", "", false, "https://p.example.com/x"},
		"no host":                       {Config{}, "", "", false, local},
		"a host with a path":            {Config{}, "evil.example.com/x", "", false, local},
		"a host with a user":            {Config{}, "user@evil.example.com", "", false, local},
		"a host with quotes":            {Config{}, `x"y`, "", false, local},
	} {
		r := httptest.NewRequestWithContext(context.Background(), "GET", "/", nil)
		r.Host = c.host
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-Proto", c.forwarded)
		}
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		trusted, err := c.cfg.proxies()
		if err != nil {
			t.Fatal(err)
		}
		r.RemoteAddr = "10.1.2.3:4567"
		if got := c.cfg.base(local, trusted)(r); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
