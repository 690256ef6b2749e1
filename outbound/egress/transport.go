package egress

import (
	"bytes"
	"io"
	"net/http"

	"parley/internal/fault"
)

// HTTP returns the client as libraries want one: all that it promises holds for
// their calls too, each of which is made once and answered with at most so many bytes.
func (c *Client) HTTP(maxAnswer int64) *http.Client {
	return &http.Client{Transport: transport{c, maxAnswer}}
}

// transport makes the calls of a library.
type transport struct {
	client    *Client
	maxAnswer int64
}

// RoundTrip makes one call.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		defer r.Body.Close()
		var err error
		if body, err = io.ReadAll(io.LimitReader(r.Body, MaxRequest+1)); err != nil {
			return nil, fault.Wrap(fault.Unavailable, err, "the request cannot be read")
		}
	}
	a, err := t.client.Do(r.Context(), Request{Method: r.Method, URL: r.URL.String(), Header: r.Header, Body: body, MaxAnswer: t.maxAnswer})
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: a.Status, Status: http.StatusText(a.Status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.Header, Body: io.NopCloser(bytes.NewReader(a.Body)), ContentLength: int64(len(a.Body)), Request: r,
	}, nil
}
