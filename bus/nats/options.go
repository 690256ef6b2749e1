package nats

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	natsgo "github.com/nats-io/nats.go"

	"parley/bus"
)

// Options says where NATS is and who this node is to it.
type Options struct {
	// URL is one server or several, comma separated: nats://host:4222 or tls://host:4222,
	// where needed with user:password@ or token@.
	URL     string
	Cluster string // a name for all nodes over one store; "main"
	Name    string // of this node in what NATS shows; "parley"

	Credentials string // file of a user's JWT and key
	NKey        string // file of a user's key alone
	CA          string // file of certificates that the servers' are checked with; empty = the system's
	Cert, Key   string // files that this node proves itself with

	Local bus.Bus // within the process; it is closed with the Bus
	Log   *slog.Logger
}

const (
	dialWithin = 2 * time.Second
	writeFor   = 2 * time.Second        // longer, and the connection is given up
	retryWait  = 250 * time.Millisecond // between two rounds over all servers, and as much again at random
)

var clusterName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Check says in words for the operator why a Bus cannot be opened with these
// options; nil if it can. It names no secret.
func (o Options) Check() error {
	_, err := o.check()
	return err
}

func (o Options) check() (natsgo.Options, error) {
	opts := natsgo.GetDefaultOptions()
	if !clusterName.MatchString(o.cluster()) {
		return opts, errors.New("the name of the cluster may have letters, digits, - and _ only")
	}
	var err error
	if opts.Servers, err = servers(o.URL); err != nil {
		return opts, err
	}
	opts.Name = cmp.Or(o.Name, "parley")
	opts.NoEcho, opts.RetryOnFailedConnect, opts.IgnoreAuthErrorAbort, opts.ReconnectOnFlusherError = true, true, true, true
	opts.MaxReconnect, opts.ReconnectBufSize = -1, -1 // for ever; what cannot be sent at once is lost
	opts.ReconnectWait, opts.ReconnectJitter, opts.ReconnectJitterTLS = retryWait, retryWait, retryWait
	opts.Timeout, opts.FlusherTimeout = dialWithin, writeFor
	opts.PingInterval, opts.MaxPingsOut = pingEvery, pingsMissed
	if err := o.identify(&opts); err != nil {
		return opts, err
	}
	return opts, o.secure(&opts)
}

func (o Options) cluster() string { return cmp.Or(o.Cluster, "main") }

// servers splits and checks the URL. Errors name the host, never what is before it.
func servers(list string) ([]string, error) {
	var all []string
	for i, s := range strings.Split(list, ",") {
		s = strings.TrimSpace(s)
		u, err := url.Parse(s)
		switch {
		case err != nil:
			return nil, fmt.Errorf("URL %d cannot be read; it must be nats://host:port", i+1)
		case u.Scheme != "nats" && u.Scheme != "tls":
			return nil, fmt.Errorf("URL %d must begin with nats:// or tls://", i+1)
		case u.Hostname() == "":
			return nil, fmt.Errorf("URL %d names no host", i+1)
		case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
			return nil, fmt.Errorf("%s: nothing may follow the port; more servers are written nats://one:4222,nats://two:4222", u.Host)
		}
		all = append(all, s)
	}
	return all, nil
}

// identify reads the files that say who this node is: once here, so that a
// missing one is told at the start.
func (o Options) identify(opts *natsgo.Options) error {
	if o.Credentials != "" && o.NKey != "" {
		return errors.New("credentials and an nkey do not go together")
	}
	if o.Credentials != "" {
		if _, err := os.ReadFile(o.Credentials); err != nil {
			return fmt.Errorf("read the credentials: %w", err)
		}
		return natsgo.UserCredentials(o.Credentials)(opts)
	}
	if o.NKey != "" {
		if _, err := os.ReadFile(o.NKey); err != nil {
			return fmt.Errorf("read the nkey: %w", err)
		}
		use, err := natsgo.NkeyOptionFromSeed(o.NKey)
		if err != nil {
			return fmt.Errorf("%s holds no nkey seed", o.NKey)
		}
		return use(opts)
	}
	return nil
}

// secure sets what TLS needs. Whether it is used, the URL and the server say.
func (o Options) secure(opts *natsgo.Options) error {
	if (o.Cert == "") != (o.Key == "") {
		return errors.New("a certificate and its key go together")
	}
	if o.CA == "" && o.Cert == "" {
		return nil
	}
	opts.Secure = true
	opts.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	if o.CA != "" {
		raw, err := os.ReadFile(o.CA)
		if err != nil {
			return fmt.Errorf("read the CA: %w", err)
		}
		opts.TLSConfig.RootCAs = x509.NewCertPool()
		if !opts.TLSConfig.RootCAs.AppendCertsFromPEM(raw) {
			return fmt.Errorf("%s holds no certificate", o.CA)
		}
	}
	if o.Cert == "" {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(o.Cert, o.Key)
	if err != nil {
		return fmt.Errorf("read the certificate: %w", err)
	}
	opts.TLSConfig.Certificates = []tls.Certificate{pair}
	return nil
}

// dialer makes connections until done is closed.
type dialer struct{ done <-chan struct{} }

// Dial connects within dialWithin.
func (d dialer) Dial(network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), dialWithin)
	defer cancel()
	go func() {
		select {
		case <-d.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	return new(net.Dialer).DialContext(ctx, network, address)
}
