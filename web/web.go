// Package web serves the pages that people see.
//
// It guarantees that every Go command works without Node: the pages are built
// into dist, which is embedded and always holds at least a committed
// placeholder. A page loads nothing from elsewhere and runs no inline code;
// the Content-Security-Policy of every answer says so.
package web

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed all:dist
var dist embed.FS

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler serves the built pages. The root is index.html if the pages were
// built, else the placeholder. An unknown path is answered 404; directories
// are not listed.
func Handler() http.Handler {
	pages, err := fs.Sub(dist, "dist")
	if err != nil { // "dist" is a valid path, so Sub cannot refuse it
		return http.NotFoundHandler()
	}
	return handler(pages)
}

func handler(pages fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := pageOf(pages, r.URL.Path)
		if info, err := fs.Stat(pages, name); err != nil || info.IsDir() {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		http.ServeFileFS(w, r, pages, name)
	})
}

// pageOf names the file that a request path asks for.
func pageOf(pages fs.FS, path string) string {
	if path != "/" {
		return path[1:]
	}
	if _, err := fs.Stat(pages, "index.html"); err == nil {
		return "index.html"
	}
	return "placeholder.html"
}
