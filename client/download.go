package client

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// Download makes a signed call of a path, as Call does, and copies its answer into w as it comes. An answer that breaks off is an error.
func (c *Client) Download(ctx context.Context, method, path string, in any, w io.Writer) error {
	r := route{method + " " + path, method, path}
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("%s: %w", r.operation, err)
	}
	req, err := c.sign(ctx, r, body)
	if err != nil {
		return err
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: c.config.TLS, DisableCompression: true, DisableKeepAlives: true}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("%s: %w", r.operation, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(resp.Body, maxBody)) // what of it came
		return newError(r.operation, resp, string(said))
	}
	if _, err := io.Copy(w, resp.Body); err != nil {
		return fmt.Errorf("%s: reading the answer: %w", r.operation, err)
	}
	return nil
}
