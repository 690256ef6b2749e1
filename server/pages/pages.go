// Package pages serves the web pages that are built into the binary. It
// guarantees nothing but their routes, and that a browser finds a page where nothing is: everything that a page
// does is an operation of the API.
package pages

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"parley/server/edge"
	"parley/web"
)

// names are the addresses of pages that people may end with a slash.
var names = []string{"/agent", "/admin", "/demo"}

// Register adds the routes of the pages. demo finds the widget that /demo shows, as INSTANCE/WIDGET, "" for none.
func Register(e *edge.Edge, r *edge.Router, demo func(*http.Request) string) {
	site := web.New()
	page := func(name string, p web.Policy) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			own := p
			own.Base = e.Base(r)
			site.Page(w, r, name, own)
		})
	}
	r.Missing(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path := strings.TrimRight(r.URL.Path, "/"); path != r.URL.Path && slices.Contains(names, path) {
			if r.URL.RawQuery != "" {
				path += "?" + r.URL.RawQuery
			}
			moved(w, path, http.StatusMovedPermanently)
			return
		}
		site.Missing(w, web.Policy{Base: e.Base(r), Private: true})
	}))
	r.Handle("GET /{$}", page("index", web.Policy{Private: true}))
	r.Handle("GET /agent", page("agent", web.Policy{Private: true}))
	r.Handle("GET /demo", named(demo, page("demo", web.Policy{Frames: true})))
	r.Handle("GET /admin", page("admin", web.Policy{Private: true}))
	r.Handle("GET /widget.js", http.HandlerFunc(site.Loader))
	r.Handle("GET /assets/{file}", http.HandlerFunc(site.Asset))
	r.Handle("GET /placeholder.css", http.HandlerFunc(site.Placeholder))
}

// named sends who names no widget on to the demo's own, if there is one.
func named(demo func(*http.Request) string, page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !r.URL.Query().Has("widget") {
			if id := demo(r); id != "" {
				moved(w, "/demo?widget="+url.QueryEscape(id), http.StatusFound)
				return
			}
		}
		page.ServeHTTP(w, r)
	})
}

// moved sends a browser on, without a page of its own.
func moved(w http.ResponseWriter, to string, status int) {
	w.Header().Set("Location", to)
	w.WriteHeader(status)
}
