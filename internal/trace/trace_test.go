package trace_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/trace"
)

// transport is a collector that answers what it is told to.
type transport struct {
	mu     sync.Mutex
	answer []int // then 200
	bodies []string
	header http.Header
}

func (c *transport) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.header = r.Header.Clone()
	c.header.Set("Path", r.URL.Path)
	if len(c.answer) > 0 {
		status := c.answer[0]
		c.answer = c.answer[1:]
		w.WriteHeader(status)
		if status >= 300 {
			return
		}
	}
	c.bodies = append(c.bodies, string(body))
}

func collector(t *testing.T, answer ...int) (*transport, string) {
	t.Helper()
	c := &transport{answer: answer}
	s := httptest.NewServer(c)
	t.Cleanup(s.Close)
	return c, s.URL
}

func tracer(t *testing.T, o trace.Options) *trace.Tracer {
	t.Helper()
	tr, err := trace.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// exported runs the tracer until it has sent what it was given.
func exported(tr *trace.Tracer, do func()) {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		tr.Run(ctx)
	}()
	do()
	stop()
	<-done
}

const (
	theirTrace  = "4bf92f3577b34da6a3ce929d0e0e4736"
	theirParent = "00f067aa0ba902b7"
)

func traceparent(s string) http.Header { return http.Header{"Traceparent": {s}} }

