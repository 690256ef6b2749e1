package client

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The reading half is a scanner over raw JSON that copies nothing: a value is
// a piece of its document until text unquotes it.

func errJSON() error { return errors.New("the server sent malformed JSON") }

// members calls f with each member of the first JSON object in s, its value
// raw. What follows the object is ignored.
func members(s string, f func(key, value string)) error {
	p := scanner{s: s}
	if !p.take('{') {
		return errJSON()
	}
	for !p.take('}') {
		key := p.value()
		if key == "" || !p.take(':') {
			return errJSON()
		}
		value := p.value()
		if value == "" {
			return errJSON()
		}
		f(text(key), value)
		if !p.take(',') && p.peek() != '}' {
			return errJSON()
		}
	}
	return nil
}

// elements calls f with each raw element of the JSON array s.
func elements(s string, f func(value string) error) error {
	p := scanner{s: s}
	if !p.take('[') {
		return errJSON()
	}
	for !p.take(']') {
		value := p.value()
		if value == "" {
			return errJSON()
		}
		if err := f(value); err != nil {
			return err
		}
		if !p.take(',') && p.peek() != ']' {
			return errJSON()
		}
	}
	return nil
}

type scanner struct {
	s string
	i int
}

// peek skips white space and returns the next byte, 0 at the end.
func (p *scanner) peek() byte {
	for ; p.i < len(p.s); p.i++ {
		switch p.s[p.i] {
		case ' ', '\t', '\n', '\r':
		default:
			return p.s[p.i]
		}
	}
	return 0
}

func (p *scanner) take(b byte) bool {
	if p.peek() != b {
		return false
	}
	p.i++
	return true
}

// value returns the next value raw, "" if there is none or it is cut short.
func (p *scanner) value() string {
	b, start := p.peek(), p.i
	ok := true
	switch b {
	case '"':
		ok = p.skipString()
	case '{', '[':
		ok = p.skipNested()
	default:
		p.skipScalar()
	}
	if !ok {
		return ""
	}
	return p.s[start:p.i]
}

func (p *scanner) skipString() bool {
	for p.i++; p.i < len(p.s); p.i++ {
		switch p.s[p.i] {
		case '\\':
			p.i++
		case '"':
			p.i++
			return true
		}
	}
	return false
}

func (p *scanner) skipNested() bool {
	for depth := 0; p.i < len(p.s); {
		switch p.s[p.i] {
		case '"':
			if !p.skipString() {
				return false
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		p.i++
		if depth == 0 {
			return true
		}
	}
	return false
}

func (p *scanner) skipScalar() {
	n := strings.IndexAny(p.s[p.i:], ",]}: \t\r\n")
	if n < 0 {
		n = len(p.s) - p.i
	}
	p.i += n
}

// text returns what a raw JSON string says, "" for any other value.
func text(raw string) string {
	if len(raw) < 2 || raw[0] != '"' {
		return ""
	}
	raw = raw[1 : len(raw)-1]
	if strings.IndexByte(raw, '\\') < 0 {
		return raw
	}
	return string(unescape(make([]byte, 0, len(raw)), raw))
}

func unescape(to []byte, raw string) []byte {
	for {
		n := strings.IndexByte(raw, '\\')
		if n < 0 || n+1 >= len(raw) {
			return append(to, raw...)
		}
		to = append(to, raw[:n]...)
		if raw[n+1] == 'u' {
			var r rune
			r, raw = unescapeRune(raw[n:])
			to = utf8.AppendRune(to, r)
			continue
		}
		to = append(to, unescapeByte(raw[n+1]))
		raw = raw[n+2:]
	}
}

func unescapeByte(b byte) byte {
	switch b {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	}
	return b
}

// unescapeRune reads \uXXXX, or a pair of them, and returns the rest.
func unescapeRune(raw string) (rune, string) {
	r := unit(raw)
	if !utf16.IsSurrogate(r) {
		return r, raw[min(6, len(raw)):]
	}
	raw = raw[6:]
	if pair := utf16.DecodeRune(r, unit(raw)); pair != utf8.RuneError {
		return pair, raw[6:]
	}
	return utf8.RuneError, raw
}

func unit(raw string) rune {
	if len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
		return utf8.RuneError
	}
	n, err := strconv.ParseUint(raw[2:6], 16, 32)
	if err != nil {
		return utf8.RuneError
	}
	return rune(n)
}

// appendMember appends ,"name":"value" — or the first member, after "{".
func appendMember(to []byte, name, value string) []byte {
	if to[len(to)-1] != '{' {
		to = append(to, ',')
	}
	to = append(to, '"')
	to = append(to, name...)
	to = append(to, '"', ':')
	return appendText(to, value)
}

func appendText(to []byte, s string) []byte {
	const hex = "0123456789abcdef"
	to = append(to, '"')
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case b == '"' || b == '\\':
			to = append(to, '\\', b)
		case b < 0x20:
			to = append(to, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
		default:
			to = append(to, b)
		}
	}
	return append(to, '"')
}
