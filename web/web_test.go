package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

type reply struct {
	status int
	header http.Header
	body   string
}

// get asks a handler for a path, with headers by pairs of name and value.
func get(t *testing.T, h http.HandlerFunc, path string, pairs ...string) reply {
	t.Helper()
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(pairs); i += 2 {
		r.Header.Set(pairs[i], pairs[i+1])
	}
	h(w, r)
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{w.Code, w.Header(), string(body)}
}

func page(s *Site, name string, p Policy) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { s.Page(w, r, name, p) }
}

// unbuilt is what a program holds that was built without Node.
func unbuilt() *Site { return newSite(fstest.MapFS{}) }

func built() *Site {
	return newSite(fstest.MapFS{
		"index.html":        {Data: []byte("built")},
		"index.html.gz":     {Data: []byte("packed")},
		"missing.html":      {Data: []byte("nothing")},
		"widget.js":         {Data: []byte("loader")},
		"assets/app-1.js":   {Data: []byte("code")},
		"assets/sub/app.js": {Data: []byte("deep")},
	})
}

func TestWithoutNode(t *testing.T) {
	s := unbuilt()
	if got := get(t, page(s, "index", Policy{}), "/"); got.status != http.StatusOK || !strings.Contains(got.body, "Parley is running") {
		t.Errorf("/: %d %q", got.status, got.body)
	}
	if got := get(t, page(s, "demo", Policy{}), "/demo"); got.status != http.StatusNotFound || !strings.Contains(got.body, "make build") {
		t.Errorf("/demo: %d %q", got.status, got.body)
	}
	if got := get(t, s.Placeholder, "/placeholder.css"); got.status != http.StatusOK {
		t.Errorf("the placeholder's style sheet: %d", got.status)
	}
	if s.Built() {
		t.Error("there is nothing, and it counts as built")
	}
}

// TestPlaceholderObeysThePolicy holds that the page needs nothing which its own policy forbids.
func TestPlaceholderObeysThePolicy(t *testing.T) {
	for _, inline := range []string{"<style", "<script", " style=", " onload=", "http://", "https://"} {
		if body := get(t, page(unbuilt(), "index", Policy{}), "/").body; strings.Contains(body, inline) {
			t.Errorf("the placeholder holds %q", inline)
		}
	}
}

// TestCaching: a page answers 304 to who has it, an asset is kept for good, and what is compressed goes out so.
func TestCaching(t *testing.T) {
	s := built()
	first := get(t, page(s, "index", Policy{}), "/")
	if first.body != "built" || first.header.Get("Cache-Control") != "no-cache" || first.header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("the page: %+v", first)
	}
	if again := get(t, page(s, "index", Policy{}), "/", "If-None-Match", first.header.Get("Etag")); again.status != http.StatusNotModified {
		t.Errorf("the page again: %d", again.status)
	}
	packed := get(t, page(s, "index", Policy{}), "/", "Accept-Encoding", "br, gzip")
	if packed.body != "packed" || packed.header.Get("Content-Encoding") != "gzip" || packed.header.Get("Content-Type") != first.header.Get("Content-Type") {
		t.Errorf("compressed: %+v", packed)
	}
	asset := get(t, s.Asset, "/assets/app-1.js")
	if asset.body != "code" || !strings.Contains(asset.header.Get("Cache-Control"), "immutable") || asset.header.Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("the asset: %+v", asset)
	}
	if loader := get(t, s.Loader, "/widget.js"); loader.body != "loader" || loader.header.Get("Cross-Origin-Resource-Policy") != "cross-origin" || strings.Contains(loader.header.Get("Cache-Control"), "immutable") {
		t.Errorf("the loader: %+v", loader)
	}
}

func TestWhatIsNotThere(t *testing.T) {
	for _, path := range []string{"/assets/none.js", "/assets/", "/assets", "/assets/..", "/assets/sub", "/assets/../index.html"} {
		got := get(t, built().Asset, path)
		if got.status != http.StatusNotFound || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %q", path, got.status, got.body)
		}
	}
}

// TestNothingHere: the page of an address where nothing is says so with its status, is not kept, and is held to the policy of any page.
func TestNothingHere(t *testing.T) {
	for s, body := range map[*Site]string{built(): "nothing", unbuilt(): "There is nothing here.\n"} {
		got := get(t, func(w http.ResponseWriter, _ *http.Request) { s.Missing(w, Policy{Private: true}) }, "/agents")
		if got.status != http.StatusNotFound || got.body != body || got.header.Get("Cache-Control") != "no-store" || !strings.Contains(got.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%d %q %v", got.status, got.body, got.header)
		}
	}
}

func TestPolicies(t *testing.T) {
	const strict = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'; " +
		"require-trusted-types-for 'script'; trusted-types svelte-trusted-html"
	for name, c := range map[string]struct {
		policy Policy
		want   string
	}{
		"nothing":          {Policy{}, strict + "; frame-ancestors 'none'"},
		"the API":          {Policy{Base: "https://chat.example"}, strict + "; connect-src 'self' https://chat.example wss://chat.example; frame-ancestors 'none'"},
		"in no site":       {Policy{Framed: []string{}}, strict + "; frame-ancestors 'self'"},
		"in a site":        {Policy{Framed: []string{"https://shop.example"}}, strict + "; frame-ancestors 'self' https://shop.example"},
		"showing frames":   {Policy{Frames: true}, strict + "; frame-src 'self'; frame-ancestors 'none'"},
		"of a local page":  {Policy{Base: "http://127.0.0.1:8080"}, strict + "; connect-src 'self' http://127.0.0.1:8080 ws://127.0.0.1:8080; frame-ancestors 'none'"},
		"of nobody's hold": {Policy{Private: true}, strict + "; frame-ancestors 'none'"},
		"with a worker":    {Policy{Worker: true}, strict + " parley-worker; worker-src 'self'; frame-ancestors 'none'"},
	} {
		h := http.Header{}
		c.policy.set(h)
		if got := h.Get("Content-Security-Policy"); got != c.want {
			t.Errorf("%s: %s\nwant %s", name, got, c.want)
		}
		if got := h.Get("Cross-Origin-Opener-Policy"); (got == "same-origin") != c.policy.Private || (got == "unsafe-none") != c.policy.Worker {
			t.Errorf("%s: COOP: %s", name, got)
		}
	}
}

// TestTheBuiltPagesObeyThePolicy: what Vite built, if it did, runs nothing inline and loads nothing from elsewhere.
func TestTheBuiltPagesObeyThePolicy(t *testing.T) {
	names, err := os.ReadDir("dist/site")
	if err != nil {
		return // not built: e2e/pages needs them, and fails
	}
	for _, name := range names {
		if !strings.HasSuffix(name.Name(), ".html") {
			continue
		}
		body, err := os.ReadFile("dist/site/" + name.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, inline := range []string{"<style", "<script>", " style=", " onload=", "http://", "https://"} {
			if strings.Contains(string(body), inline) {
				t.Errorf("%s holds %q", name.Name(), inline)
			}
		}
	}
}
