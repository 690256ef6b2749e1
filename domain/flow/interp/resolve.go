package interp

import (
	"bytes"
	"encoding/json"

	"parley/domain/flow"
)

// json returns a parameter as JSON with every reference in it resolved. A text
// that is nothing but one reference becomes the value itself, objects, lists and
// numbers included, and the empty text where there is none; inside a longer text a
// value is spelled as text. It reports false beyond max bytes and flow.MaxDepth, and where
// the Advance resolves too much.
func (m *machine) json(p flow.Param, max int) (json.RawMessage, bool) {
	w := jsonWriter{m: m, max: max}
	w.param(p)
	return w.b.Bytes(), !w.tooLong && !flow.TooDeep(w.b.Bytes())
}

type jsonWriter struct {
	m       *machine
	b       bytes.Buffer
	max     int
	tooLong bool
}

func (w *jsonWriter) param(p flow.Param) {
	w.m.spend(0)
	switch p.Kind() {
	case flow.Object:
		w.object(p)
	case flow.List:
		w.list(p)
	case flow.Text:
		w.text(p)
	default:
		w.write([]byte("null"))
	}
}

func (w *jsonWriter) object(p flow.Param) {
	separator := "{"
	for name, field := range p.Fields() {
		w.write([]byte(separator))
		w.string(name)
		w.write([]byte(":"))
		w.param(field)
		separator = ","
	}
	if separator == "{" {
		w.write([]byte("{"))
	}
	w.write([]byte("}"))
}

func (w *jsonWriter) list(p flow.Param) {
	separator := "["
	for _, item := range p.Items() {
		w.write([]byte(separator))
		w.param(item)
		separator = ","
	}
	if separator == "[" {
		w.write([]byte("["))
	}
	w.write([]byte("]"))
}

func (w *jsonWriter) text(p flow.Param) {
	if path, whole := p.Text().Whole(); whole {
		v, _ := w.m.lookup(path)
		w.write(v.JSON())
		return
	}
	s, ok := w.m.expand(p.Text(), w.max)
	if !ok {
		w.tooLong = true
		return
	}
	if p.Literal() {
		w.write([]byte(s))
		return
	}
	w.string(s)
}

func (w *jsonWriter) string(s string) {
	raw, _ := json.Marshal(s) // a string always encodes
	w.write(raw)
}

func (w *jsonWriter) write(raw []byte) {
	w.m.resolved += len(raw)
	if w.tooLong = w.tooLong || w.b.Len()+len(raw) > w.max || w.m.excess() != ""; !w.tooLong {
		w.b.Write(raw)
	}
}
