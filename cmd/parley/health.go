package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"parley/client"
)

type health struct {
	server
	Timeout time.Duration `default:"3s" help:"How long the answer may take."`
}

// Run asks the server of the ready file whether it is ready: for a container that holds nothing but this program.
func (h health) Run(ctx context.Context) error {
	ready, err := client.ReadReady(h.ready())
	if err != nil {
		return fmt.Errorf("no running server found: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, h.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, ready.URL+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", ready.URL, err)
	}
	// The certificate is for the public name, not for this address; nothing is sent that could be stolen.
	asker := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	response, err := asker.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	if err != nil {
		return fmt.Errorf("read the answer of %s: %w", ready.URL, err)
	}
	if response.StatusCode != http.StatusOK {
		return errors.New("not ready: " + strings.TrimSpace(string(answer)))
	}
	fmt.Println("ready")
	return nil
}
