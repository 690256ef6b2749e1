package web

import (
	"net/http"
	"strings"
)

// Policy is what a page may do beyond loading its own code: nothing, if it is zero.
type Policy struct {
	Base    string   // the URL of this server as the caller reaches it; its API and websockets may be called
	Framed  []string // the sites that may show the page in a frame; nil = none, not even this server's own pages
	Frames  bool     // it may show this server's own pages in frames
	Private bool     // no window of another site may keep a hold on it
	Worker  bool     // it registers its service worker, and talks with the window that opened it
}

// set writes the headers of a page. The types of the page's scripts are trusted: text becomes HTML only through
// the template compiler's own policy, so that no data can.
func (p Policy) set(h http.Header) {
	h.Set("Content-Security-Policy", p.content())
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if p.Framed != nil {
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	switch {
	case p.Private:
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
	case p.Worker:
		h.Set("Cross-Origin-Opener-Policy", "unsafe-none")
	}
}

func (p Policy) content() string {
	trusted := "trusted-types svelte-trusted-html"
	if p.Worker {
		trusted += " parley-worker"
	}
	rules := []string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "object-src 'none'", "base-uri 'none'", "form-action 'none'",
		"require-trusted-types-for 'script'", trusted,
	}
	if p.Worker {
		rules = append(rules, "worker-src 'self'")
	}
	if p.Base != "" { // localhost is reached as 127.0.0.1, which is another origin than 'self'
		rules = append(rules, "connect-src 'self' "+p.Base+" ws"+strings.TrimPrefix(p.Base, "http"))
	}
	if p.Frames {
		rules = append(rules, "frame-src 'self'")
	}
	ancestors := "'none'"
	if p.Framed != nil {
		ancestors = strings.Join(append([]string{"'self'"}, p.Framed...), " ")
	}
	return strings.Join(append(rules, "frame-ancestors "+ancestors), "; ")
}
