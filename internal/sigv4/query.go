package sigv4

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

const signatureParam = "X-Amz-Signature"

// queryAuthNames are the parameters of a presigned request, all required.
var queryAuthNames = [...]string{
	"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", signatureParam,
}

// param is one key=value of a query, as received or in canonical form.
type param struct{ key, value string }

// splitTarget cuts a raw request target at its first question mark.
func splitTarget(raw string) (path, query string) {
	path, query, _ = strings.Cut(raw, "?")
	return path, query
}

// splitQuery returns the parameters of a raw query in their order, undecoded.
func splitQuery(query string) []param {
	if query == "" {
		return nil
	}
	params := make([]param, 0, 1+strings.Count(query, "&"))
	for part := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(part, "=")
		params = append(params, param{key, value})
	}
	return params
}

// unescape decodes a component; one that is not well formed stands for itself.
func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// queryAuth returns the decoded parameters of a presigned request; the map is
// empty if the query carries no signature. A parameter given twice is refused.
func queryAuth(query string) (map[string]string, error) {
	var found map[string]string
	for _, p := range splitQuery(query) {
		name := unescape(p.key)
		if !slices.Contains(queryAuthNames[:], name) {
			continue
		}
		if _, twice := found[name]; twice {
			return nil, incomplete("The query parameter '%s' is given twice.", name)
		}
		if found == nil {
			found = make(map[string]string, len(queryAuthNames))
		}
		found[name] = unescape(p.value)
	}
	return found, nil
}

// canonicalQuery is the query with every parameter encoded, sorted by key and
// then value, and without the signature of a presigned request.
func canonicalQuery(query string, presigned bool) string {
	params := splitQuery(query)
	if presigned {
		params = slices.DeleteFunc(params, func(p param) bool { return unescape(p.key) == signatureParam })
	}
	for i, p := range params {
		params[i] = param{encodeComponent(p.key), encodeComponent(p.value)}
	}
	slices.SortFunc(params, func(a, b param) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.value, b.value))
	})
	var b strings.Builder
	b.Grow(len(query) + len(params))
	for i, p := range params {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p.key)
		b.WriteByte('=')
		b.WriteString(p.value)
	}
	return b.String()
}
