package restjson

import (
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"parley/internal/fault"
)

// Param turns to a parameter of the path, the query or a header, which errors
// call by its member's name, and reports whether the request has it. Of
// several values it takes the first.
func (d *Decoder) Param(name string, values ...string) bool {
	d.param, d.text = name, ""
	if len(values) == 0 {
		return false
	}
	d.text = values[0]
	if !utf8.ValidString(d.text) {
		d.malformed("%s is not valid UTF-8", name)
	}
	if strings.IndexByte(d.text, 0) >= 0 {
		d.breach("must not hold U+0000")
	}
	return true
}

// Missing records that a required parameter is absent.
func (d *Decoder) Missing() {
	name := d.param
	d.param = ""
	d.missing(name)
}

func (d *Decoder) missing(name string) {
	if d.broken == nil && d.invalid == nil {
		d.invalid = fault.New(fault.Invalid, "Missing required member %s", d.memberPath(name))
	}
}

// Text returns the current parameter.
func (d *Decoder) Text() string { return d.text }

// TextBool reads the current parameter as true or false.
func (d *Decoder) TextBool() bool {
	if d.text != "true" && d.text != "false" {
		d.malformed("%s must be true or false", d.param)
	}
	return d.text == "true"
}

// TextInt reads the current parameter as an integer of 32 bits.
func (d *Decoder) TextInt() int {
	n, err := strconv.ParseInt(d.text, 10, 32)
	if err != nil {
		d.malformed("%s must be an integer of 32 bits", d.param)
	}
	return int(n)
}

// TextLong reads the current parameter as an integer of 64 bits.
func (d *Decoder) TextLong() int64 {
	n, err := strconv.ParseInt(d.text, 10, 64)
	if err != nil {
		d.malformed("%s must be an integer of 64 bits", d.param)
	}
	return n
}

// TextISOTime reads the current parameter as an ISO 8601 time, the protocol's
// form in queries.
func (d *Decoder) TextISOTime() time.Time { return d.isoTime(d.text) }

// TextHTTPTime reads the current parameter as an HTTP date, the protocol's form
// in headers.
func (d *Decoder) TextHTTPTime() time.Time {
	t, err := http.ParseTime(d.text)
	if err != nil {
		d.breach("must be a time such as Mon, 02 Jan 2006 15:04:05 GMT")
	}
	return t.UTC()
}

// NonZero returns a pointer to v, nil for the zero value: for members whose
// empty value counts as absent.
func NonZero[T comparable](v T) *T {
	if v == *new(T) {
		return nil
	}
	return &v
}
