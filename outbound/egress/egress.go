// Package egress is the one way in which a server calls others over HTTP.
//
// It guarantees: a call takes no longer than its context and its answer is no
// larger than it may be; redirects are not followed and no proxy is used; a host is
// resolved once per connection and only an address that the Policy allows is
// connected to: private, loopback, link-local and metadata addresses only if the
// operator said so. Errors hold no URL, header or body, which may be secret.
package egress

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"parley/internal/fault"
)

// Bounds (our choice).
const (
	// MaxRequest is the largest body that is sent, in bytes.
	MaxRequest = 1 << 20
	// maxHeader bounds the header of an answer.
	maxHeader = 64 << 10
	// connectWithin bounds one attempt to connect, so that a try is left for others.
	connectWithin = 3 * time.Second
	// mostToHost bounds the connections to one host; further calls wait for one.
	mostToHost = 256
)

// Options say what a Client may do.
type Options struct {
	Policy Policy
	// Lookup resolves a host's name; the system's resolver when nil.
	Lookup func(ctx context.Context, network, host string) ([]netip.Addr, error)
	// TLS is for https; the system's roots when nil.
	TLS *tls.Config
}

// Client calls others. It is safe for concurrent use.
type Client struct {
	policy Policy
	lookup func(ctx context.Context, network, host string) ([]netip.Addr, error)
	dialer net.Dialer
	http   *http.Transport

	refused, retries atomic.Int64
}

// New returns a client.
func New(o Options) *Client {
	c := &Client{policy: o.Policy, lookup: o.Lookup, dialer: net.Dialer{Timeout: connectWithin}}
	if c.lookup == nil {
		c.lookup = net.DefaultResolver.LookupNetIP
	}
	c.http = &http.Transport{
		Proxy: nil, DialContext: c.dial, TLSClientConfig: o.TLS, TLSHandshakeTimeout: connectWithin,
		DisableCompression: true, // what is read is what was sent: nothing small becomes large
		ForceAttemptHTTP2:  true, MaxResponseHeaderBytes: maxHeader,
		MaxConnsPerHost: mostToHost, MaxIdleConnsPerHost: 32, IdleConnTimeout: time.Minute,
	}
	return c
}

// Close closes the idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Stats counts what a Client does.
type Stats struct {
	Refused int64 // connections that the policy forbade
	Retries int64 // tries beyond the first of a call
}

// Stats returns the counts.
func (c *Client) Stats() Stats { return Stats{Refused: c.refused.Load(), Retries: c.retries.Load()} }

// Request is one call.
type Request struct {
	Method string // POST when empty
	URL    string // http or https
	Header http.Header
	Body   []byte
	// MaxAnswer is the largest body that is read, in bytes.
	MaxAnswer int64
	// MaxBody is the largest Body that is sent, in bytes; MaxRequest when 0.
	MaxBody int
	// Sign, if set, adds the headers that prove who calls; it sees each try anew.
	Sign func(*http.Request) error
	// Tries is how often the call is made at most; one when 0.
	Tries int
	// Again says that an answer asks for another try; Busy when nil.
	Again func(Answer) bool
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// OK reports whether the status is a success.
func (a Answer) OK() bool { return a.Status/100 == 2 }

// Busy reports whether the answer is one that another try may change: 429 and 5xx.
func Busy(a Answer) bool { return a.Status == http.StatusTooManyRequests || a.Status >= 500 }

// attempt makes the call once and reads its answer.
func (c *Client) attempt(ctx context.Context, r Request) (Answer, error) {
	res, err := c.open(ctx, r)
	if err != nil {
		return Answer{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, r.MaxAnswer+1))
	switch {
	case err != nil:
		return Answer{}, failure(ctx, err)
	case int64(len(body)) > r.MaxAnswer:
		return Answer{}, fault.New(fault.Rule, "the answer is larger than %d bytes", r.MaxAnswer)
	}
	return Answer{Status: res.StatusCode, Header: res.Header, Body: body}, nil
}

// open makes the call once and returns its answer unread.
func (c *Client) open(ctx context.Context, r Request) (*http.Response, error) {
	req, err := request(ctx, r)
	if err != nil {
		return nil, err
	}
	res, err := c.http.RoundTrip(req) // a RoundTripper follows no redirect
	if err != nil {
		return nil, failure(ctx, err)
	}
	if res.StatusCode/100 == 3 {
		_ = res.Body.Close()
		return nil, fault.New(fault.Denied, "the answer is a redirect, which is not followed")
	}
	return res, nil
}
