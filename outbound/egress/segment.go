package egress

import (
	"net/url"
	"strings"
)

// Segment makes a text one segment of a URL's path. Servers take dots alone for the
// way up, escaped ones too: they stand twice escaped, and name nothing.
func Segment(text string) string {
	if text == "." || text == ".." {
		return strings.ReplaceAll(text, ".", "%252E")
	}
	return url.PathEscape(text)
}
