package egress_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"parley/internal/fault"
	"parley/outbound/egress"
)

// answers is a server that counts its calls and says "ok".
func answers(t *testing.T, handle http.HandlerFunc) (url string, calls *atomic.Int64) {
	t.Helper()
	calls = &atomic.Int64{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		handle(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL, calls
}

func ok(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) }

// client returns a client that may call what is allowed; names resolve as the table says.
func client(t *testing.T, names map[string][]string, allow ...string) *egress.Client {
	t.Helper()
	policy, err := egress.NewPolicy(allow)
	if err != nil {
		t.Fatal(err)
	}
	c := egress.New(egress.Options{Policy: policy, Lookup: func(_ context.Context, _, host string) (all []netip.Addr, err error) {
		for _, text := range names[host] {
			all = append(all, netip.MustParseAddr(text))
		}
		if len(all) == 0 {
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		}
		return all, nil
	}})
	t.Cleanup(c.Close)
	return c
}

// Addresses that a server must not be made to call.
var forbidden = []string{
	"127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "169.254.170.2", "100.64.0.1",
	"100.100.100.200", "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16", "192.0.2.1",
	"::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "2001::1",
	"::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
	"2002:a9fe:a9fe::1", "::ffff:0:7f00:1", "4000::1", "2606:4700::1111%eth0",
}

func TestPrivateAddressesAreRefused(t *testing.T) {
	for _, address := range forbidden {
		c := client(t, map[string][]string{"evil.test": {address}})
		for _, url := range []string{"http://evil.test:1/", "http://[" + strings.ReplaceAll(address, "%", "%25") + "]:1/"} {
			if strings.Contains(address, ".") && !strings.Contains(address, ":") {
				url = strings.NewReplacer("[", "", "]", "").Replace(url)
			}
			_, err := c.Do(t.Context(), egress.Request{URL: url, MaxAnswer: 10, Tries: 3})
			if !fault.Is(err, fault.Denied) || !strings.Contains(err.Error(), "--allow-outbound") {
				t.Errorf("%s (%s): %v", url, address, err)
			}
		}
		if s := c.Stats(); s.Refused != 2 || s.Retries != 0 {
			t.Errorf("%s: counted %+v", address, s)
		}
	}
}

func TestPublicAddressesAreNotRefused(t *testing.T) {
	for _, address := range []string{"1.1.1.1", "93.184.215.14", "172.32.0.1", "192.169.0.1", "2606:4700:4700::1111", "64:ff9b::101:101", "::ffff:8.8.8.8"} {
		p, err := egress.NewPolicy(nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Literal(address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// Spellings that some resolvers take for addresses.
func TestOddSpellingsReachNothing(t *testing.T) {
	url, calls := answers(t, ok)
	port := url[strings.LastIndexByte(url, ':'):]
	system := egress.New(egress.Options{})
	for _, host := range []string{"2130706433", "0x7f000001", "0177.0.0.1", "127.1", "127.0.0.1.", "localhost", "LOCALHOST.", "0"} {
		if _, err := system.Do(t.Context(), egress.Request{URL: "http://" + host + port, MaxAnswer: 10}); err == nil {
			t.Errorf("%s was called", host)
		}
	}
	if calls.Load() != 0 {
		t.Errorf("%d calls arrived", calls.Load())
	}
}

func TestWhatTheOperatorAllows(t *testing.T) {
	url, _ := answers(t, ok)
	port := url[strings.LastIndexByte(url, ':'):]
	names := map[string][]string{"inside.test": {"127.0.0.1"}, "Inside.test": {"127.0.0.1"}, "other.test": {"127.0.0.1"}, "mixed.test": {"10.255.255.1", "127.0.0.1"}}
	for name, c := range map[string]struct {
		allow, host string
		want        bool
	}{
		"the host":                     {"inside.test", "inside.test", true},
		"the host in other letters":    {"INSIDE.test.", "Inside.test", true},
		"another host":                 {"inside.test", "other.test", false},
		"the address":                  {"127.0.0.1", "inside.test", true},
		"the mapped address":           {"::ffff:127.0.0.1", "127.0.0.1", true},
		"the network":                  {"127.0.0.0/8", "127.0.0.1", true},
		"a mapped spelling of it":      {"127.0.0.0/8", "[::ffff:127.0.0.1]", true},
		"another network":              {"10.0.0.0/8", "127.0.0.1", false},
		"of two addresses the allowed": {"127.0.0.1", "mixed.test", true},
	} {
		a, err := client(t, names, c.allow).Do(t.Context(), egress.Request{URL: "http://" + c.host + port, MaxAnswer: 10})
		if got := err == nil && string(a.Body) == "ok"; got != c.want {
			t.Errorf("%s: called is %v (%v)", name, got, err)
		}
	}
}

func TestWhatIsNothingToAllow(t *testing.T) {
	for _, entry := range []string{"", "http://a", "a:80", "*.a", "10.0.0.0/99", "a b"} {
		if _, err := egress.NewPolicy([]string{entry}); err == nil {
			t.Errorf("%q is allowed", entry)
		}
	}
}

// The name means another address each time it is asked for: what was checked is what is called.
func TestANameThatChangesIsResolvedOnce(t *testing.T) {
	inner, reached := answers(t, ok)
	port := inner[strings.LastIndexByte(inner, ':'):]
	policy, err := egress.NewPolicy([]string{"127.0.0.77"})
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int64
	c := egress.New(egress.Options{Policy: policy, Lookup: func(context.Context, string, string) ([]netip.Addr, error) {
		if asked.Add(1) == 1 {
			return []netip.Addr{netip.MustParseAddr("127.0.0.77")}, nil
		}
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
	}})
	if _, err := c.Do(t.Context(), egress.Request{URL: "http://rebind.test" + port, MaxAnswer: 10}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("nobody listens at the first address: %v", err)
	}
	if _, err := c.Do(t.Context(), egress.Request{URL: "http://rebind.test" + port, MaxAnswer: 10}); !fault.Is(err, fault.Denied) {
		t.Errorf("the second address: %v", err)
	}
	// the system knows this name too, at another address than the one that was checked
	once := egress.New(egress.Options{Policy: policy, Lookup: func(context.Context, string, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("127.0.0.77")}, nil
	}})
	if _, err := once.Do(t.Context(), egress.Request{URL: "http://localhost" + port, MaxAnswer: 10}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("another address than the checked one: %v", err)
	}
	if asked.Load() != 2 || reached.Load() != 0 {
		t.Errorf("resolved %d times for two connections, %d calls arrived", asked.Load(), reached.Load())
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	target, reached := answers(t, ok)
	url, calls := answers(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, target, http.StatusTemporaryRedirect)
	})
	_, err := client(t, nil, "127.0.0.1").Do(t.Context(), egress.Request{URL: url, MaxAnswer: 10, Tries: 3})
	if !fault.Is(err, fault.Denied) || calls.Load() != 1 || reached.Load() != 0 {
		t.Errorf("%v, %d calls, %d at the target", err, calls.Load(), reached.Load())
	}
}

// TestMain sets a proxy that nobody can use, before anything reads the environment.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTP_PROXY", "http_proxy"} {
		if err := os.Setenv(name, "http://127.0.0.1:1"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

func TestNoProxyIsUsed(t *testing.T) {
	url, calls := answers(t, ok)
	port := url[strings.LastIndexByte(url, ':'):]
	_, err := client(t, map[string][]string{"inside.test": {"127.0.0.1"}}, "inside.test").
		Do(t.Context(), egress.Request{URL: "http://inside.test" + port, MaxAnswer: 10})
	if err != nil || calls.Load() != 1 {
		t.Errorf("%v, %d calls", err, calls.Load())
	}
}

func TestURLsThatCannotBeCalled(t *testing.T) {
	var p egress.Policy
	for _, url := range []string{"", "file:///etc/passwd", "gopher://1.1.1.1", "http://", "https:", "//1.1.1.1", "http://[::1", "http://127.0.0.1", "http://localhost:80", "http://[::ffff:10.0.0.1]"} {
		if p.Check(url) == nil {
			t.Errorf("%q may be called", url)
		}
	}
	for _, url := range []string{"http://1.1.1.1", "https://example.com:8443/x?y"} {
		if err := p.Check(url); err != nil {
			t.Errorf("%q: %v", url, err)
		}
	}
}
