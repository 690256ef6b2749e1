package flow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// member is one name and value of a JSON object, the value as it was written.
type member struct {
	name string
	raw  json.RawMessage
}

// members reads a JSON object, keeping the order of its members; raw must be
// valid JSON, and the values share its memory. Unlike encoding/json it tells
// names apart by case and refuses a name that occurs twice, because two readers
// could take a different one of the two.
func members(raw json.RawMessage) ([]member, error) {
	at := space(raw, 0)
	if at == len(raw) || raw[at] != '{' {
		return nil, fmt.Errorf("must be an object")
	}
	var list []member
	seen := map[string]bool{}
	for at = space(raw, at+1); raw[at] != '}'; at = space(raw, at) {
		end := valueEnd(raw, at)
		m := member{name: unquote(raw[at:end])}
		at = space(raw, end) // which passes the colon, too
		end = valueEnd(raw, at)
		m.raw, at = raw[at:end:end], end
		if seen[m.name] {
			return nil, fmt.Errorf("has two members %.50q", m.name)
		}
		seen[m.name] = true
		list = append(list, m)
	}
	return list, nil
}

// items reads a JSON list, which must be valid JSON; the elements share its memory.
func items(raw json.RawMessage) ([]json.RawMessage, error) {
	at := space(raw, 0)
	if at == len(raw) || raw[at] != '[' {
		return nil, fmt.Errorf("must be a list")
	}
	var list []json.RawMessage
	for at = space(raw, at+1); raw[at] != ']'; at = space(raw, at) {
		end := valueEnd(raw, at)
		list = append(list, raw[at:end:end])
		at = end
	}
	return list, nil
}

// space returns the place of the next byte that is neither white space nor a
// separator.
func space(raw []byte, at int) int {
	for at < len(raw) && (raw[at] == ' ' || raw[at] == '\n' || raw[at] == '\t' || raw[at] == '\r' || raw[at] == ',' || raw[at] == ':') {
		at++
	}
	return at
}

// valueEnd returns the end of the value that begins there.
func valueEnd(raw []byte, at int) int {
	for depth := 0; at < len(raw); {
		switch raw[at] {
		case '"':
			at = stringEnd(raw, at)
		case '{', '[':
			depth++
			at++
		case '}', ']':
			depth--
			at++
		case ' ', '\n', '\t', '\r', ',', ':':
			at++
		default:
			at = scalarEnd(raw, at)
		}
		if depth == 0 {
			return at
		}
	}
	return at
}

// scalarEnd returns the end of a number, true, false or null.
func scalarEnd(raw []byte, at int) int {
	for at < len(raw) && bytes.IndexByte([]byte(" \n\t\r,]}"), raw[at]) < 0 {
		at++
	}
	return at
}

// stringEnd returns the end of the string that begins there.
func stringEnd(raw []byte, at int) int {
	for at++; raw[at] != '"'; at++ {
		if raw[at] == '\\' {
			at++
		}
	}
	return at + 1
}

// unquote reads a string.
func unquote(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1])
	}
	var s string
	_ = json.Unmarshal(raw, &s) // it is valid
	return s
}

// find returns the value of the member with that name. A null counts as absent.
func find(list []member, name string) (json.RawMessage, bool) {
	i := slices.IndexFunc(list, func(m member) bool { return m.name == name })
	if i < 0 || string(list[i].raw) == "null" {
		return nil, false
	}
	return list[i].raw, true
}

// text returns the string in the member with that name, "" where it is absent.
func text(list []member, name string) (string, error) {
	raw, ok := find(list, name)
	if !ok {
		return "", nil
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return "", fmt.Errorf("%s must be a string", name)
	}
	return s, nil
}
