package flow

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// Print writes the document in its canonical form: two spaces of indentation,
// the members of the document and of its actions in a fixed order, unknown
// members after them by name. Everything below is as it was written, but for
// white space. Parsing the result gives an equal document.
func (d *Document) Print() []byte {
	var b, out bytes.Buffer
	d.write(&b)
	_ = json.Indent(&out, b.Bytes(), "", "  ") // it was valid JSON when it was parsed
	out.WriteByte('\n')
	return out.Bytes()
}

func (d *Document) write(b *bytes.Buffer) {
	order := []string{"Version", "StartAction", "Metadata", "Settings", "Actions"}
	writeObject(b, d.members, order, func(m member) {
		if m.name == "Actions" {
			d.writeActions(b)
		} else {
			b.Write(m.raw)
		}
	})
}

func (d *Document) writeActions(b *bytes.Buffer) {
	order := []string{"Identifier", "Type", "Parameters", "Transitions"}
	b.WriteByte('[')
	for i, a := range d.actions {
		if i > 0 {
			b.WriteByte(',')
		}
		writeObject(b, a.members, order, func(m member) { b.Write(m.raw) })
	}
	b.WriteByte(']')
}

// writeObject writes members: first those in order, then the others by name.
func writeObject(b *bytes.Buffer, list []member, order []string, value func(member)) {
	rank := func(m member) int {
		if i := slices.Index(order, m.name); i >= 0 {
			return i
		}
		return len(order)
	}
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(x, y member) int {
		if d := rank(x) - rank(y); d != 0 {
			return d
		}
		return strings.Compare(x.name, y.name)
	})
	b.WriteByte('{')
	for i, m := range sorted {
		if i > 0 {
			b.WriteByte(',')
		}
		name, _ := json.Marshal(m.name) // a string always encodes
		b.Write(name)
		b.WriteByte(':')
		value(m)
	}
	b.WriteByte('}')
}
