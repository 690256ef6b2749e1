package edge

import (
	"net/http"
	"slices"
	"strings"

	"parley/internal/fault"
)

// Router routes by the raw path, literally: a path with empty or dot segments
// has no route. What has no route gets an answer that AWS clients can read, under
// the prefix of our own API its answer, and a page where a browser goes there. Browsers
// take every answer for what it says it is, run and frame nothing of it unless it is a page with
// a policy of its own, and come back by TLS where they came by it.
type Router struct {
	edge     *Edge
	unknown  http.Handler
	own      map[string]http.Handler // by the prefix of an API of our own, what answers there where there is no route
	missing  http.Handler            // what answers a browser that goes where there is no route; nil = as any other client
	mux      *http.ServeMux
	base     func(*http.Request) string // as Edge.Base; nil = nobody comes by TLS
	private  []string                   // prefixes of what no page of another origin may call
	patterns []string
}

// NewRouter returns an empty router.
func (e *Edge) NewRouter() *Router {
	r := &Router{edge: e, unknown: e.unknown(), own: map[string]http.Handler{}, mux: http.NewServeMux(), base: e.Base}
	r.mux.HandleFunc("/", r.nothing)
	return r
}

// Handle adds a route in net/http.ServeMux's syntax.
func (r *Router) Handle(pattern string, h http.Handler) {
	r.mux.Handle(pattern, h)
	r.patterns = append(r.patterns, pattern)
}

// Missing has a page answer browsers that go where there is no route.
func (r *Router) Missing(page http.Handler) { r.missing = page }

// Patterns returns the routes, in the order in which they were added.
func (r *Router) Patterns() []string { return slices.Clone(r.patterns) }

// Private answers no preflight under a prefix, so that browsers keep pages of
// other origins from it.
func (r *Router) Private(prefix string) { r.private = append(r.private, prefix) }

func (r *Router) isPrivate(path string) bool {
	return slices.ContainsFunc(r.private, func(prefix string) bool { return strings.HasPrefix(path, prefix) })
}

// ServeHTTP answers preflights itself and hands everything else to its route.
// A chunked request ends its connection: net/http does not tell whether it had
// a Content-Length too, after which the connection must not be reused (RFC 9112, 6.1).
func (r *Router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	h := w.Header()
	h["X-Content-Type-Options"] = noSniff
	h["Content-Security-Policy"] = noPage
	if r.base != nil && strings.HasPrefix(r.base(req), "https:") {
		h["Strict-Transport-Security"] = byTLS
	}
	if len(req.TransferEncoding) > 0 {
		h.Set("Connection", "close")
	}
	switch {
	case req.Method == http.MethodOptions && !r.isPrivate(req.URL.Path):
		preflight(w, req)
	case odd(req.URL.EscapedPath()):
		r.nothing(w, req)
	default:
		r.mux.ServeHTTP(w, req)
	}
}

// odd: net/http.ServeMux would clean such a path and redirect.
func odd(path string) bool {
	return !strings.HasPrefix(path, "/") || strings.Contains(path, "//") ||
		strings.Contains(path+"/", "/./") || strings.Contains(path+"/", "/../")
}

func (e *Edge) unknown() http.Handler {
	errs := Errors{fault.NotFound: {"UnknownOperationException", http.StatusNotFound}}
	return e.JSON(Route{"none", "Unknown"}, errs, func(r *http.Request) ([]byte, error) {
		return nil, fault.New(fault.NotFound, "No operation has the route %s %s", r.Method, clip(r.URL.EscapedPath()))
	})
}

// Own has our own API answer under a prefix, which ends with a slash, where there is no route: 404, and 405 with Allow for
// another method of a route.
func (r *Router) Own(route Route, prefix string) {
	errs := OwnErrors()
	errs[fault.Unsupported] = Exception{"MethodNotAllowed", http.StatusMethodNotAllowed}
	h := r.edge.Own(route, errs, func(w http.ResponseWriter, req *http.Request) (int, []byte, error) {
		if methods := r.methods(req); len(methods) > 0 {
			w.Header().Set("Allow", strings.Join(methods, ", "))
			return 0, nil, fault.New(fault.Unsupported, "%s answers %s only", clip(req.URL.EscapedPath()), strings.Join(methods, ", "))
		}
		return 0, nil, fault.New(fault.NotFound, "There is no route %s %s", req.Method, clip(req.URL.EscapedPath()))
	})
	r.own[prefix] = h
}

// methods lists those that a request's path has routes for.
func (r *Router) methods(req *http.Request) (some []string) {
	if odd(req.URL.EscapedPath()) {
		return nil
	}
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
		probe := *req
		probe.Method = method
		if _, pattern := r.mux.Handler(&probe); slices.Contains(r.patterns, pattern) {
			some = append(some, method)
		}
	}
	return some
}

// nothing answers where there is no route.
func (r *Router) nothing(w http.ResponseWriter, req *http.Request) {
	for prefix, h := range r.own {
		if strings.HasPrefix(req.URL.Path+"/", prefix) {
			h.ServeHTTP(w, req)
			return
		}
	}
	if r.missing != nil && goes(req) {
		r.missing.ServeHTTP(w, req)
		return
	}
	r.unknown.ServeHTTP(w, req)
}

// goes tells whether a browser asks for a page: no other client prefers HTML.
func goes(req *http.Request) bool {
	return (req.Method == http.MethodGet || req.Method == http.MethodHead) && strings.HasPrefix(req.Header.Get("Accept"), "text/html")
}

func clip(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}

// preflight answers what a browser asks before a call. The headers are named
// again as asked: a plain * would not cover authorization.
func preflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	cors(h)
	h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
	if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
		h.Set("Access-Control-Allow-Headers", asked)
	}
	h.Set("Access-Control-Max-Age", "7200")
	h.Set("Vary", "Access-Control-Request-Headers")
	w.WriteHeader(http.StatusNoContent)
}
