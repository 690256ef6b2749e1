package flow

import (
	"strings"
)

// Path is a reference into the data of a contact without its "$": the path of
// "$.Attributes.name" is {"Attributes", "name"}. A numeric segment may index a
// list.
type Path []string

// Template is a text in which "$.Namespace.key" stands for a value. It is
// compiled once and immutable; the zero Template is the empty text.
//
// A reference is "$" and one or more segments: ".key" with key characters
// [A-Za-z0-9_-], "['any key']", ["any key"] or ".['any key']". It ends at the
// first character that continues no segment, so that punctuation after it is
// text. Everything else is text too; so is "$" before anything but a segment
// that begins with a letter, which leaves prices such as "$.50" alone (our
// choice).
type Template struct {
	source string
	parts  []part
}

// part is either literal text or a reference.
type part struct {
	literal string
	ref     Path
}

// Compile finds the references in a text.
func Compile(source string) Template {
	t := Template{source: source}
	if !strings.Contains(source, "$") {
		return t
	}
	start := 0
	for at := 0; at < len(source); {
		path, end := reference(source, at)
		if path == nil {
			at++
			continue
		}
		if start < at {
			t.parts = append(t.parts, part{literal: source[start:at]})
		}
		t.parts = append(t.parts, part{ref: path})
		start, at = end, end
	}
	if len(t.parts) > 0 && start < len(source) {
		t.parts = append(t.parts, part{literal: source[start:]})
	}
	return t
}

// reference reads a reference that begins at the given byte; a nil path means
// that none does.
func reference(source string, at int) (Path, int) {
	if source[at] != '$' {
		return nil, at
	}
	var path Path
	end := at + 1
	for {
		key, next := segment(source, end)
		if key == "" || len(path) == 0 && !letter(key[0]) {
			return path, end
		}
		path, end = append(path, key), next
	}
}

// segment reads one segment of a reference; an empty key means that none begins there.
func segment(source string, at int) (key string, end int) {
	rest := source[at:]
	dotted := strings.HasPrefix(rest, ".")
	rest = strings.TrimPrefix(rest, ".")
	if key, tail, ok := bracketed(rest); ok {
		return key, len(source) - len(tail)
	}
	if !dotted {
		return "", at
	}
	n := 0
	for n < len(rest) && keyChar(rest[n]) {
		n++
	}
	return rest[:n], at + 1 + n
}

// bracketed reads a key in ['…'] or ["…"]; the key cannot hold the quote.
func bracketed(s string) (key, tail string, ok bool) {
	if len(s) < 2 || s[0] != '[' || s[1] != '\'' && s[1] != '"' {
		return "", "", false
	}
	key, tail, _ = strings.Cut(s[2:], s[1:2])
	tail, ok = strings.CutPrefix(tail, "]")
	return key, tail, ok
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func keyChar(c byte) bool {
	return letter(c) || '0' <= c && c <= '9' || c == '_' || c == '-'
}

// Source returns the text as it was written.
func (t Template) Source() string { return t.source }

// Static reports whether the text has no reference.
func (t Template) Static() bool { return len(t.parts) == 0 }

// Whole returns the reference where the text is nothing but one reference.
func (t Template) Whole() (Path, bool) {
	if len(t.parts) == 1 && t.parts[0].ref != nil {
		return t.parts[0].ref, true
	}
	return nil, false
}

// References returns the references in the order of the text.
func (t Template) References() []Path {
	var refs []Path
	for _, p := range t.parts {
		if p.ref != nil {
			refs = append(refs, p.ref)
		}
	}
	return refs
}

// Expand returns the text with every reference replaced by its value, a value
// that is not there by nothing (our choice; AWS documents none). It gives up
// and reports false once the text would be longer than max bytes.
func (t Template) Expand(lookup func(Path) (Value, bool), max int) (string, bool) {
	if t.Static() {
		return t.source, len(t.source) <= max
	}
	var b strings.Builder
	for _, p := range t.parts {
		s := p.literal
		if p.ref != nil {
			v, _ := lookup(p.ref)
			s = v.String()
		}
		if b.Len()+len(s) > max {
			return "", false
		}
		b.WriteString(s)
	}
	return b.String(), true
}
