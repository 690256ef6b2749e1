package bench

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// speedCallers and speedBody make the call by which machines are compared:
	// net/http with itself, and nothing of ours in between.
	speedCallers = 64
	speedBody    = 300
	// targetSpeed is how many such calls a second the machine made on which the
	// targets were set (two cores, 2026-11).
	targetSpeed = 47_500
)

// Speed tells how fast this machine is at what a chat server does most.
type Speed struct {
	PostsPerSecond float64 `json:"bare_posts_per_second"`
	// OfTarget is that, as a share of what the machine of the targets does.
	OfTarget float64 `json:"of_the_targets_machine"`
}

// probeSpeed lets callers post to a server that does nothing, for d.
func probeSpeed(ctx context.Context, d time.Duration) (*Speed, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: http.HandlerFunc(nothing), ReadHeaderTimeout: d}
	go func() { _ = server.Serve(l) }() // ends with Close
	defer server.Close()
	transport := &http.Transport{MaxIdleConnsPerHost: speedCallers}
	defer transport.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	var posts atomic.Int64
	var callers sync.WaitGroup
	for range speedCallers {
		callers.Go(func() {
			for post(ctx, transport, "http://"+l.Addr().String()) == nil {
				posts.Add(1)
			}
		})
	}
	callers.Wait()
	perSecond := float64(posts.Load()) / d.Seconds()
	return &Speed{PostsPerSecond: perSecond, OfTarget: perSecond / targetSpeed}, nil
}

func nothing(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	_, _ = io.WriteString(w, "{}")
}

func post(ctx context.Context, t *http.Transport, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(make([]byte, speedBody)))
	if err != nil {
		return err
	}
	resp, err := t.RoundTrip(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
