package accounts_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// TestTheWidgetsPage: who may show it in a frame, what it is told, and that it may start chats while pages elsewhere may not.
func TestTheWidgetsPage(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	w := newSite(t, s, map[string]any{"look": map[string]any{
		"title": "Help", "colour": "#1a5fb4", "fields": []map[string]any{{"name": "order", "label": "Order", "type": "text", "required": true}},
	}})
	base := strings.TrimSuffix(w.path, "/start")
	for path, want := range map[string]string{base: "frame-ancestors 'self' " + shop, strings.ReplaceAll(base, w.id, s.InstanceID): "frame-ancestors 'self'"} {
		if got := w.call("GET", path+"/frame", nil).header.Get("Content-Security-Policy"); !strings.HasSuffix(got, want) {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	want := map[string]any{
		"title": "Help", "greeting": "", "colour": "#1a5fb4", "signed_only": false, "attachments": true, "start_path": w.path, "typing_path": "", "push_path": "", "push_key": "", "state": "open", "leave_message": false,
		"fields": []any{map[string]any{"name": "order", "label": "Order", "type": "text", "required": true}},
	}
	if diff := cmp.Diff(want, decoded(t, w.want(200, "GET", base+"/settings", nil))); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	w.want(404, "GET", strings.ReplaceAll(base, w.id, s.InstanceID)+"/settings", nil)

	w.header.Set("Origin", s.URL)
	w.start(200, says(nil))
	for _, origin := range []string{strings.Replace(s.URL, "http:", "https:", 1) + ".evil.example", "http://evil.example", "null"} {
		w.header.Set("Origin", origin)
		w.start(403, says(nil))
	}
}

// TestLooksAreHeldToLimits refuses what a page could not show.
func TestLooksAreHeldToLimits(t *testing.T) {
	t.Parallel()
	w := newSite(t, harness.Start(t), nil)
	field := func(name, label, kind string) map[string]any {
		return map[string]any{"fields": []map[string]any{{"name": name, "label": label, "type": kind}}}
	}
	for name, look := range map[string]map[string]any{
		"a long title":    {"title": strings.Repeat("x", 61)},
		"a long greeting": {"greeting": strings.Repeat("x", 501)},
		"no colour":       {"colour": "red"},
		"a style":         {"colour": "#1a5fb4;x"},
		"no name":         field("", "Order", "text"),
		"a name of words": field("your order", "Order", "text"),
		"no label":        field("order", "", "text"),
		"another type":    field("order", "Order", "file"),
		"eleven fields":   {"fields": make([]map[string]any, 11)},
		"an unknown one":  {"font": "Comic"},
	} {
		if a := w.admin.call("PATCH", "/api/widgets/"+w.id, map[string]any{"look": look}); a.status != 400 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	w.admin.want(200, "PATCH", "/api/widgets/"+w.id, map[string]any{"look": field("order", "Order", "long")})
	w.admin.want(200, "PATCH", "/api/widgets/"+w.id, map[string]any{"name": "Renamed"})
	got, _ := w.admin.want(200, "GET", "/api/widgets/"+w.id, nil).member(t, "look").(map[string]any)
	if fields, _ := got["fields"].([]any); len(fields) != 1 {
		t.Errorf("the look is %v", got)
	}
}
