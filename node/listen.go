package node

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// listen opens the server's address, or takes over the listener that whoever
// started the process holds for it (LISTEN_FDS, as systemd passes it).
func (c Config) listen() (net.Listener, error) {
	if inherited() {
		const firstFD = 3
		f := os.NewFile(firstFD, "inherited listener")
		defer f.Close()
		l, err := net.FileListener(f)
		if err != nil {
			return nil, fmt.Errorf("take over the inherited listener: %w", err)
		}
		if l.Addr().Network() == "tcp" {
			err = c.exposed(l.Addr().String())
		}
		if err != nil {
			l.Close()
			return nil, err
		}
		return l, nil
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", c.Listen, err)
	}
	return l, nil
}

func inherited() bool {
	n, err := strconv.Atoi(os.Getenv("LISTEN_FDS"))
	pid := os.Getenv("LISTEN_PID")
	return err == nil && n > 0 && (pid == "" || pid == strconv.Itoa(os.Getpid()))
}

// withTLS makes the listener speak TLS if a certificate is configured.
func (c Config) withTLS(l net.Listener) (net.Listener, error) {
	if c.TLSCert == "" {
		return l, nil
	}
	pair, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("read the TLS certificate: %w", err)
	}
	return tls.NewListener(l, &tls.Config{
		MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}, NextProtos: []string{"http/1.1"},
	}), nil
}

// lock makes the data directory this server's own; the lock ends with the process.
func (c Config) lock() (*os.File, error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	f, err := os.OpenFile(c.file("lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock of the data directory: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("the data directory %s is in use by another server", c.Data)
	}
	return f, nil
}

var hostName = regexp.MustCompile(`^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$`)

// base returns the URL under which a request's caller reaches the server. It
// writes localhost as 127.0.0.1: chatjs opens plain websockets there only.
func (c Config) base(local string) func(*http.Request) string {
	return func(r *http.Request) string {
		if c.PublicURL != "" {
			return c.PublicURL
		}
		if !hostName.MatchString(r.Host) {
			return local
		}
		host := r.Host
		if name, port, err := net.SplitHostPort(host); err == nil && strings.EqualFold(name, "localhost") {
			host = net.JoinHostPort("127.0.0.1", port)
		} else if strings.EqualFold(host, "localhost") {
			host = "127.0.0.1"
		}
		if r.TLS != nil || c.BehindProxy && r.Header.Get("X-Forwarded-Proto") == "https" {
			return "https://" + host
		}
		return "http://" + host
	}
}
