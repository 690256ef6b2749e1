package flow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
)

// ParamKind is the shape of a parameter.
type ParamKind uint8

// The shapes. Absent is the zero Param, and a null.
const (
	Absent ParamKind = iota
	// Text is a string, a number or a boolean: consoles write all three as
	// strings, hand-written flows do not, and they mean the same.
	Text
	Object
	List
)

// Param is one value in an action's Parameters, its texts compiled. The zero
// Param is absent and answers everything with nothing.
type Param struct {
	kind    ParamKind
	literal bool // a text that was written as a number or a boolean
	text    Template
	fields  []field
	items   []Param
}

type field struct {
	name  string
	param Param
}

// Kind returns the shape.
func (p Param) Kind() ParamKind { return p.kind }

// Present reports whether the document gives the parameter a value.
func (p Param) Present() bool { return p.kind != Absent }

// Text returns the template of a text, the empty template for anything else.
func (p Param) Text() Template { return p.text }

// Literal reports whether a text was written as a number or a boolean.
func (p Param) Literal() bool { return p.literal }

// Field returns a member of an object; the zero Param where there is none.
func (p Param) Field(name string) Param {
	for _, f := range p.fields {
		if f.name == name {
			return f.param
		}
	}
	return Param{}
}

// Fields yields the members of an object in the order of the document.
func (p Param) Fields() iter.Seq2[string, Param] {
	return func(yield func(string, Param) bool) {
		for _, f := range p.fields {
			if !yield(f.name, f.param) {
				return
			}
		}
	}
}

// Items yields the elements of a list.
func (p Param) Items() iter.Seq2[int, Param] {
	return func(yield func(int, Param) bool) {
		for i, item := range p.items {
			if !yield(i, item) {
				return
			}
		}
	}
}

// Len returns the number of members or elements, 0 for a text.
func (p Param) Len() int { return len(p.fields) + len(p.items) }

// parseParam reads a parameter in one pass, so that nesting costs nothing extra.
func parseParam(raw json.RawMessage) (Param, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	return readParam(dec, 0)
}

func readParam(dec *json.Decoder, depth int) (Param, error) {
	if depth > MaxDepth {
		return Param{}, fmt.Errorf("nests deeper than %d levels", MaxDepth)
	}
	token, err := dec.Token()
	if err != nil {
		return Param{}, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return readObject(dec, depth)
		}
		return readList(dec, depth)
	case string:
		return Param{kind: Text, text: Compile(t)}, nil
	case nil:
		return Param{}, nil
	default: // a number, spelled as it was written, or a boolean
		return Param{kind: Text, literal: true, text: Compile(fmt.Sprint(t))}, nil
	}
}

func readObject(dec *json.Decoder, depth int) (Param, error) {
	p := Param{kind: Object}
	seen := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return Param{}, err
		}
		name, _ := token.(string)
		if seen[name] {
			return Param{}, fmt.Errorf("has two members %.50q", name)
		}
		seen[name] = true
		inner, err := readParam(dec, depth+1)
		if err != nil {
			return Param{}, fmt.Errorf("%.50s %w", name, err)
		}
		p.fields = append(p.fields, field{name, inner})
	}
	_, err := dec.Token() // the closing brace
	return p, err
}

func readList(dec *json.Decoder, depth int) (Param, error) {
	p := Param{kind: List}
	for dec.More() {
		inner, err := readParam(dec, depth+1)
		if err != nil {
			return Param{}, fmt.Errorf("[%d] %w", len(p.items), err)
		}
		p.items = append(p.items, inner)
	}
	_, err := dec.Token() // the closing bracket
	return p, err
}
