// Package restjson reads and writes the JSON of the AWS restJson1 protocol
// without reflection.
//
// It guarantees that a Decoder accepts only well-formed requests: valid UTF-8
// without a byte order mark, one document with nothing after it, the type that
// each member has in the model, no null inside lists and maps, no number that
// its type cannot hold, no lone surrogate, no nesting deeper than MaxDepth.
// What breaks this is fault.Malformed. A value that breaks a constraint of the
// model, a missing required member, and U+0000 in any string are
// fault.Invalid, reported only for well-formed documents. Messages name the
// member's path and the limit and never hold a value or a map key.
//
// Unknown members are checked for form and skipped; a null member counts as
// absent; of duplicate members the last one that is not null wins; an empty
// body counts as {}. What it writes is always valid UTF-8 and valid JSON.
package restjson

import (
	"unicode/utf8"

	"parley/internal/fault"
)

const (
	// MaxDepth is how deep objects and lists may nest (our choice).
	MaxDepth = 100
	// MaxElements is how many list elements and map entries one document may
	// hold in all (our choice): it bounds the memory that a body can claim.
	MaxElements = 50_000
	// maxBody keeps offsets within an int32; servers cap bodies far lower.
	maxBody = 1 << 30
)

// Decoder is a pull decoder over one request: its body, and its parameters
// (see Param). The first error sticks: from then on every method returns zero
// values and End reports it. The zero value is not usable; call Reset.
type Decoder struct {
	buf      []byte
	pos      int
	depth    int
	fresh    bool // just behind an opening bracket
	elements int
	name     []byte
	param    string // the parameter being read; empty inside the body
	text     string // its text
	where    [MaxDepth + 1]place
	broken   *fault.Error // first Malformed
	invalid  *fault.Error // first Invalid
}

// Reset starts the decoding of a body. The decoder reads buf but keeps nothing
// of it in the values that it returns.
func (d *Decoder) Reset(buf []byte) {
	*d = Decoder{buf: buf}
	if len(buf) == 0 {
		d.buf = []byte("{}")
	}
	switch {
	case len(buf) > maxBody:
		d.malformed("The body is too large")
	case !utf8.Valid(buf):
		d.malformed("The body is not valid UTF-8")
	case len(buf) >= 3 && string(buf[:3]) == "\ufeff":
		d.malformed("The body must not begin with a byte order mark")
	}
}

// End reports the first error: a malformed document before a broken
// constraint. Bytes behind the document are an error too.
func (d *Decoder) End() error {
	if d.peek(); d.broken == nil && d.pos < len(d.buf) {
		d.malformed("Unexpected bytes after the JSON document, at offset %d", d.pos)
	}
	if d.broken != nil {
		return d.broken
	}
	if d.invalid != nil {
		return d.invalid
	}
	return nil
}

// Begin enters an object: read its members with Member, or its entries with
// Entry.
func (d *Decoder) Begin() { d.open('{', "an object") }

// Array enters a list: read its elements with Elem.
func (d *Decoder) Array() { d.open('[', "a list") }

// Member moves to the next member that is not null and reports whether there
// is one; Name then returns its name. After false the object is closed.
func (d *Decoder) Member() bool {
	for d.key('}') {
		if !d.null() {
			return true
		}
	}
	return false
}

// Name returns the name of the current member, valid until the next call.
func (d *Decoder) Name() []byte { return d.name }

// Entry moves to the next entry of a map and reports whether there is one. Of
// a map with more than limit entries (limit 0: no limit) the rest is skipped
// and the map is invalid. Read the key with Key, call Value, read the value.
func (d *Decoder) Entry(limit int) bool {
	for d.key('}') {
		w := &d.where[d.depth]
		w.kind, w.index = mapKey, w.index+1
		d.count()
		if limit == 0 || int(w.index) <= limit {
			return d.broken == nil
		}
		d.Skip()
	}
	return false
}

// Key returns the key of the current map entry.
func (d *Decoder) Key() string { return string(d.name) }

