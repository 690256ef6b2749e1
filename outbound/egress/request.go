package egress

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"

	"parley/internal/fault"
)

// request makes what is sent in one try.
func request(ctx context.Context, r Request) (*http.Request, error) {
	if most := cmp.Or(r.MaxBody, MaxRequest); len(r.Body) > most {
		return nil, fault.New(fault.Rule, "the request is larger than %d bytes", most)
	}
	u, err := parse(r.URL)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, cmp.Or(r.Method, http.MethodPost), u.String(), bytes.NewReader(r.Body))
	if err != nil {
		return nil, fault.New(fault.Invalid, "the URL cannot be called")
	}
	req.Header = r.Header.Clone()
	if req.Header == nil {
		req.Header = http.Header{}
	}
	req.Header.Set("User-Agent", "parley")
	if u.User != nil && req.Header.Get("Authorization") == "" {
		password, _ := u.User.Password()
		req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password)))
	}
	if r.Sign != nil {
		err = r.Sign(req)
	}
	return req, err
}

// parse reads a URL that may be called: http or https, with a host.
func parse(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fault.New(fault.Invalid, "the URL is not http(s)://host[:port][/path]")
	}
	return u, nil
}

// Check refuses a URL that can never be called, in words for the operator who wrote it.
func (p Policy) Check(text string) error {
	u, err := parse(text)
	if err != nil {
		return err
	}
	return p.Literal(u.Hostname())
}

// failure gives an error of the transport, which names no URL, a kind.
func failure(ctx context.Context, err error) error {
	switch {
	case fault.Is(err, fault.Denied):
		return err
	case ctx.Err() != nil:
		return fault.Wrap(fault.Unavailable, context.Cause(ctx), "no answer in time")
	}
	return fault.Wrap(fault.Unavailable, quotable(err), "the other side cannot be reached")
}

// quotable is what of an error may be told: that of a connection. Other errors of the
// transport quote what the other side sent.
func quotable(err error) error {
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[net.Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return e
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return io.ErrUnexpectedEOF
	}
	return errors.New("it does not answer as HTTP wants it")
}
