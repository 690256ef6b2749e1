package node

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// certificateEvery is how often the certificate's files are looked at (our choice).
const certificateEvery = 5 * time.Second

// certificate is the newest pair of certificate and key that was whole. A pair
// that cannot be used never takes the place of one that can; connections that
// are open keep the one they began with.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger
	current           atomic.Pointer[tls.Certificate]

	mu   sync.Mutex
	seen [sha256.Size]byte // of both files as they were last read, good or bad
}

// openCertificate reads the pair for the first time; nil without one.
func (c Config) openCertificate(log *slog.Logger) (*certificate, error) {
	if c.TLSCert == "" {
		return nil, nil
	}
	made := &certificate{certFile: c.TLSCert, keyFile: c.TLSKey, log: log}
	if _, err := made.load(); err != nil {
		return nil, fmt.Errorf("read the TLS certificate: %w", err)
	}
	return made, nil
}

// load reads both files and, if they changed, serves what they hold from now on.
func (c *certificate) load() (changed bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	cert, err := os.ReadFile(c.certFile)
	if err != nil {
		return false, err
	}
	key, err := os.ReadFile(c.keyFile)
	if err != nil {
		return false, err
	}
	sum := sha256.Sum256(append(append(cert, 0), key...))
	if sum == c.seen {
		return false, nil
	}
	c.seen = sum
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return false, err
	}
	c.current.Store(&pair)
	return true, nil
}

// forget makes the next load read the files as if they were new.
func (c *certificate) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = [sha256.Size]byte{}
}

// reload is load for a server that runs: what is wrong is only logged, once for
// each state of the files.
func (c *certificate) reload(told string) string {
	changed, err := c.load()
	switch {
	case err != nil && err.Error() != told:
		c.log.Error("the new TLS certificate cannot be used; the old one stays", slog.Any("error", err))
		return err.Error()
	case err != nil:
		return told
	case changed:
		c.log.Info("a TLS certificate was read and is in use", slog.Time("until", c.current.Load().Leaf.NotAfter))
	}
	return ""
}

// run looks at the files again and again.
func (c *certificate) run(ctx context.Context) {
	ticker := time.NewTicker(certificateEvery)
	defer ticker.Stop()
	for told := ""; ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			told = c.reload(told)
		}
	}
}

// wrap makes a listener speak TLS.
func (c *certificate) wrap(l net.Listener) net.Listener {
	return tls.NewListener(l, &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current.Load(), nil },
	})
}

// Reload reads again what may change while the server runs, the TLS certificate, and
// opens the flow log again. One that cannot be used is logged and the old one stays.
func (n *Node) Reload() {
	if n.flowLog != nil {
		if err := n.flowLog.reopen(); err != nil {
			n.log.Error("the flow log cannot be opened again", slog.Any("error", err))
		}
	}
	if n.certificate != nil {
		n.certificate.forget()
		n.certificate.reload("")
	}
}
