package edge

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"strconv"

	"parley/internal/actor"
	"parley/internal/fault"
)

// OwnHandler serves one call of our own pages: it returns the status and body
// of an answer, or an error, and may set headers. Taken says that it has taken the connection.
type OwnHandler func(w http.ResponseWriter, r *http.Request) (status int, body []byte, err error)

// Taken is the status of a call whose connection the handler has taken, as for a websocket.
const Taken = -1

// Own returns the HTTP handler of a call of our own API, which is authenticated
// by a cookie: no page of another origin may read its answer or show it in a
// frame, and errors are {"error": name, "message": text}.
func (e *Edge) Own(route Route, errs Errors, h OwnHandler) http.Handler {
	return e.answering(route, errs, dialect{strict, failOwn}, h)
}

// Acting returns a context in which somebody acts who has shown who they are.
func (e *Edge) Acting(ctx context.Context, r *http.Request, kind actor.Kind, id, operation string) context.Context {
	who := actor.Actor{Kind: kind, ID: id, Operation: operation}
	if e.Address != nil {
		who.Address = e.Address(r)
	}
	return actor.With(ctx, who)
}

// strict sets what every answer of our own API has.
func strict(h http.Header, id string) {
	h["Content-Type"] = jsonType
	h["X-Request-Id"] = []string{id}
	h["Cache-Control"] = noStore
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
}

func failOwn(w http.ResponseWriter, a answer) {
	if a.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Cookie realm="Parley"`)
	}
	if a.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(a.after.Seconds()))))
	}
	body, err := json.Marshal(map[string]string{"error": a.code, "message": a.message})
	if err != nil { // strings always encode
		body = []byte("{}")
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(body)
}

// OwnErrors are the errors of our own API.
func OwnErrors() Errors {
	return Errors{
		fault.Internal:        {"InternalError", http.StatusInternalServerError},
		fault.Malformed:       {"Malformed", http.StatusBadRequest},
		fault.Invalid:         {"Invalid", http.StatusBadRequest},
		fault.Rule:            {"NotPossible", http.StatusConflict},
		fault.NotFound:        {"NotFound", http.StatusNotFound},
		fault.Gone:            {"Gone", http.StatusGone},
		fault.Denied:          {"NotAllowed", http.StatusForbidden},
		fault.SignedOut:       {"SignedOut", http.StatusUnauthorized},
		fault.Conflict:        {"Conflict", http.StatusConflict},
		fault.Duplicate:       {"Duplicate", http.StatusConflict},
		fault.Exists:          {"Exists", http.StatusConflict},
		fault.TokenReused:     {"TokenReused", http.StatusConflict},
		fault.InUse:           {"InUse", http.StatusConflict},
		fault.NotTerminated:   {"Conflict", http.StatusConflict},
		fault.Throttled:       {"TooManyAttempts", http.StatusTooManyRequests},
		fault.LimitExceeded:   {"LimitExceeded", http.StatusTooManyRequests},
		fault.Quota:           {"LimitExceeded", http.StatusTooManyRequests},
		fault.FlowInvalid:     {"Invalid", http.StatusBadRequest},
		fault.NotPublished:    {"NotFound", http.StatusNotFound},
		fault.ModuleInvalid:   {"Invalid", http.StatusBadRequest},
		fault.TestCaseInvalid: {"Invalid", http.StatusBadRequest},
		fault.NoUser:          {"NotFound", http.StatusNotFound},
		fault.Unsupported:     {"NotBuilt", http.StatusNotImplemented},
		fault.Unavailable:     {"TryAgain", http.StatusServiceUnavailable},
	}
}
