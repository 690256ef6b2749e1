package edge

import (
	"log/slog"
	"net/http"
	"time"

	"parley/internal/trace"
)

// note says what became of a call: in its span, and in the log under the id
// that the caller saw. What failed on our side is an error, and its cause is logged;
// everything else is for who debugs, and names no more than the kind of the error.
func (e *Edge) note(r *http.Request, route Route, id string, span *trace.Span, took time.Duration, a *answer, cause error) {
	status, failure := http.StatusOK, ""
	if a != nil {
		status, failure = a.status, a.code
	}
	endSpan(span, id, status, failure)
	e.remember(r, route, id, a)
	level, message := slog.LevelDebug, "request"
	if failed(status) {
		level, message = slog.LevelError, "request failed"
	}
	if !e.Log.Enabled(r.Context(), level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("request_id", id), slog.String("service", route.Service), slog.String("operation", route.Operation),
		slog.Int("status", status), slog.Duration("duration", took),
	}
	if failure != "" {
		attrs = append(attrs, slog.String("error", failure))
	}
	if failed(status) {
		attrs = append(attrs, slog.Any("cause", cause))
	}
	e.Log.LogAttrs(r.Context(), level, message, attrs...)
}

// failed: the server could not do what it should. What is not built is no failure.
func failed(status int) bool {
	return status >= http.StatusInternalServerError && status != http.StatusNotImplemented
}

func endSpan(span *trace.Span, id string, status int, failure string) {
	if span == nil {
		return
	}
	span.Text("aws.request_id", id)
	span.Number("http.response.status_code", int64(status))
	if failure != "" {
		span.Text("error.type", failure)
	}
	if failed(status) {
		span.Fail(failure)
	}
	span.End()
}