func TestSpansArriveAsOTLP(t *testing.T) {
	c, url := collector(t)
	tr := tracer(t, trace.Options{Endpoint: url + "/", Ratio: 1, Version: "v1", Headers: "Authorization=Bearer%20x, X-Other=y"})
	exported(tr, func() {
		ctx, span := tr.Serve(context.Background(), "outer", traceparent("00-"+theirTrace+"-"+theirParent+"-01"))
		_, inner := tr.Start(ctx, "inner")
		inner.Text("word", "a")
		inner.Number("count", 7)
		inner.Fail("Broken")
		inner.End()
		inner.End()
		span.End()
	})
	if len(c.bodies) != 1 {
		t.Fatalf("%d exports", len(c.bodies))
	}
	for name, want := range map[string]string{
		"Path": "/v1/traces", "Content-Type": "application/json", "Authorization": "Bearer x", "X-Other": "y",
	} {
		if got := c.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	var got struct {
		ResourceSpans []struct {
			Resource   any
			ScopeSpans []struct{ Spans []map[string]any }
		}
	}
	if err := json.Unmarshal([]byte(c.bodies[0]), &got); err != nil {
		t.Fatal(err)
	}
	spans := got.ResourceSpans[0].ScopeSpans[0].Spans
	if len(spans) != 2 {
		t.Fatalf("spans %v", spans)
	}
	inner, outer := spans[0], spans[1]
	if inner["parentSpanId"] != outer["spanId"] || len(outer["spanId"].(string)) != 16 || outer["parentSpanId"] != theirParent ||
		inner["traceId"] != theirTrace || outer["traceId"] != theirTrace || outer["kind"] != 2.0 || inner["kind"] != 1.0 {
		t.Errorf("inner %v, outer %v", inner, outer)
	}
	if inner["startTimeUnixNano"].(string) > inner["endTimeUnixNano"].(string) || inner["startTimeUnixNano"].(string) < outer["startTimeUnixNano"].(string) {
		t.Errorf("times: inner %v, outer %v", inner, outer)
	}
	wantInner := map[string]any{
		"attributes": []any{
			map[string]any{"key": "word", "value": map[string]any{"stringValue": "a"}},
			map[string]any{"key": "count", "value": map[string]any{"intValue": "7"}},
		},
		"status": map[string]any{"code": 2.0, "message": "Broken"},
	}
	if diff := cmp.Diff(wantInner, map[string]any{"attributes": inner["attributes"], "status": inner["status"]}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if resource := fmt.Sprint(got.ResourceSpans[0].Resource); !strings.Contains(resource, "parley") || !strings.Contains(resource, "v1") {
		t.Errorf("resource %s", resource)
	}
	if st := tr.Stats(); st.Exported != 2 || st.Dropped != 0 {
		t.Errorf("stats %+v", st)
	}
}

func TestTraceparent(t *testing.T) {
	tr := tracer(t, trace.Options{Endpoint: "http://127.0.0.1:1", Ratio: 1})
	for name, c := range map[string]struct {
		header http.Header
		named  bool // the caller's trace
		none   bool // no span at all
	}{
		"sampled":            {traceparent("00-" + theirTrace + "-" + theirParent + "-01"), true, false},
		"other flags too":    {traceparent("00-" + theirTrace + "-" + theirParent + "-03"), true, false},
		"not to be sampled":  {traceparent("00-" + theirTrace + "-" + theirParent + "-00"), false, true},
		"a later version":    {traceparent("01-" + theirTrace + "-" + theirParent + "-01-more"), true, false},
		"version ff":         {traceparent("ff-" + theirTrace + "-" + theirParent + "-01"), false, false},
		"more in version 0":  {traceparent("00-" + theirTrace + "-" + theirParent + "-01-more"), false, false},
		"capitals":           {traceparent("00-" + strings.ToUpper(theirTrace) + "-" + theirParent + "-01"), false, false},
		"zeros":              {traceparent("00-" + strings.Repeat("0", 32) + "-" + theirParent + "-01"), false, false},
		"a parent of zeros":  {traceparent("00-" + theirTrace + "-0000000000000000-01"), false, false},
		"too short":          {traceparent("00-" + theirTrace[1:] + "-" + theirParent + "-01"), false, false},
		"no hexadecimal":     {traceparent("00-" + theirTrace[:31] + "x-" + theirParent + "-01"), false, false},
		"empty":              {traceparent(""), false, false},
		"none":               {http.Header{}, false, false},
		"two":                {http.Header{"Traceparent": {"00-" + theirTrace + "-" + theirParent + "-01", "x"}}, false, false},
		"forbidden nonsense": {traceparent("00-" + theirTrace + "-" + theirParent + "-0"), false, false},
	} {
		_, span := tr.Serve(context.Background(), "x", c.header)
		if (span == nil) != c.none {
			t.Errorf("%s: span %v", name, span)
			continue
		}
		if span != nil && (span.TraceID() == theirTrace) != c.named {
			t.Errorf("%s: the trace is %s", name, span.TraceID())
		}
	}
}

func TestTheRatioDecidesByTheTrace(t *testing.T) {
	for ratio, want := range map[float64][2]int{0: {0, 0}, 0.25: {150, 350}, 1: {1000, 1000}} {
		a := tracer(t, trace.Options{Endpoint: "http://127.0.0.1:1", Ratio: ratio})
		b := tracer(t, trace.Options{Endpoint: "http://127.0.0.1:2", Ratio: ratio})
		sampled := 0
		for i := range 1000 {
			h := traceparent(fmt.Sprintf("00-%016x%016x-%s-01", i+1, uint64(i)*0x9E3779B97F4A7C15, theirParent))
			_, one := a.Serve(context.Background(), "x", h)
			_, other := b.Serve(context.Background(), "x", h)
			if (one == nil) != (other == nil) {
				t.Fatal("two nodes do not agree on a trace")
			}
			if one != nil {
				sampled++
			}
		}
		if sampled < want[0] || sampled > want[1] {
			t.Errorf("a ratio of %g samples %d of 1000", ratio, sampled)
		}
	}
}

func TestWithoutASpanAroundThereIsNone(t *testing.T) {
	tr := tracer(t, trace.Options{Endpoint: "http://127.0.0.1:1", Ratio: 1})
	if _, span := tr.Start(context.Background(), "x"); span != nil {
		t.Error("a span within nothing")
	}
}

func TestACollectorThatIsBusyIsTriedAgain(t *testing.T) {
	c, url := collector(t, 503, 429)
	tr := tracer(t, trace.Options{Traces: url + "/own", Ratio: 1, Failed: func(err error) { t.Error(err) }})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		tr.Run(ctx)
	}()
	for range 512 { // a whole batch goes at once
		_, span := tr.Root(context.Background(), "x")
		span.End()
	}
	for tr.Stats().Exported == 0 && ctx.Err() == nil {
		<-time.After(10 * time.Millisecond)
	}
	stop()
	<-done
	if st := tr.Stats(); st.Exported != 512 || st.Dropped != 0 || c.header.Get("Path") != "/own" {
		t.Errorf("stats %+v, path %s", st, c.header.Get("Path"))
	}
}

func TestWhatTheCollectorRefusesIsDropped(t *testing.T) {
	_, url := collector(t, 400)
	var heard []error
	tr := tracer(t, trace.Options{Endpoint: url, Ratio: 1, Failed: func(err error) { heard = append(heard, err) }})
	exported(tr, func() {
		_, span := tr.Root(context.Background(), "x")
		span.End()
	})
	if st := tr.Stats(); st.Exported != 0 || st.Dropped != 1 || len(heard) != 1 || !strings.Contains(heard[0].Error(), "400") {
		t.Errorf("stats %+v, heard %v", st, heard)
	}
}

func TestAPasswordInTheURLIsNotTold(t *testing.T) {
	var heard error
	tr := tracer(t, trace.Options{Endpoint: "http://user:swordfish@127.0.0.1:1", Ratio: 1, Failed: func(err error) { heard = err }})
	exported(tr, func() {
		_, span := tr.Root(context.Background(), "x")
		span.End()
	})
	if heard == nil || strings.Contains(heard.Error(), "swordfish") {
		t.Errorf("heard %v", heard)
	}
}

// Nobody takes the spans: what does not fit is dropped, and nobody waits.
func TestAFullQueueDrops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := tracer(t, trace.Options{Endpoint: "http://127.0.0.1:1", Ratio: 1})
		for range 5000 {
			_, span := tr.Root(t.Context(), "x")
			span.End()
		}
		if st := tr.Stats(); st.Dropped != 5000-4096 {
			t.Errorf("stats %+v", st)
		}
	})
}

