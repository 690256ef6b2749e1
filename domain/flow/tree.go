package flow

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Tree is a JSON value in which many paths are looked up: each part of it is read
// when a path first leads into it, and once. It is for one goroutine.
type Tree struct {
	raw     json.RawMessage
	opened  bool
	object  map[string]*Tree
	list    []*Tree
	checked bool
	value   Value
}

// NewTree returns the tree of valid JSON, which must not change afterwards; of
// bytes that are not JSON every path leads nowhere.
func NewTree(raw json.RawMessage) *Tree { return &Tree{raw: bytes.TrimSpace(raw)} }

// At follows a path into objects, and by numeric segments into lists. It
// reports false where the path leads nowhere or to null.
func (t *Tree) At(path Path) (Value, bool) {
	for _, key := range path {
		if t = t.child(key); t == nil {
			return Value{}, false
		}
	}
	if !t.checked {
		t.value, t.checked = JSONValue(t.raw), true
	}
	return t.value, string(t.raw) != "null"
}

// Len returns how many elements a list has, 0 for anything else.
func (t *Tree) Len() int {
	if !t.opened {
		t.open()
	}
	return len(t.list)
}

// child returns a member of an object or an element of a list, nil if there is none.
func (t *Tree) child(key string) *Tree {
	if !t.opened {
		t.open()
	}
	if t.object != nil {
		return t.object[key]
	}
	if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(t.list) {
		return t.list[i]
	}
	return nil
}

// open reads one level; on bad JSON nothing is found.
func (t *Tree) open() {
	t.opened = true
	if len(t.raw) == 0 {
		return
	}
	switch t.raw[0] {
	case '{':
		var members map[string]json.RawMessage
		_ = json.Unmarshal(t.raw, &members)
		t.object = make(map[string]*Tree, len(members))
		for name, raw := range members {
			t.object[name] = &Tree{raw: raw}
		}
	case '[':
		var items []json.RawMessage
		_ = json.Unmarshal(t.raw, &items)
		for _, raw := range items {
			t.list = append(t.list, &Tree{raw: raw})
		}
	}
}
