package access_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"parley/api"
	"parley/e2e/harness"
)

// members are the members of a request by name; bearer is the token header.
type members map[string]any

// inQuery is a member that goes into the query of a request with a body, under its name there.
type inQuery string

const bearer = "X-Amz-Bearer"

// put sets the member at a path of the operation table: "A", "A.B", "A[]",
// "A[].B", "A{}.B". A list or map gets this one element,
// whose other members stay.
func (m members) put(path, value string) {
	if path == "ConnectionToken" || path == "ParticipantToken" {
		path = bearer
	}
	name, rest, nested := strings.Cut(path, ".")
	if !nested {
		m[strings.TrimSuffix(name, "[]")] = leaf(name, value)
		return
	}
	plain := strings.TrimRight(name, "[]{}")
	switch {
	case strings.HasSuffix(name, "[]"):
		list, _ := m[plain].([]members)
		if len(list) != 1 {
			list = []members{{}}
			m[plain] = list
		}
		list[0].put(rest, value)
	case strings.HasSuffix(name, "{}"):
		m.inside(plain).put("key."+rest, value)
	default:
		m.inside(plain).put(rest, value)
	}
}

// clone copies the members and those of members in them: rows share what never changes.
func (m members) clone() members {
	copied := maps.Clone(m)
	for name, value := range copied {
		switch value := value.(type) {
		case members:
			copied[name] = value.clone()
		case []members:
			list := make([]members, len(value))
			for i, one := range value {
				list[i] = one.clone()
			}
			copied[name] = list
		}
	}
	return copied
}

// inside returns the object that is a member, made if there is none.
func (m members) inside(name string) members {
	inner, _ := m[name].(members)
	if inner == nil {
		inner = members{}
		m[name] = inner
	}
	return inner
}

func leaf(name, value string) any {
	if strings.HasSuffix(name, "[]") {
		return []string{value}
	}
	return value
}

// sendSigned puts members into the path, and the others into the body, or the
// query where the method has no body.
func sendSigned(w *world, op api.Info, m members) harness.Response {
	path, rest := inPath(op, m)
	query := url.Values{}
	if op.Method != http.MethodGet && op.Method != http.MethodDelete {
		for name, value := range rest {
			if value, ok := value.(inQuery); ok {
				query.Set(name, string(value))
				delete(rest, name)
			}
		}
		for _, id := range op.IDs {
			if value, ok := rest[id.Path].(string); ok && id.In == api.Query {
				query.Set(strings.ToLower(id.Path[:1])+id.Path[1:], value)
				delete(rest, id.Path)
			}
		}
		if len(query) > 0 {
			path += "?" + query.Encode()
		}
		return w.Signed(op.Method, path, rest)
	}
	for name, value := range rest { // the table has the member's name; some go into a query as nextToken
		query.Set(name, value.(string))
		query.Set(strings.ToLower(name[:1])+name[1:], value.(string))
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return w.Signed(op.Method, path, "")
}

func sendBearer(w *world, op api.Info, m members) harness.Response {
	path, rest := inPath(op, m)
	token := rest[bearer].(string)
	delete(rest, bearer)
	if op.Method == http.MethodPost {
		return w.Bearer(token, path, rest)
	}
	request, err := http.NewRequest(op.Method, w.URL+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	request.Header.Set(bearer, token)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	return harness.Response{Status: answer.StatusCode, Header: answer.Header}
}

// inPath returns the path with its members filled in, and a copy of the others.
func inPath(op api.Info, m members) (string, members) {
	path, rest := op.Path, members{}
	for name, value := range m {
		slot := "{" + name + "}"
		if !strings.Contains(path, slot) {
			rest[name] = value
			continue
		}
		path = strings.ReplaceAll(path, slot, url.PathEscape(value.(string)))
	}
	for strings.Contains(path, "{") {
		open, end := strings.Index(path, "{"), strings.Index(path, "}")
		path = path[:open] + unknownID + path[end+1:]
	}
	return path, rest
}

// receipt is the Content of a delivered receipt.
func receipt(messageID string) string {
	text, _ := json.Marshal(map[string]string{"messageId": messageID})
	return string(text)
}
