package trace

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Options say where spans go and how many there are.
type Options struct {
	// Endpoint is the collector's URL, http or https, without the path /v1/traces.
	Endpoint string
	// Traces is the whole URL for traces; it wins over Endpoint.
	Traces string
	// Headers are sent with every export, as key=value,key=value with values that are
	// percent-encoded (OTEL_EXPORTER_OTLP_HEADERS). They may be secret.
	Headers string
	// Ratio of the traces that are sampled, from 0 to 1.
	Ratio float64
	// Service and Version name the server (service.name, service.version); Service is "parley" by default.
	Service, Version string
	// Failed hears of an export that was given up, at most once a minute.
	Failed func(error)
}

// New returns a tracer that exports while its Run runs. Without an endpoint it
// is nil: tracing is off.
func New(o Options) (*Tracer, error) {
	if o.Endpoint == "" && o.Traces == "" {
		return nil, nil
	}
	if o.Ratio < 0 || o.Ratio > 1 {
		return nil, fmt.Errorf("the ratio of sampled traces must lie between 0 and 1, not %g", o.Ratio)
	}
	if u, err := url.Parse(cmp.Or(o.Traces, o.Endpoint)); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("the address of the trace collector must be http(s)://host[:port][/path]")
	}
	target := cmp.Or(o.Traces, strings.TrimSuffix(o.Endpoint, "/")+"/v1/traces")
	header, err := headers(o.Headers)
	if err != nil {
		return nil, err
	}
	return &Tracer{
		below: sampledBelow(o.Ratio), finished: make(chan *Span, queued),
		exporter: exporter{
			target: target, header: header, failed: o.Failed, resource: newResource(cmp.Or(o.Service, "parley"), o.Version),
			client: &http.Client{Timeout: exportTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		},
	}, nil
}

// headers reads key=value,key=value; what is wrong with it is said without its values.
func headers(list string) (http.Header, error) {
	h := http.Header{}
	for pair := range strings.SplitSeq(list, ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		key, value, ok := strings.Cut(pair, "=")
		value, err := url.PathUnescape(strings.TrimSpace(value))
		if !ok || err != nil || strings.TrimSpace(key) == "" {
			return nil, fmt.Errorf("the headers for the trace collector must be key=value,key=value")
		}
		h.Set(strings.TrimSpace(key), value)
	}
	return h, nil
}

// How spans are sent (the first three as the OpenTelemetry SDKs do by default).
const (
	batchSize     = 512
	batchWait     = 5 * time.Second
	exportTimeout = 10 * time.Second
	tries         = 3
	firstPause    = time.Second
	lastFlush     = 2 * time.Second // what a stopping server gives the collector
	complainEvery = time.Minute
)

// exporter sends spans. Only Run's goroutine uses it.
type exporter struct {
	target     string
	header     http.Header
	resource   resource
	client     *http.Client
	failed     func(error)
	complained time.Time
}

// Stats counts what a Tracer does.
type Stats struct {
	Exported int64 // spans that the collector took
	Dropped  int64 // spans for which there was no room, or that the collector did not take
}

// Stats returns the counts; zeros for a nil tracer.
func (t *Tracer) Stats() Stats {
	if t == nil {
		return Stats{}
	}
	return Stats{t.exported.Load(), t.dropped.Load()}
}

// Run exports until ctx ends, then once more what is left.
func (t *Tracer) Run(ctx context.Context) {
	if t == nil {
		return
	}
	tick := time.NewTicker(batchWait)
	defer tick.Stop()
	var batch []*Span
	for {
		select {
		case s := <-t.finished:
			if batch = append(batch, s); len(batch) < batchSize {
				continue
			}
		case <-tick.C:
		case <-ctx.Done():
			t.flush(batch)
			return
		}
		t.send(ctx, batch, tries)
		batch = nil
	}
}

// flush sends what is left.
func (t *Tracer) flush(batch []*Span) {
	ctx, cancel := context.WithTimeout(context.Background(), lastFlush)
	defer cancel()
	for {
		select {
		case s := <-t.finished:
			batch = append(batch, s)
		default:
			t.send(ctx, batch, 1)
			return
		}
	}
}

// send exports a batch, trying again where the collector says so (OTLP/HTTP: 429, 502, 503, 504) or is not there.
func (t *Tracer) send(ctx context.Context, batch []*Span, times int) {
	if len(batch) == 0 {
		return
	}
	body, err := json.Marshal(t.exporter.resource.message(batch))
	pause := firstPause
	for again := err == nil; again; times-- {
		if again, err = t.exporter.post(ctx, body); err == nil {
			t.exported.Add(int64(len(batch)))
			return
		}
		if times <= 1 || !wait(ctx, pause) {
			break
		}
		pause *= 2
	}
	t.dropped.Add(int64(len(batch)))
	t.exporter.complain(err)
}

// post makes one export; again says that another may succeed.
func (e *exporter) post(ctx context.Context, body []byte) (again bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.target, bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	req.Header = e.header.Clone()
	req.Header.Set("Content-Type", "application/json")
	res, err := e.client.Do(req)
	if err != nil {
		return true, plain(err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // so that the connection can be used again
	switch res.StatusCode {
	case http.StatusOK, http.StatusAccepted, http.StatusNoContent:
		return false, nil
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true, fmt.Errorf("the trace collector answers %d", res.StatusCode)
	}
	return false, fmt.Errorf("the trace collector answers %d", res.StatusCode)
}

// plain takes the URL, which may hold a password, out of a client's error.
func plain(err error) error {
	if u, ok := err.(*url.Error); ok {
		err = u.Err
	}
	return fmt.Errorf("reach the trace collector: %w", err)
}

func (e *exporter) complain(err error) {
	if now := time.Now(); e.failed != nil && now.Sub(e.complained) >= complainEvery {
		e.complained = now
		e.failed(err)
	}
}

// wait waits and reports whether ctx still holds.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