// Value moves from a map entry's key to its value, which must not be null.
func (d *Decoder) Value() {
	d.where[d.depth].kind = mapValue
	d.notNull()
}

// Elem moves to the next list element, which must not be null, and reports
// whether there is one. Of a list with more than limit elements (limit 0: no
// limit) the rest is skipped and the list is invalid.
func (d *Decoder) Elem(limit int) bool {
	for d.more(']') {
		w := &d.where[d.depth]
		*w = place{kind: element, index: w.index + 1}
		d.count()
		d.notNull()
		if limit == 0 || int(w.index) <= limit {
			return d.broken == nil
		}
		d.skip()
	}
	return false
}

// Skip reads a value of any type and drops it.
func (d *Decoder) Skip() {
	d.where[d.depth].kind = nowhere
	d.skip()
}

func (d *Decoder) skip() {
	switch c := d.peek(); c {
	case '{':
		d.Begin()
		for d.key('}') {
			d.Skip()
		}
	case '[':
		d.Array()
		for d.more(']') {
			d.skip()
		}
	case '"':
		if raw, plain := d.scan(); !plain {
			d.unescape(raw, nil)
		}
	case 't', 'f':
		d.Bool()
	case 'n':
		if !d.null() {
			d.syntax()
		}
	default:
		if c != '-' && (c < '0' || c > '9') {
			d.syntax()
		}
		d.number("a number")
	}
}

// open consumes an opening bracket.
func (d *Decoder) open(bracket byte, want string) {
	if d.peek() != bracket {
		d.wrongType(want)
		return
	}
	if d.depth == MaxDepth {
		d.malformed("The body is nested more than %d levels deep", MaxDepth)
		return
	}
	d.pos++
	d.depth++
	d.param = ""
	d.where[d.depth] = place{}
	d.fresh = true
}

// more moves to the next member or element; it consumes the closing bracket
// where there is none.
func (d *Decoder) more(closing byte) bool {
	c := d.peek()
	switch {
	case d.broken != nil:
		return false
	case c == closing:
		d.pos++
		d.depth--
		d.fresh = false
		return false
	case d.fresh:
		d.fresh = false
		return true
	case c != ',':
		d.syntax()
		return false
	}
	d.pos++
	if d.peek() == closing {
		d.syntax()
	}
	return d.broken == nil
}

// key moves to the next member and reads its name and the colon.
func (d *Decoder) key(closing byte) bool {
	if !d.more(closing) {
		return false
	}
	if d.peek() != '"' {
		d.syntax()
		return false
	}
	w := &d.where[d.depth]
	w.kind, w.name = nowhere, int32(d.pos)
	raw, plain := d.scan()
	if d.name = raw; !plain {
		d.name = d.unescape(raw, make([]byte, 0, len(raw)))
	}
	if d.peek() != ':' {
		d.syntax()
		return false
	}
	d.pos++
	w.kind = member
	return d.broken == nil
}

// count bounds the elements of the whole document.
func (d *Decoder) count() {
	if d.elements++; d.elements > MaxElements {
		d.malformed("The body has more than %d list elements and map entries", MaxElements)
	}
}

// null consumes a null.
func (d *Decoder) null() bool { return d.peek() == 'n' && d.literal("null") }

// notNull refuses a null where there must be a value.
func (d *Decoder) notNull() {
	if d.peek() == 'n' {
		d.malformed("%s must not be null", d.path())
	}
}

func (d *Decoder) literal(word string) bool {
	end := d.pos + len(word)
	if end > len(d.buf) || string(d.buf[d.pos:end]) != word {
		d.syntax()
		return false
	}
	d.pos = end
	return true
}

// peek skips white space and returns the next byte, 0 at the end and after an
// error.
func (d *Decoder) peek() byte {
	if d.broken != nil {
		return 0
	}
	for ; d.pos < len(d.buf); d.pos++ {
		switch c := d.buf[d.pos]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}
