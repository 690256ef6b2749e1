// Package edge is what all HTTP edges share: request ids, CORS, bounded
// bodies, one shape of errors, and a guard against panics.
//
// It guarantees: every answer, errors included, carries a request id and the
// CORS headers that browsers need; an error's cause is logged under that id
// and never shown; no handler's panic ends the process or leaves a request without an answer.
package edge

import (
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"strconv"

	"github.com/google/uuid"

	"parley/internal/fault"
	"parley/internal/recent"
	"parley/internal/trace"
)

// Edge wraps handlers with what they share.
type Edge struct {
	Log *slog.Logger
	// Base returns the URL under which the caller reaches this server, without a trailing slash.
	Base func(*http.Request) string
	// Address returns the address that a request comes from, "" where it is not known. It may be nil.
	Address func(*http.Request) string
	// Calls counts; Tracer traces. Each may be nil.
	Calls  *Calls
	Tracer *trace.Tracer
	// Faults are failures on purpose, nil outside of tests.
	Faults *Faults
	// Recent remembers what became of calls; nil remembers nothing. With it, Bearer tells whom a participant's or a
	// connection's token speaks for, also one that has expired, "" for one that is not ours; and Amiss what is amiss with one that an
	// operation was refused with, in words for who asks later and never for who shows it, "" for nothing.
	Recent *recent.Log
	Bearer func(token string) (session, participant string)
	Amiss  func(operation, token string) string
}

// Handler serves one call: it returns the body of a 200 answer, or an error.
type Handler func(r *http.Request) ([]byte, error)

// JSON returns the HTTP handler of an API call whose errors are spelled by a table.
func (e *Edge) JSON(route Route, errs Errors, h Handler) http.Handler {
	return e.answering(route, errs, dialect{common, fail}, func(_ http.ResponseWriter, r *http.Request) (int, []byte, error) {
		body, err := h(r)
		return http.StatusOK, body, err
	})
}

// dialect is how answers to one kind of callers look.
type dialect struct {
	header func(h http.Header, id string)
	fail   func(http.ResponseWriter, answer)
}

// answering counts, traces and logs a call, and writes its answer.
func (e *Edge) answering(route Route, errs Errors, d dialect, h OwnHandler) http.Handler {
	counts := e.Calls.add(route)
	h = e.Faults.failing(route, errs, h)
	name := route.Service + "/" + route.Operation
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := counts.begin()
		id := requestID()
		d.header(w.Header(), id)
		ctx, span := e.Tracer.Serve(r.Context(), name, r.Header)
		if span != nil {
			r = r.WithContext(ctx)
		}
		r = e.about(route, r)
		status, body, err := e.guard(h, w, r, id)
		if err != nil {
			a := errs.answer(err)
			e.note(r, route, id, span, counts.end(began, &a, err), &a, err)
			d.fail(w, a)
			return
		}
		e.note(r, route, id, span, counts.end(began, nil, nil), nil, nil)
		if status == Taken {
			return
		}
		w.Header()["Content-Length"] = []string{strconv.Itoa(len(body))}
		if status != http.StatusOK {
			w.WriteHeader(status)
		}
		_, _ = w.Write(body) // on failure the caller is gone; there is nobody to tell
	})
}

// guard runs the handler; a panic in it is an internal error.
func (e *Edge) guard(h OwnHandler, w http.ResponseWriter, r *http.Request, id string) (status int, body []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			e.Log.ErrorContext(r.Context(), "panic in a request", slog.String("request_id", id),
				slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
			body, err = nil, fault.New(fault.Internal, "Internal error")
		}
	}()
	return h(w, r)
}

func fail(w http.ResponseWriter, a answer) {
	w.Header().Set("X-Amzn-ErrorType", a.code)
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body())
}

// Body reads a request's body of at most max bytes. A larger one is fault.Malformed.
func Body(r *http.Request, max int64) ([]byte, error) {
	if r.ContentLength > max {
		return nil, tooLarge(r, max)
	}
	body, err := readAll(r, max+1)
	if err != nil {
		return nil, fault.Wrap(fault.Malformed, err, "The request body could not be read")
	}
	if int64(len(body)) > max {
		return nil, tooLarge(r, max)
	}
	return body, nil
}

// usual is the size up to which a body's declared length is believed before it has come.
const usual = 4 << 10

// readAll reads a body up to a limit, one of a usual declared length into a buffer of that length.
func readAll(r *http.Request, limit int64) ([]byte, error) {
	if n := r.ContentLength; 0 <= n && n <= min(usual, limit) {
		body := make([]byte, n)
		_, err := io.ReadFull(r.Body, body)
		return body, err
	}
	return io.ReadAll(io.LimitReader(r.Body, limit))
}

// tooLarge refuses a body. It reads on for a while, so that a caller who is not
// far beyond the limit sees the answer and not a reset.
func tooLarge(r *http.Request, max int64) error {
	_, _ = io.CopyN(io.Discard, r.Body, 2*max)
	return fault.New(fault.Malformed, "The request body must have at most %d bytes", max)
}

// requestID returns a random UUID; it is no secret.
func requestID() string {
	var u uuid.UUID
	hi, lo := rand.Uint64(), rand.Uint64()
	for i := range 8 {
		u[i], u[8+i] = byte(hi>>(8*i)), byte(lo>>(8*i))
	}
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80
	return u.String()
}

type baseKey struct{}

// WithBase remembers the request, so that Base can tell the URL under which its caller reaches the server.
func (e *Edge) WithBase(r *http.Request) context.Context {
	return context.WithValue(r.Context(), baseKey{}, func() string { return e.Base(r) })
}

// Base returns the URL under which the caller reaches the server; empty without WithBase.
func Base(ctx context.Context) string {
	base, ok := ctx.Value(baseKey{}).(func() string)
	if !ok {
		return ""
	}
	return base()
}
