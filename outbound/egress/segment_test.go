package egress_test

import (
	"net/url"
	"testing"

	"parley/outbound/egress"
)

// What a flow or an ARN names stays one segment of the path.
func TestASegmentLeadsNowhereElse(t *testing.T) {
	for _, text := range []string{"orders", "..", ".", "a/../b", "a b?c#d", "%2e%2e", "...", ""} {
		u, err := url.Parse("https://host/functions/" + egress.Segment(text) + "/invocations")
		if err != nil {
			t.Fatal(err)
		}
		once := u.JoinPath() // cleans the path, as servers do
		if got := len(splits(once.EscapedPath())); got != 4 && text != "" {
			t.Errorf("%q: %s", text, once.EscapedPath())
		}
	}
}

func splits(path string) (parts []string) {
	from := 0
	for i := range path {
		if path[i] == '/' {
			parts = append(parts, path[from:i])
			from = i + 1
		}
	}
	return append(parts, path[from:])
}
