package trace

import (
	"encoding/hex"
	"strconv"
)

// The messages of OTLP in JSON (opentelemetry-proto, trace/v1): ids in lower-case
// hexadecimal, 64-bit numbers as text, enumerations as numbers.
type (
	request struct {
		ResourceSpans []resourceSpans `json:"resourceSpans"`
	}
	resourceSpans struct {
		Resource   resource     `json:"resource"`
		ScopeSpans []scopeSpans `json:"scopeSpans"`
	}
	resource struct {
		Attributes []keyValue `json:"attributes"`
	}
	scopeSpans struct {
		Scope scope      `json:"scope"`
		Spans []wireSpan `json:"spans"`
	}
	scope struct {
		Name    string `json:"name"`
		Version string `json:"version,omitempty"`
	}
	wireSpan struct {
		TraceID    string     `json:"traceId"`
		SpanID     string     `json:"spanId"`
		Parent     string     `json:"parentSpanId,omitempty"`
		Name       string     `json:"name"`
		Kind       Kind       `json:"kind"`
		Start      string     `json:"startTimeUnixNano"`
		End        string     `json:"endTimeUnixNano"`
		Attributes []keyValue `json:"attributes,omitempty"`
		Status     *status    `json:"status,omitempty"`
	}
	keyValue struct {
		Key   string   `json:"key"`
		Value anyValue `json:"value"`
	}
	anyValue struct {
		String *string `json:"stringValue,omitempty"`
		Int    *string `json:"intValue,omitempty"`
	}
	status struct {
		Code    int    `json:"code"`
		Message string `json:"message,omitempty"`
	}
)

// statusError is OTLP's STATUS_CODE_ERROR.
const statusError = 2

func newResource(service, version string) resource {
	return resource{[]keyValue{text("service.name", service), text("service.version", version)}}
}

// message wraps spans as one export.
func (r resource) message(batch []*Span) request {
	spans := make([]wireSpan, len(batch))
	for i, s := range batch {
		spans[i] = s.wire()
	}
	return request{[]resourceSpans{{Resource: r, ScopeSpans: []scopeSpans{{Scope: scope{Name: "parley"}, Spans: spans}}}}}
}

func (s *Span) wire() wireSpan {
	w := wireSpan{
		TraceID: hex.EncodeToString(s.trace[:]), SpanID: hex.EncodeToString(s.id[:]), Name: s.name, Kind: s.kind,
		Start: strconv.FormatInt(s.began.UnixNano(), 10), End: strconv.FormatInt(s.began.UnixNano()+int64(s.took), 10),
	}
	if s.parent != [8]byte{} {
		w.Parent = hex.EncodeToString(s.parent[:])
	}
	for _, a := range s.attributes {
		if a.isText {
			w.Attributes = append(w.Attributes, text(a.key, a.text))
		} else {
			w.Attributes = append(w.Attributes, number(a.key, a.number))
		}
	}
	if s.failed {
		w.Status = &status{Code: statusError, Message: s.failure}
	}
	return w
}

func text(key, value string) keyValue { return keyValue{key, anyValue{String: &value}} }

func number(key string, value int64) keyValue {
	n := strconv.FormatInt(value, 10)
	return keyValue{key, anyValue{Int: &n}}
}
