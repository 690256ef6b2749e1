// Package web serves the pages that people see.
//
// It guarantees that every Go command works without Node: the pages are built
// into dist/site, which is embedded if it is there; without it the root is a
// committed placeholder, and the other pages say how to build them. A page loads nothing from
// elsewhere and runs no inline code; the Content-Security-Policy of every answer says so.
package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// Site is the built pages.
type Site struct {
	files fs.FS
	built bool
	tags  map[string]string // the ETag of what changes under its name
}

// New reads what was built into the program.
func New() *Site {
	files, err := fs.Sub(dist, "dist/site")
	if err != nil { // it is a valid path, so Sub cannot refuse it
		panic(err)
	}
	return newSite(files)
}

func newSite(files fs.FS) *Site {
	s := &Site{files: files, tags: map[string]string{}}
	names, _ := fs.Glob(files, "*") // the pattern is valid
	for _, name := range names {
		if body, err := fs.ReadFile(files, name); err == nil {
			sum := sha256.Sum256(body)
			s.tags[name] = `"` + hex.EncodeToString(sum[:12]) + `"`
		}
	}
	_, s.built = s.tags["index.html"]
	return s
}

// Built tells whether the program holds the pages.
func (s *Site) Built() bool { return s.built }

// Page answers with a page by its name, such as "agent".
func (s *Site) Page(w http.ResponseWriter, r *http.Request, name string, p Policy) {
	p.set(w.Header())
	w.Header().Set("Cache-Control", "no-cache") // asked for anew each time; the ETag saves the rest
	switch {
	case s.built:
		s.file(w, r, name+".html")
	case name == "index":
		http.ServeFileFS(w, r, dist, "dist/placeholder.html")
	default:
		http.Error(w, "The pages are not built into this program. With Node installed, `make build` builds them.", http.StatusNotFound)
	}
}

// Missing answers, with 404, with the page of an address where nothing is.
func (s *Site) Missing(w http.ResponseWriter, p Policy) {
	p.set(w.Header())
	w.Header().Set("Cache-Control", "no-store")
	body, err := fs.ReadFile(s.files, "missing.html")
	if err != nil {
		http.Error(w, "There is nothing here.", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write(body) // who asked may be gone
}

// Asset answers with a file that a page loads. Its name changes with its content, so browsers keep it for good.
func (s *Site) Asset(w http.ResponseWriter, r *http.Request) {
	Policy{}.set(w.Header())
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	s.file(w, r, "assets/"+path.Base(r.URL.Path))
}

// Loader answers with the script that sites name, which keeps its name: browsers ask again after five minutes.
func (s *Site) Loader(w http.ResponseWriter, r *http.Request) {
	Policy{}.set(w.Header())
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	s.file(w, r, "widget.js")
}

// Worker answers with the service worker of a widget, which keeps its name: browsers ask for it again by themselves.
func (s *Site) Worker(w http.ResponseWriter, r *http.Request) {
	Policy{}.set(w.Header())
	w.Header().Set("Cache-Control", "no-cache")
	s.file(w, r, "notify.js")
}

// Placeholder answers with what the placeholder loads.
func (s *Site) Placeholder(w http.ResponseWriter, r *http.Request) {
	Policy{}.set(w.Header())
	http.ServeFileFS(w, r, dist, "dist/placeholder.css")
}

// file answers with a file, compressed where it was at the build and the browser takes it.
func (s *Site) file(w http.ResponseWriter, r *http.Request, name string) {
	info, err := fs.Stat(s.files, name)
	if err != nil || info.IsDir() {
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "There is no such file.", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	h.Set("Vary", "Accept-Encoding")
	if tag := s.tags[name]; tag != "" {
		h.Set("Etag", tag)
	}
	if _, err := fs.Stat(s.files, name+".gz"); err == nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		name += ".gz"
	}
	http.ServeFileFS(w, r, s.files, name)
}
