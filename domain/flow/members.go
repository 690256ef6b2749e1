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

// members reads a JSON object, keeping the order of its members. Unlike
// encoding/json it tells names apart by case and refuses a name that occurs
// twice, because two readers could take a different one of the two.
func members(raw json.RawMessage) ([]member, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, fmt.Errorf("must be an object")
	}
	var list []member
	seen := map[string]bool{}
	for dec.More() {
		m, err := readMember(dec)
		if err != nil {
			return nil, err
		}
		if seen[m.name] {
			return nil, fmt.Errorf("has two members %.50q", m.name)
		}
		seen[m.name] = true
		list = append(list, m)
	}
	return list, nil
}

func readMember(dec *json.Decoder) (member, error) {
	t, err := dec.Token()
	if err != nil {
		return member{}, err
	}
	name, _ := t.(string)
	m := member{name: name}
	return m, dec.Decode(&m.raw)
}

// items reads a JSON list.
func items(raw json.RawMessage) ([]json.RawMessage, error) {
	var list []json.RawMessage
	if raw[0] != '[' || json.Unmarshal(raw, &list) != nil {
		return nil, fmt.Errorf("must be a list")
	}
	return list, nil
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
