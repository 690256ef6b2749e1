package nats_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/bus/memory"
	"parley/bus/nats"
	"parley/internal/clock"
	"parley/internal/natstest"
	"parley/internal/testlog"
)

// logger writes all it is told into the log.
func logger(log *testlog.Buffer) *slog.Logger {
	return slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// A key pair of these tests.
const (
	nkeySeed   = "SUAL6QB24EWOYHMCIWXHSHKDCWYNQPPSI4ISR4ZUDB44OJ2ALNPPIGD2QE"
	nkeyPublic = "UB4TMEMUMXJSXMQPHA2VUF6EACBZWPSLI4JCEVXPWSGMNMBBMQ7HNKK2"
)

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestNodesProveWhoTheyAre(t *testing.T) {
	config := file(t, `authorization { users [ { nkey: "`+nkeyPublic+`" } ] }`)
	seed, otherSeed := file(t, nkeySeed), "no seed"
	at := func(s *natstest.Server, who string) string {
		return strings.Replace(s.URL(), "nats://", "nats://"+who, 1)
	}
	for name, c := range map[string]struct {
		args       []string
		right, lie string // before the host
		rightSeed  string
	}{
		"user and password": {args: []string{"--user", "u", "--pass", "s3cret"}, right: "u:s3cret@", lie: "u:wr0ng@"},
		"token":             {args: []string{"--auth", "s3cret"}, right: "s3cret@", lie: "wr0ng@"},
		"nkey":              {args: []string{"-c", config}, rightSeed: seed, lie: ""},
	} {
		t.Run(name, func(t *testing.T) {
			server := natstest.Start(t, natstest.Config{Args: c.args})
			var good, bad testlog.Buffer
			right := open(t, nats.Options{URL: at(server, c.right), NKey: c.rightSeed, Log: logger(&good)})
			wrong := open(t, nats.Options{URL: at(server, c.lie), Log: logger(&bad)})
			eventually(t, "the right one is let in", soon, right.Up)
			eventually(t, "the log says why the wrong one is not", soon, func() bool {
				return strings.Contains(strings.ToLower(bad.String()), "authorization violation")
			})
			if wrong.Up() {
				t.Error("the wrong one was let in")
			}
			for _, secret := range []string{"s3cret", "wr0ng", nkeySeed} {
				if log := good.String() + bad.String(); strings.Contains(log, secret) {
					t.Errorf("a secret is in the log: %s", log)
				}
			}
		})
	}
	if _, err := nats.Open(nats.Options{URL: "nats://127.0.0.1:1", NKey: file(t, otherSeed), Local: memory.New()}); err == nil {
		t.Error("a file without a seed is taken for one")
	}
}

// certificate makes a certificate for loopback that is its own authority.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := clock.Wall()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string, raw []byte) string {
		return file(t, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw})))
	}
	return block("CERTIFICATE", der), block("EC PRIVATE KEY", raw)
}

func TestTLS(t *testing.T) {
	cert, key := certificate(t)
	stranger, strangerKey := certificate(t)
	server := natstest.Start(t, natstest.Config{Args: []string{"--tlsverify", "--tlscert", cert, "--tlskey", key, "--tlscacert", cert}})
	right := open(t, nats.Options{URL: server.URL(), CA: cert, Cert: cert, Key: key})
	for name, o := range map[string]nats.Options{
		"a server of another authority": {CA: stranger, Cert: cert, Key: key},
		"a node of another authority":   {CA: cert, Cert: stranger, Key: strangerKey},
		"nothing to check with":         {},
	} {
		var log testlog.Buffer
		o.URL, o.Log = server.URL(), logger(&log)
		b := open(t, o)
		eventually(t, name+" is complained of", soon, func() bool { return strings.Contains(log.String(), "level=WARN") })
		if b.Up() {
			t.Errorf("%s: connected", name)
		}
	}
	eventually(t, "the right one is let in", soon, right.Up)
}

func TestRefusedOptions(t *testing.T) {
	empty := file(t, "")
	for name, c := range map[string]struct {
		o    nats.Options
		says string
	}{
		"no URL":                   {nats.Options{}, "nats://"},
		"another scheme":           {nats.Options{URL: "http://127.0.0.1:4222"}, "nats://"},
		"no host":                  {nats.Options{URL: "nats://u:s3cret@"}, "host"},
		"no URL at all":            {nats.Options{URL: "nats://u:s3cret@[::1"}, "URL 1"},
		"the second is none":       {nats.Options{URL: "nats://one, two"}, "URL 2"},
		"a path":                   {nats.Options{URL: "nats://u:s3cret@one:4222/two"}, "one:4222"},
		"a name of two words":      {nats.Options{URL: "nats://one", Cluster: "a.b"}, "cluster"},
		"credentials that are not": {nats.Options{URL: "nats://one", Credentials: "none"}, "none"},
		"an nkey that is not":      {nats.Options{URL: "nats://one", NKey: "none"}, "none"},
		"two ways to say who":      {nats.Options{URL: "nats://one", NKey: empty, Credentials: empty}, "together"},
		"a CA that is not":         {nats.Options{URL: "nats://one", CA: "none"}, "none"},
		"a CA without certificate": {nats.Options{URL: "nats://one", CA: empty}, empty},
		"a certificate alone":      {nats.Options{URL: "nats://one", Cert: empty}, "together"},
		"no certificate":           {nats.Options{URL: "nats://one", Cert: empty, Key: empty}, "certificate"},
	} {
		err := c.o.Check()
		switch {
		case err == nil:
			t.Errorf("%s: no error", name)
		case !strings.Contains(err.Error(), c.says), strings.Contains(err.Error(), "s3cret"), strings.Contains(err.Error(), "\n"):
			t.Errorf("%s: %q, want one line that says %q and no secret", name, err, c.says)
		}
	}
	for _, url := range []string{"nats://one:4222", "tls://u:p@one,tls://two", " nats://one , nats://two/ "} {
		if err := (nats.Options{URL: url}).Check(); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}
