package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// maxBody is the longest answer that is read, in bytes: a page of 100 items of
// the longest content fits (our choice).
const maxBody = 8 << 20

// Config says where the server is and who calls it.
type Config struct {
	Endpoint        string        // "http://127.0.0.1:8080", without a path
	Region          string        // of the signature; us-east-1 when empty
	AccessKeyID     string        // signs the Amazon Connect operations
	SecretAccessKey string        //
	SessionToken    string        // of temporary keys; empty for others
	InstanceID      string        // the instance of every Amazon Connect operation
	MaxConns        int           // idle connections kept open; 64 when 0
	TLS             *tls.Config   // for https and wss; the system's roots when nil
	Heartbeat       time.Duration // between heartbeats; 10 s, as amazon-connect-chatjs, when 0
}

// Client calls one server. It is safe for concurrent use.
type Client struct {
	config Config
	base   *url.URL
	http   transport
	signer *v4.Signer
	creds  aws.Credentials
}

// New returns a client for a server; it fails if the endpoint is no http or
// https URL. Nothing is called yet.
func New(config Config) (*Client, error) {
	base, err := url.Parse(strings.TrimSuffix(config.Endpoint, "/"))
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return nil, fmt.Errorf("endpoint %q is not an http or https URL", config.Endpoint)
	}
	if config.Region == "" {
		config.Region = "us-east-1"
	}
	if config.MaxConns == 0 {
		config.MaxConns = 64
	}
	if config.Heartbeat == 0 {
		config.Heartbeat = 10 * time.Second
	}
	return &Client{
		config: config,
		base:   base,
		http:   newTransport(config, base.Scheme),
		signer: v4.NewSigner(),
		creds:  aws.Credentials{AccessKeyID: config.AccessKeyID, SecretAccessKey: config.SecretAccessKey, SessionToken: config.SessionToken},
	}, nil
}

// Close closes the idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// transport is what Client needs of one.
type transport interface {
	http.RoundTripper
	CloseIdleConnections()
}

func newTransport(config Config, scheme string) transport {
	if scheme == "http" {
		return newWire(config.MaxConns)
	}
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		TLSClientConfig:     config.TLS,
		MaxIdleConnsPerHost: config.MaxConns,
		IdleConnTimeout:     90 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second,
		DisableCompression:  true,
	}
}

// route is an operation with its place: a path as it is sent, percent-encoded,
// perhaps with a query.
type route struct{ operation, method, path string }

func (c *Client) request(ctx context.Context, r route, header http.Header, body []byte) *http.Request {
	target := c.target(r.path)
	content := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	req := &http.Request{
		Method: r.method, URL: &target, Host: c.base.Host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		GetBody:       content, // a kept connection that was just closed is no failure
		ContentLength: int64(len(body)),
	}
	if req.Body, _ = content(); len(body) == 0 {
		req.Body = http.NoBody // else its length counts as unknown
	}
	return req.WithContext(ctx)
}

// target is the URL of a route; what is encoded in its path stays so, because the signature is over that.
func (c *Client) target(path string) url.URL {
	target := *c.base
	path, target.RawQuery, _ = strings.Cut(path, "?")
	if plain, err := url.PathUnescape(path); err == nil && plain != path {
		target.RawPath = target.EscapedPath() + path
		path = plain
	}
	target.Path += path
	return target
}

// roundTrip sends a request and returns the body of a 2xx answer; every other
// status is an *Error.
func (c *Client) roundTrip(r route, req *http.Request) (string, error) {
	resp, err := c.http.RoundTrip(req)
	if err != nil {
		return "", fmt.Errorf("%s: %w", r.operation, err)
	}
	defer resp.Body.Close()
	body, err := readBody(resp)
	if err != nil {
		return "", fmt.Errorf("%s: reading the answer: %w", r.operation, err)
	}
	if resp.StatusCode/100 != 2 {
		return "", newError(r.operation, resp, string(body))
	}
	return string(body), nil
}

// readBody reads an answer, at once where its length is known.
func readBody(resp *http.Response) ([]byte, error) {
	if resp.ContentLength < 0 || resp.ContentLength > maxBody {
		return io.ReadAll(io.LimitReader(resp.Body, maxBody))
	}
	body := make([]byte, resp.ContentLength)
	_, err := io.ReadFull(resp.Body, body)
	return body, err
}
