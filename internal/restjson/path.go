package restjson

import (
	"strconv"

	"parley/internal/fault"
)

// place says where the decoder is on one level of nesting.
type place struct {
	kind  kind
	index int32 // elements or entries so far, the current one included
	name  int32 // offset of the current member's name
}

type kind uint8

const (
	nowhere kind = iota // an unknown member: its name is the caller's, not ours
	member
	element
	mapKey
	mapValue
)

// path names the value being read, by the model's member names only:
// "ParticipantDetails.DisplayName", "Attributes.key", "Tags[2]".
func (d *Decoder) path() string {
	if d.param != "" {
		return d.param
	}
	var b []byte
	for _, w := range d.where[1 : d.depth+1] {
		b = d.appendPlace(b, w)
	}
	if len(b) == 0 {
		return "The body"
	}
	return string(b)
}

func (d *Decoder) appendPlace(b []byte, w place) []byte {
	if w.kind == element {
		return append(strconv.AppendInt(append(b, '['), int64(w.index-1), 10), ']')
	}
	if w.kind != nowhere && len(b) > 0 {
		b = append(b, '.')
	}
	switch w.kind {
	case member:
		at := Decoder{buf: d.buf, pos: int(w.name)}
		b = append(b, at.String()...)
	case mapKey:
		b = append(b, "key"...)
	case mapValue:
		b = append(b, "value"...)
	}
	return b
}

// memberPath names a member of the value being read.
func (d *Decoder) memberPath(name string) string {
	if d.depth == 0 {
		return name
	}
	return d.path() + "." + name
}

func (d *Decoder) malformed(format string, args ...any) {
	if d.broken == nil {
		d.broken = fault.New(fault.Malformed, format, args...)
	}
}

func (d *Decoder) wrongType(want string) {
	if d.broken != nil {
		return
	}
	if d.pos >= len(d.buf) {
		d.syntax()
		return
	}
	d.malformed("%s must be %s", d.path(), want)
}

func (d *Decoder) syntax() {
	if d.pos >= len(d.buf) {
		d.malformed("The JSON document ends too early")
		return
	}
	d.malformed("The JSON document is not well-formed at offset %d", d.pos)
}

// breach records the first broken constraint of the value being read.
func (d *Decoder) breach(format string, args ...any) {
	if d.broken == nil && d.invalid == nil {
		d.invalid = fault.New(fault.Invalid, "%s "+format, append([]any{d.path()}, args...)...)
	}
}
