// Package trace makes spans of what a server does and sends them to an
// OpenTelemetry collector (OTLP over HTTP, in JSON).
//
// It guarantees: a nil Tracer costs a comparison with nil and nothing else;
// making a span never waits, and one for which there is no room is dropped and
// counted; a span holds what its maker gives it: names, numbers and random ids,
// nothing of people.
package trace

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// Tracer makes spans. Use New; nil makes none. It is safe for concurrent use.
type Tracer struct {
	below    uint64 // traces whose last eight bytes are below are sampled
	finished chan *Span
	exporter exporter

	exported, dropped atomic.Int64
}

// Kind says on which side of a call a span is (OTLP's numbers).
type Kind int

// The kinds that a server makes.
const (
	Internal Kind = 1
	Server   Kind = 2
	Consumer Kind = 5
)

// Span is one thing that was done. Its methods are for the goroutine that does
// it, and do nothing on a nil Span.
type Span struct {
	tracer     *Tracer
	trace      [16]byte
	id, parent [8]byte // parent zero = none
	name       string
	kind       Kind
	began      time.Time
	took       time.Duration
	attributes []attribute
	failure    string
	failed     bool
}

type attribute struct {
	key    string
	text   string
	number int64
	isText bool
}

// queued is how many finished spans wait for the exporter at most.
const queued = 4096

// sampledBelow turns a ratio from 0 to 1 into a bound for random numbers.
func sampledBelow(ratio float64) uint64 {
	switch {
	case ratio >= 1:
		return math.MaxUint64
	case ratio > 0:
		return uint64(ratio * float64(math.MaxUint64))
	}
	return 0
}

type spanKey struct{}

// Serve begins the span of a request. A caller's traceparent (W3C Trace Context) names
// the trace and the parent; a caller may forbid sampling but not force it: the
// ratio decides by the trace, on every node alike. Without a sample the context is unchanged and the span nil.
func (t *Tracer) Serve(ctx context.Context, name string, header http.Header) (context.Context, *Span) {
	if t == nil {
		return ctx, nil
	}
	trace, parent, forbidden, ok := parseParent(header)
	if !ok {
		trace, parent = newTrace(), [8]byte{}
	}
	if forbidden {
		return ctx, nil
	}
	return t.begin(ctx, name, Server, trace, parent)
}

// Root begins the span of something that nobody called for.
func (t *Tracer) Root(ctx context.Context, name string) (context.Context, *Span) {
	if t == nil {
		return ctx, nil
	}
	return t.begin(ctx, name, Consumer, newTrace(), [8]byte{})
}

// Start begins a span within the one of the context; nil if that has none.
func (t *Tracer) Start(ctx context.Context, name string) (context.Context, *Span) {
	if t == nil {
		return ctx, nil
	}
	outer, ok := ctx.Value(spanKey{}).(*Span)
	if !ok {
		return ctx, nil
	}
	return t.begin(ctx, name, Internal, outer.trace, outer.id)
}

func (t *Tracer) begin(ctx context.Context, name string, kind Kind, trace [16]byte, parent [8]byte) (context.Context, *Span) {
	if binary.BigEndian.Uint64(trace[8:]) >= t.below {
		return ctx, nil
	}
	s := &Span{tracer: t, trace: trace, parent: parent, name: name, kind: kind, began: time.Now()}
	binary.BigEndian.PutUint64(s.id[:], rand.Uint64()|1) // an id of zeros is none
	return context.WithValue(ctx, spanKey{}, s), s
}

func newTrace() (id [16]byte) {
	binary.BigEndian.PutUint64(id[:8], rand.Uint64()|1)
	binary.BigEndian.PutUint64(id[8:], rand.Uint64())
	return id
}

// Text adds a word to the span: never one that a person has chosen.
func (s *Span) Text(key, value string) {
	if s != nil {
		s.attributes = append(s.attributes, attribute{key: key, text: value, isText: true})
	}
}

// Number adds a number to the span.
func (s *Span) Number(key string, value int64) {
	if s != nil {
		s.attributes = append(s.attributes, attribute{key: key, number: value})
	}
}

// Fail says that it failed, and how, in the name of a kind of errors: an error's text may quote somebody.
func (s *Span) Fail(kind string) {
	if s != nil {
		s.failed, s.failure = true, kind
	}
}

// End ends the span and leaves it to the exporter. Only the first call counts.
func (s *Span) End() {
	if s == nil || s.tracer == nil {
		return
	}
	s.took = time.Since(s.began)
	t := s.tracer
	s.tracer = nil
	select {
	case t.finished <- s:
	default:
		t.dropped.Add(1)
	}
}

// parseParent reads the traceparent header: 00-<trace>-<parent>-<flags>, later
// versions may have more. forbidden: the caller has decided not to sample.
func parseParent(h http.Header) (trace [16]byte, parent [8]byte, forbidden, ok bool) {
	values := h["Traceparent"]
	if len(values) != 1 {
		return trace, parent, false, false
	}
	parts := strings.Split(values[0], "-")
	if len(parts) < 4 || parts[0] == "00" && len(parts) != 4 || parts[0] == "ff" {
		return trace, parent, false, false
	}
	var version, flags [1]byte
	ok = unhex(version[:], parts[0]) && unhex(trace[:], parts[1]) && unhex(parent[:], parts[2]) && unhex(flags[:], parts[3]) &&
		trace != [16]byte{} && parent != [8]byte{}
	return trace, parent, ok && flags[0]&1 == 0, ok
}

// unhex reads exactly that many bytes of lower-case hexadecimal.
func unhex(into []byte, text string) bool {
	if len(text) != 2*len(into) || text != strings.ToLower(text) {
		return false
	}
	_, err := hex.Decode(into, []byte(text))
	return err == nil
}
