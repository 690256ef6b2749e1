package request

import (
	"encoding/base64"
	"slices"
	"strings"

	"parley/internal/fault"
	"parley/work/resource"
)

// pagePrefix tells our tokens from others; they are opaque to callers.
const pagePrefix = "after:"

// PageOf reads where a list goes on. MaxResults was checked against its range; absent, a page has most things.
func PageOf(nextToken *string, maxResults *int, most int) (resource.Page, error) {
	page := resource.Page{Limit: most}
	if maxResults != nil {
		page.Limit = *maxResults
	}
	if nextToken == nil || *nextToken == "" {
		return page, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(*nextToken)
	after, ok := strings.CutPrefix(string(raw), pagePrefix)
	if err != nil || !ok {
		return page, fault.New(fault.Invalid, "NextToken is not valid")
	}
	page.After = after
	return page, nil
}

// Next is the token of the page after a thing; nil for none.
func Next(after string) *string {
	if after == "" {
		return nil
	}
	return new(base64.RawURLEncoding.EncodeToString([]byte(pagePrefix + after)))
}

// PageIn takes the page of a short list in its own order; a token whose thing is
// gone starts it anew.
func PageIn[T any](things []T, page resource.Page, key func(T) string) (_ []T, next string) {
	from := 1 + slices.IndexFunc(things, func(t T) bool { return page.After != "" && key(t) == page.After })
	rest := things[from:]
	if len(rest) <= page.Limit {
		return rest, ""
	}
	return rest[:page.Limit], key(rest[page.Limit-1])
}
