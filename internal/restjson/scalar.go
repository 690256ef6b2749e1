package restjson

import (
	"bytes"
	"math"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// String reads a string.
func (d *Decoder) String() string {
	if d.peek() != '"' {
		d.wrongType("a string")
		return ""
	}
	raw, plain := d.scan()
	if plain {
		return string(raw)
	}
	return string(d.unescape(raw, make([]byte, 0, len(raw))))
}

// Bool reads true or false.
func (d *Decoder) Bool() bool {
	switch d.peek() {
	case 't':
		return d.literal("true")
	case 'f':
		d.literal("false")
	default:
		d.wrongType("true or false")
	}
	return false
}

// Int reads an integer of 32 bits, the model's "integer".
func (d *Decoder) Int() int {
	n := d.Long()
	if n < math.MinInt32 || n > math.MaxInt32 {
		d.malformed("%s must be an integer of 32 bits", d.path())
	}
	return int(n)
}

// Long reads an integer of 64 bits, the model's "long".
func (d *Decoder) Long() int64 {
	const want = "an integer"
	raw := d.number(want)
	if d.broken != nil {
		return 0
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		d.malformed("%s must be %s of 64 bits", d.path(), want)
	}
	return n
}

// Float reads a number.
func (d *Decoder) Float() float64 {
	raw := d.number("a number")
	if d.broken != nil {
		return 0
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		d.malformed("%s is out of a number's range", d.path())
	}
	return f
}

// EpochTime reads a time as a number of seconds since 1970, to the
// millisecond, within the years 1 to 9999.
func (d *Decoder) EpochTime() time.Time {
	f := d.Float()
	if f < -62135596800 || f > 253402300799 {
		d.malformed("%s must be a time within the years 1 to 9999", d.path())
		return time.Time{}
	}
	return time.UnixMilli(int64(math.Round(f * 1000))).UTC()
}

// ISOTime reads a time as an ISO 8601 string with a zone, to the millisecond.
func (d *Decoder) ISOTime() time.Time { return d.isoTime(d.String()) }

func (d *Decoder) isoTime(s string) time.Time {
	if d.broken != nil {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		d.breach("must be a time such as 2006-01-02T15:04:05.000Z")
	}
	return t.UTC().Truncate(time.Millisecond)
}

// scan consumes a string and returns what stands between its quotes; plain
// says that it holds no escape.
func (d *Decoder) scan() (raw []byte, plain bool) {
	start := d.pos + 1
	plain = true
	for i := start; i < len(d.buf); i++ {
		switch c := d.buf[i]; {
		case c == '"':
			d.pos = i + 1
			return d.buf[start:i], plain
		case c == '\\':
			plain = false
			i++
		case c < 0x20:
			d.pos = i
			d.syntax()
			return nil, true
		}
	}
	d.pos = len(d.buf)
	d.syntax()
	return nil, true
}

// unescape appends raw without its escapes to dst. With a nil dst it only
// checks the form.
func (d *Decoder) unescape(raw, dst []byte) []byte {
	check := dst == nil
	for d.broken == nil && len(raw) > 0 {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 {
			i = len(raw)
		}
		if !check {
			dst = append(dst, raw[:i]...)
		}
		if raw = raw[i:]; len(raw) == 0 {
			break
		}
		r, size := escape(raw)
		if size == 0 {
			d.malformed("%s holds a bad escape or a lone surrogate", d.path())
			return nil
		}
		raw = raw[size:]
		if check {
			continue
		}
		if r == 0 {
			d.breach("must not hold U+0000")
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// escape reads the escape that s begins with; size 0 means that it is none.
func escape(s []byte) (r rune, size int) {
	if len(s) < 2 {
		return 0, 0
	}
	const from, to = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if i := bytes.IndexByte([]byte(from), s[1]); i >= 0 {
		return rune(to[i]), 2
	}
	r, ok := hex4(s)
	if !ok || utf16.IsSurrogate(r) && len(s) < 12 {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	low, ok := hex4(s[6:])
	if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
		return 0, 0
	}
	return r, 12
}

// hex4 reads \uXXXX.
func hex4(s []byte) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range s[2:6] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// number consumes a JSON number.
func (d *Decoder) number(want string) []byte {
	c := d.peek()
	if c != '-' && (c < '0' || c > '9') {
		d.wrongType(want)
		return nil
	}
	n := numberLen(d.buf[d.pos:])
	if n == 0 {
		d.syntax()
		return nil
	}
	raw := d.buf[d.pos : d.pos+n]
	d.pos += n
	return raw
}

// numberLen returns the length of the JSON number that s begins with, 0 if
// there is none.
func numberLen(s []byte) int {
	i := 0
	if s[0] == '-' {
		i++
	}
	whole := digits(s[i:])
	if whole == 0 || whole > 1 && s[i] == '0' {
		return 0
	}
	i += whole
	if i < len(s) && s[i] == '.' {
		n := digits(s[i+1:])
		if n == 0 {
			return 0
		}
		i += 1 + n
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		n := digits(s[i:])
		if n == 0 {
			return 0
		}
		i += n
	}
	return i
}

func digits(s []byte) int {
	for i, c := range s {
		if c < '0' || c > '9' {
			return i
		}
	}
	return len(s)
}
