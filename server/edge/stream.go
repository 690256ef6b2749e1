package edge

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"parley/internal/clock"
	"parley/internal/fault"
)

// Stream returns the HTTP handler of a call whose body or answer is a file: it may take as
// long as given. h returns what writes the answer, or an error; a failure while that writes cuts the connection, so that
// nobody takes a part for the whole.
func (e *Edge) Stream(route Route, errs Errors, within time.Duration, h Streamer) http.Handler {
	return e.streaming(route, errs, dialect{common, fail}, within, h)
}

// OwnStream is Stream for a call of our own API; see Own.
func (e *Edge) OwnStream(route Route, errs Errors, within time.Duration, h Streamer) http.Handler {
	return e.streaming(route, errs, dialect{strict, failOwn}, within, h)
}

// Streamer serves a call whose body or answer is a file; see Edge.Stream.
type Streamer func(r *http.Request) (func(http.ResponseWriter) error, error)

func (e *Edge) streaming(route Route, errs Errors, d dialect, within time.Duration, h Streamer) http.Handler {
	counts := e.Calls.add(route)
	name := route.Service + "/" + route.Operation
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := counts.begin()
		id := requestID()
		d.header(w.Header(), id)
		patient(r.Context(), w, within, e.Log)
		ctx, span := e.Tracer.Serve(r.Context(), name, r.Header)
		if span != nil {
			r = r.WithContext(ctx)
		}
		var write func(http.ResponseWriter) error
		_, _, err := e.guard(func(_ http.ResponseWriter, r *http.Request) (_ int, _ []byte, err error) {
			write, err = h(r)
			return 0, nil, err
		}, w, r, id)
		if err != nil {
			a := errs.answer(err)
			e.note(r, route, id, span, counts.end(began, &a, err), &a, err)
			w.Header().Set("Connection", "close") // what of the body was not read is not worth reading
			d.fail(w, a)
			return
		}
		if err = write(w); err != nil {
			a := errs.answer(fault.Wrap(fault.Unavailable, err, "The answer broke off"))
			e.note(r, route, id, span, counts.end(began, &a, err), &a, err)
			panic(http.ErrAbortHandler)
		}
		e.note(r, route, id, span, counts.end(began, nil, nil), nil, nil)
	})
}

// patient gives a call more time than others have.
func patient(ctx context.Context, w http.ResponseWriter, within time.Duration, log *slog.Logger) {
	c := http.NewResponseController(w)
	end := clock.Wall().Add(within)
	if err := c.SetReadDeadline(end); err != nil {
		log.DebugContext(ctx, "a file has no more time than a call", slog.Any("error", err))
		return
	}
	_ = c.SetWriteDeadline(end.Add(time.Minute)) // what can be set for reading can be set for writing
}
