package node

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pair is a certificate for 127.0.0.1 that signs itself, and its key, in PEM.
func pair(t *testing.T, name string) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})
}

// put writes a certificate and a key where a server's configuration finds them.
func put(t *testing.T, cfg Config, cert, key []byte) {
	t.Helper()
	for path, text := range map[string][]byte{cfg.TLSCert: cert, cfg.TLSKey: key} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func tlsConfig(t *testing.T) Config {
	t.Helper()
	dir := t.TempDir()
	return Config{Listen: "127.0.0.1:0", Data: filepath.Join(dir, "data"), TLSCert: filepath.Join(dir, "cert"), TLSKey: filepath.Join(dir, "key")}
}

// logs collects what is logged.
type logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write keeps p.
func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logs) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), text)
}

const kept = "the old one stays"

// TestACertificateIsReadAgain: the files are looked at every few seconds; what cannot be used is told once.
func TestACertificateIsReadAgain(t *testing.T) {
	cfg := tlsConfig(t)
	certA, keyA := pair(t, "A")
	certB, keyB := pair(t, "B")
	put(t, cfg, certA, keyA)
	synctest.Test(t, func(t *testing.T) {
		var log logs
		c, err := cfg.openCertificate(slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		go c.run(ctx)
		after := func(what string, looks int, want string, told int) {
			t.Helper()
			time.Sleep(time.Duration(looks) * certificateEvery)
			synctest.Wait()
			if got := c.current.Load().Leaf.Subject.CommonName; got != want || log.count(kept) != told {
				t.Errorf("%s: certificate %s, %d complaints, want %s and %d", what, got, log.count(kept), want, told)
			}
		}
		after("at first", 1, "A", 0)
		put(t, cfg, certB, keyA) // the key follows in a moment
		after("half of a new pair", 2, "A", 1)
		put(t, cfg, certB, keyB)
		after("the whole pair", 1, "B", 1)
		put(t, cfg, certB, []byte("no key"))
		after("a broken key", 3, "B", 2)
		os.Remove(cfg.TLSKey)
		after("no key", 3, "B", 3)
		put(t, cfg, certA, keyA)
		after("the first pair again", 1, "A", 3)
		stop()
		synctest.Wait()
	})
}

// served is the name in the certificate that a new connection is shown.
func served(t *testing.T, address string) string {
	t.Helper()
	conn, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0].Subject.CommonName
}

// TestReloadUnderOpenConnections swaps certificates while a connection is open.
func TestReloadUnderOpenConnections(t *testing.T) {
	cfg := tlsConfig(t)
	var log logs
	cfg.LogTo = &log
	certA, keyA := pair(t, "A")
	certB, keyB := pair(t, "B")
	put(t, cfg, certA, keyA)
	n, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	address := strings.TrimPrefix(n.Ready().URL, "https://")
	open, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	answers := bufio.NewReader(open)
	step := func(what string, cert, key []byte, want string, complaints int) {
		t.Helper()
		put(t, cfg, cert, key)
		n.Reload()
		if got := served(t, address); got != want || log.count(kept) != complaints {
			t.Errorf("%s: certificate %s, %d complaints, want %s and %d", what, got, log.count(kept), want, complaints)
		}
		fmt.Fprint(open, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
		res, err := http.ReadResponse(answers, nil)
		if err != nil || res.StatusCode != 200 {
			t.Fatalf("%s: the open connection: %v", what, err)
		}
		answers.Discard(int(res.ContentLength))
	}
	step("a new pair", certB, keyB, "B", 0)
	step("a broken one", certA, keyB, "B", 1)
	step("asked again", certA, keyB, "B", 2)
	step("a whole one", certA, keyA, "A", 2)
	if _, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11}); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	if err := n.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}