func TestOptionsThatNobodyCanMean(t *testing.T) {
	for name, o := range map[string]trace.Options{
		"a ratio above 1": {Endpoint: "http://a", Ratio: 2}, "below 0": {Endpoint: "http://a", Ratio: -1},
		"no URL": {Endpoint: "collector:4318"}, "another scheme": {Endpoint: "grpc://a"}, "no host": {Endpoint: "http://"},
		"headers": {Endpoint: "http://a", Headers: "swordfish"}, "escapes": {Endpoint: "http://a", Headers: "a=%zz"},
	} {
		if _, err := trace.New(o); err == nil || strings.Contains(err.Error(), "swordfish") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if tr, err := trace.New(trace.Options{}); tr != nil || err != nil {
		t.Errorf("without an endpoint: %v, %v", tr, err)
	}
}

// BenchmarkOff is what three spans of a request cost while there is no tracing.
func BenchmarkOff(b *testing.B) {
	var tr *trace.Tracer
	h := traceparent("00-" + theirTrace + "-" + theirParent + "-01")
	b.ReportAllocs()
	for b.Loop() {
		ctx, outer := tr.Serve(context.Background(), "x", h)
		ctx, middle := tr.Start(ctx, "y")
		_, inner := tr.Start(ctx, "z")
		inner.End()
		middle.End()
		outer.End()
	}
}

// BenchmarkOn is the same while every request is traced.
func BenchmarkOn(b *testing.B) {
	tr, err := trace.New(trace.Options{Endpoint: "http://127.0.0.1:1", Ratio: 1})
	if err != nil {
		b.Fatal(err)
	}
	h := traceparent("00-" + theirTrace + "-" + theirParent + "-01")
	b.ReportAllocs()
	for b.Loop() {
		ctx, outer := tr.Serve(context.Background(), "x", h)
		ctx, middle := tr.Start(ctx, "y")
		_, inner := tr.Start(ctx, "z")
		inner.End()
		middle.End()
		outer.End()
	}
}
