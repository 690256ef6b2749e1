package main

import (
	"bytes"
	"fmt"
)

// writeEncoders writes an AppendJSON method for every structure and a function
// for every list and map.
func (g *generator) writeEncoders(b *bytes.Buffer) {
	for _, name := range g.shapes("structure") {
		g.writeStructEncoder(b, name)
	}
	for _, name := range g.shapes("list") {
		g.writeListEncoder(b, name)
	}
	for _, name := range g.shapes("map") {
		g.writeMapEncoder(b, name)
	}
}

func (g *generator) writeStructEncoder(b *bytes.Buffer, name string) {
	s := g.Shapes[name]
	fmt.Fprintf(b, "// AppendJSON appends the JSON object of v; absent members are left out.\n")
	fmt.Fprintf(b, "func (v *%s) AppendJSON(b []byte) []byte {\nb = append(b, '{')\n", g.names[name])
	for _, m := range s.members() {
		g.writeMemberEncoder(b, s, m)
	}
	b.WriteString("return append(b, '}')\n}\n\n")
}

func (g *generator) writeMemberEncoder(b *bytes.Buffer, s *shape, member string) {
	use := s.Members[member]
	target := g.Shapes[use.Shape]
	field := "v." + exported(member)
	key := fmt.Sprintf("restjson.Key(b, %q)", wireName(member, use))
	optional := !s.requires(member)
	switch {
	case optional && (g.isAggregate(use.Shape) || target.Type == "structure"):
		fmt.Fprintf(b, "if %s != nil {\nb = %s\n}\n", field, g.append(use, key, field))
	case optional:
		fmt.Fprintf(b, "b = restjson.%s(b, %q, %s)\n", g.writer(target), wireName(member, use), field)
	default:
		fmt.Fprintf(b, "b = %s\n", g.append(use, key, field))
	}
}

// append returns the expression that appends a value to the buffer.
func (g *generator) append(use *ref, buffer, value string) string {
	target := g.Shapes[use.Shape]
	switch target.Type {
	case "structure":
		return fmt.Sprintf("%s.AppendJSON(%s)", value, buffer)
	case "list", "map":
		return fmt.Sprintf("append%s(%s, %s)", g.names[use.Shape], buffer, value)
	}
	return fmt.Sprintf("restjson.Append%s(%s, %s)", g.writer(target), buffer, value)
}

// writer is the name of the encoding function for a scalar; with the prefix
// Append it takes the value, without it a member's name and a pointer.
func (g *generator) writer(s *shape) string {
	switch s.Type {
	case "integer", "long":
		return "Int"
	case "float", "double":
		return "Float"
	case "boolean":
		return "Bool"
	case "timestamp":
		if g.isoTimes() || s.TimestampFormat == "iso8601" {
			return "ISOTime"
		}
		return "EpochTime"
	}
	return "String"
}

func (g *generator) writeListEncoder(b *bytes.Buffer, name string) {
	fmt.Fprintf(b, "func append%s(b []byte, l %s) []byte {\nb = append(b, '[')\nfor i := range l {\n", g.names[name], g.goType(name))
	fmt.Fprintf(b, "b = %s\n}\nreturn append(b, ']')\n}\n\n", g.append(g.Shapes[name].Member, "restjson.Comma(b)", "l[i]"))
}

// writeMapEncoder writes maps in the order of their keys, so that equal values
// have equal bytes.
func (g *generator) writeMapEncoder(b *bytes.Buffer, name string) {
	fmt.Fprintf(b, "func append%s(b []byte, m %s) []byte {\nb = append(b, '{')\n", g.names[name], g.goType(name))
	b.WriteString("for _, k := range slices.Sorted(maps.Keys(m)) {\nv := m[k]\n")
	fmt.Fprintf(b, "b = %s\n}\nreturn append(b, '}')\n}\n\n", g.append(g.Shapes[name].Value, "restjson.MapKey(b, k)", "v"))
}
