package gateway

import (
	"io"
	"net/http"
	"net/url"
	"strings"
)

// refusalBodies are the bodies of refused upgrades, in the shape of AWS's errors.
// They do not say which check failed.
var refusalBodies = map[int]struct{ kind, text string }{
	http.StatusBadRequest:         {"ValidationException", "Not a websocket handshake"},
	http.StatusUpgradeRequired:    {"ValidationException", "Not a websocket handshake"},
	http.StatusForbidden:          {"AccessDeniedException", "Access denied"},
	http.StatusTooManyRequests:    {"ThrottlingException", "Too many connections"},
	http.StatusServiceUnavailable: {"ServiceUnavailableException", "Try again"},
}

func (g *Gateway) refuse(w http.ResponseWriter, status int, why refusal) {
	g.counts.refused[why].Add(1)
	body := refusalBodies[status]
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("x-amzn-ErrorType", body.kind)
	h.Set("Cache-Control", "no-store")
	if status == http.StatusUpgradeRequired {
		h.Set("Sec-WebSocket-Version", "13")
	}
	w.WriteHeader(status)
	io.WriteString(w, `{"__type":"`+body.kind+`","message":"`+body.text+`","Message":"`+body.text+`"}`)
}

// originSet returns the allowed origins in canonical form, nil if any is allowed.
func originSet(allowed []string) map[string]bool {
	if len(allowed) == 0 {
		return nil
	}
	set := map[string]bool{}
	for _, o := range allowed {
		set[canonicalOrigin(o)] = true
	}
	return set
}

// originAllowed compares scheme, host and port exactly; "null" is never on a list.
func (g *Gateway) originAllowed(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	if g.origins == nil || len(origins) == 0 {
		return true
	}
	o := canonicalOrigin(origins[0])
	return len(origins) == 1 && o != "" && g.origins[o]
}

// canonicalOrigin returns scheme, host in lower case and port, spelled out; empty if o is no origin.
func canonicalOrigin(o string) string {
	u, err := url.Parse(o)
	if err != nil || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return ""
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}
