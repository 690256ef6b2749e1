package node

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// from is a request as a peer sends it.
func from(peer string, headers ...string) *http.Request {
	r := httptest.NewRequest("GET", "http://server.example/", nil)
	r.RemoteAddr = peer
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

func trusted(t *testing.T, list ...string) proxies {
	t.Helper()
	p, err := Config{BehindProxy: true, TrustedProxies: list}.proxies()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhoTheCallerIs(t *testing.T) {
	const xff = "X-Forwarded-For"
	near, one := trusted(t), trusted(t, "192.0.2.1", "2001:db8::/32")
	for name, c := range map[string]struct {
		trusted proxies
		r       *http.Request
		want    string
	}{
		"no proxy":                             {nil, from("203.0.113.9:1"), "203.0.113.9"},
		"no proxy, a forged header":            {nil, from("127.0.0.1:1", xff, "1.1.1.1"), "127.0.0.1"},
		"through a proxy":                      {near, from("127.0.0.1:1", xff, "203.0.113.9"), "203.0.113.9"},
		"a caller that forges":                 {near, from("127.0.0.1:1", xff, "1.1.1.1, 203.0.113.9"), "203.0.113.9"},
		"a caller that forges a second header": {near, from("127.0.0.1:1", xff, "1.1.1.1", xff, "203.0.113.9"), "203.0.113.9"},
		"a caller that forges a proxy":         {near, from("127.0.0.1:1", xff, "10.0.0.1, 203.0.113.9"), "203.0.113.9"},
		"past the proxy":                       {one, from("10.0.0.7:1", xff, "1.1.1.1"), "10.0.0.7"},
		"past the proxy from outside":          {near, from("203.0.113.9:1", xff, "1.1.1.1"), "203.0.113.9"},
		"two proxies":                          {near, from("10.0.0.2:1", xff, "203.0.113.9, 10.0.0.1"), "203.0.113.9"},
		"a proxy that is not trusted between":  {one, from("192.0.2.1:1", xff, "203.0.113.9, 198.51.100.1"), "198.51.100.1"},
		"the named proxy":                      {one, from("192.0.2.1:1", xff, "10.1.1.1"), "10.1.1.1"},
		"by IPv6":                              {one, from("[2001:db8::1]:1", xff, "2a00::1"), "2a00::1"},
		"a v4 address written as v6":           {near, from("[::ffff:127.0.0.1]:1", xff, "::ffff:203.0.113.9"), "203.0.113.9"},
		"with a port":                          {near, from("127.0.0.1:1", xff, "203.0.113.9:4711"), "203.0.113.9"},
		"only proxies":                         {near, from("127.0.0.1:1", xff, "10.0.0.1"), ""},
		"a proxy that says nothing":            {near, from("127.0.0.1:1"), ""},
		"words":                                {near, from("127.0.0.1:1", xff, "203.0.113.9, unknown"), ""},
		"Forwarded":                            {near, from("127.0.0.1:1", "Forwarded", `for=1.1.1.1, For="[2a00::1]:80";proto=https;by=10.0.0.1`), "2a00::1"},
		"Forwarded beside X-Forwarded-For":     {near, from("127.0.0.1:1", "Forwarded", "for=1.1.1.1", xff, "203.0.113.9"), "203.0.113.9"},
		"Forwarded past the proxy":             {one, from("127.0.0.1:1", "Forwarded", "for=1.1.1.1"), "127.0.0.1"},
	} {
		if got := c.trusted.caller(c.r); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestTheURLBehindAProxy(t *testing.T) {
	const proto, host = "X-Forwarded-Proto", "X-Forwarded-Host"
	near := trusted(t)
	for name, c := range map[string]struct {
		r    *http.Request
		want string
	}{
		"TLS at the proxy":           {from("127.0.0.1:1", proto, "https"), "https://server.example"},
		"another name":               {from("127.0.0.1:1", proto, "https", host, "chat.example:8443"), "https://chat.example:8443"},
		"the nearest proxy's word":   {from("127.0.0.1:1", proto, "http, https", host, "evil.example, chat.example"), "https://chat.example"},
		"Forwarded":                  {from("127.0.0.1:1", "Forwarded", `for=203.0.113.9;host="chat.example";proto=https`), "https://chat.example"},
		"Forwarded is a caller's":    {from("127.0.0.1:1", "Forwarded", "host=evil.example;proto=http", proto, "https", host, "chat.example"), "https://chat.example"},
		"a stranger's word":          {from("203.0.113.9:1", proto, "https", host, "evil.example"), "http://server.example"},
		"no name":                    {from("127.0.0.1:1", proto, "https", host, "evil.example/x"), "http://here"},
		"no TLS at the proxy either": {from("127.0.0.1:1", proto, "http"), "http://server.example"},
	} {
		if got := (Config{BehindProxy: true}).base("http://here", near)(c.r); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestTrustedProxiesAreRefused(t *testing.T) {
	for _, c := range []Config{
		{BehindProxy: true, TrustedProxies: []string{"10.0.0.0/33"}}, {BehindProxy: true, TrustedProxies: []string{"proxy.example"}},
		{BehindProxy: true, TrustedProxies: []string{""}}, {TrustedProxies: []string{"10.0.0.1"}},
	} {
		if p, err := c.proxies(); err == nil {
			t.Errorf("%v is read as %v", c.TrustedProxies, p)
		}
	}
}
