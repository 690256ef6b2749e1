package flow

import (
	"bytes"
	"encoding/json"
	"strings"
)

// MaxAttributeBytes bounds all keys and values of a set of attributes together,
// in UTF-8: those of a contact (StartChatContact: 32,768 bytes; keys count, our
// reading) and those of a flow. So it bounds what a parameter may come to, too.
const MaxAttributeBytes = 32_768

// Value is what a reference stands for: a text or any other JSON value. The
// zero Value is the empty text.
type Value struct {
	text string
	raw  json.RawMessage // nil for a text
}

// TextValue returns the value of a plain text.
func TextValue(s string) Value { return Value{text: s} }

// JSONValue returns the value that valid JSON stands for; a JSON string becomes
// its text, null and bytes that are not JSON the empty text. It keeps raw, which
// must not change afterwards.
func JSONValue(raw json.RawMessage) Value {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" || !json.Valid(raw) {
		return Value{}
	}
	if raw[0] == '"' {
		var s string
		_ = json.Unmarshal(raw, &s) // valid, as checked above
		return Value{text: s}
	}
	return Value{raw: raw}
}

// IsText reports whether the value is a text, the empty one included.
func (v Value) IsText() bool { return v.raw == nil }

// String returns a text as it is, a number or boolean as it was written, an
// object or list as compact JSON (our choice; AWS documents none).
func (v Value) String() string {
	if v.raw == nil {
		return v.text
	}
	var b bytes.Buffer
	if json.Compact(&b, v.raw) != nil {
		return ""
	}
	return unescaped(b.String())
}

// unescaped returns JSON without the escapes that encoding/json adds for HTML.
// What is stored as JSON has them, so without this a value would be spelled in
// another way once it was stored.
func unescaped(s string) string {
	if !strings.Contains(s, `\u`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		n := 1
		if s[i] == '\\' {
			n = 2
		}
		if i+6 <= len(s) {
			if c := htmlEscape(s[i : i+6]); c != "" {
				b.WriteString(c)
				i += 6
				continue
			}
		}
		b.WriteString(s[i:min(i+n, len(s))])
		i += n
	}
	return b.String()
}

func htmlEscape(s string) string {
	switch s {
	case `\u003c`:
		return "<"
	case `\u003e`:
		return ">"
	case `\u0026`:
		return "&"
	case `\u2028`:
		return "\u2028"
	case `\u2029`:
		return "\u2029"
	}
	return ""
}

// Len returns how many bytes the value takes, as a text or as JSON.
func (v Value) Len() int { return len(v.text) + len(v.raw) }

// JSON returns the value as JSON, for places that take any JSON value.
func (v Value) JSON() json.RawMessage {
	if v.raw != nil {
		return v.raw
	}
	raw, _ := json.Marshal(v.text) // a string always encodes
	return raw
}

// At follows a path into objects, and by numeric segments into lists. It
// reports false where the path leads nowhere or to null. A Tree serves many paths.
func (v Value) At(path Path) (Value, bool) {
	if len(path) == 0 {
		return v, true
	}
	return NewTree(v.raw).At(path)
}
