package main

import (
	"bytes"
	"fmt"
	"strings"
)

// writeDecoders writes a decode method for every structure and a function for
// every list and map that is reachable from an input.
func (g *generator) writeDecoders(b *bytes.Buffer) {
	for _, name := range g.shapes("structure") {
		if g.decoded[name] {
			g.writeStructDecoder(b, name)
		}
	}
	for _, name := range g.shapes("list") {
		if g.decoded[name] {
			g.writeListDecoder(b, name)
		}
	}
	for _, name := range g.shapes("map") {
		if g.decoded[name] {
			g.writeMapDecoder(b, name)
		}
	}
}

func (g *generator) writeStructDecoder(b *bytes.Buffer, name string) {
	s := g.Shapes[name]
	body, tracked := bodyMembers(s)
	fmt.Fprintf(b, "func (v *%s) decode(d *restjson.Decoder) {\n", g.names[name])
	if !g.isInput[name] {
		fmt.Fprintf(b, "*v = %s{}\n", g.names[name])
	}
	if len(tracked) > 0 {
		b.WriteString("var seen uint64\n")
	}
	b.WriteString("d.Begin()\nfor d.Member() {\nswitch string(d.Name()) {\n")
	for _, m := range body {
		fmt.Fprintf(b, "case %q:\n", wireName(m, s.Members[m]))
		if i := index(tracked, m); i >= 0 {
			fmt.Fprintf(b, "seen |= 1 << %d\n", i)
		}
		g.writeMemberDecoder(b, s, m)
	}
	b.WriteString("default:\nd.Skip()\n}\n}\n")
	switch {
	case s.Union:
		b.WriteString("d.Union(seen)\n")
	case len(tracked) > 0:
		fmt.Fprintf(b, "d.Require(seen, \"%s\")\n", strings.Join(tracked, `", "`))
	}
	b.WriteString("}\n\n")
}

// bodyMembers returns the members that travel in the body, and those of them
// whose presence must be checked.
func bodyMembers(s *shape) (body, tracked []string) {
	for _, m := range s.members() {
		if s.Members[m].Location != "" {
			continue
		}
		body = append(body, m)
		if s.Union || s.requires(m) {
			tracked = append(tracked, m)
		}
	}
	return body, tracked
}

func wireName(member string, use *ref) string {
	if use.LocationName != "" {
		return use.LocationName
	}
	return member
}

func index(list []string, s string) int {
	for i, e := range list {
		if e == s {
			return i
		}
	}
	return -1
}

func (g *generator) writeMemberDecoder(b *bytes.Buffer, s *shape, member string) {
	use := s.Members[member]
	field := "v." + exported(member)
	goName := g.names[use.Shape]
	switch {
	case g.isAggregate(use.Shape):
		fmt.Fprintf(b, "%s = decode%s(d)\n", field, goName)
	case g.Shapes[use.Shape].Type != "structure":
		fmt.Fprintf(b, "%s = %s\n", field, pointerTo(s, member, g.scalar(use, "d."+bodyReader(g.Shapes[use.Shape], g.isoTimes()))))
	case s.requires(member):
		fmt.Fprintf(b, "%s.decode(d)\n", field)
	default:
		fmt.Fprintf(b, "%s = new(%s)\n%s.decode(d)\n", field, goName, field)
		if use.emptyIsAbsent {
			fmt.Fprintf(b, "if *%s == (%s{}) {\n%s = nil\n}\n", field, goName, field)
		}
	}
}

// pointerTo wraps a scalar's expression for the member's field type.
func pointerTo(s *shape, member, expr string) string {
	switch {
	case s.requires(member):
		return expr
	case s.Members[member].emptyIsAbsent:
		return "restjson.NonZero(" + expr + ")"
	}
	return "new(" + expr + ")"
}

func (g *generator) writeListDecoder(b *bytes.Buffer, name string) {
	s := g.Shapes[name]
	fmt.Fprintf(b, "func decode%s(d *restjson.Decoder) %s {\n", g.names[name], g.goType(name))
	fmt.Fprintf(b, "l := %s{}\nd.Array()\nfor d.Elem(%s) {\n", g.goType(name), limit(s))
	element := s.Member
	if g.Shapes[element.Shape].Type == "structure" {
		fmt.Fprintf(b, "l = append(l, %s{})\nl[len(l)-1].decode(d)\n", g.names[element.Shape])
	} else {
		fmt.Fprintf(b, "l = append(l, %s)\n", g.element(element))
	}
	fmt.Fprintf(b, "}\n%sreturn l\n}\n\n", size(s, "l"))
}

func (g *generator) writeMapDecoder(b *bytes.Buffer, name string) {
	s := g.Shapes[name]
	fmt.Fprintf(b, "func decode%s(d *restjson.Decoder) %s {\n", g.names[name], g.goType(name))
	fmt.Fprintf(b, "m := %s{}\nd.Begin()\nfor d.Entry(%s) {\n", g.goType(name), limit(s))
	fmt.Fprintf(b, "k := %s\nd.Value()\n", g.scalar(s.Key, "d.Key()"))
	if g.Shapes[s.Value.Shape].Type == "structure" {
		fmt.Fprintf(b, "var v %s\nv.decode(d)\nm[k] = v\n", g.names[s.Value.Shape])
	} else {
		fmt.Fprintf(b, "m[k] = %s\n", g.element(s.Value))
	}
	fmt.Fprintf(b, "}\n%sreturn m\n}\n\n", size(s, "m"))
}

// element returns the expression for an element that is not a structure.
func (g *generator) element(use *ref) string {
	if g.isAggregate(use.Shape) {
		return fmt.Sprintf("decode%s(d)", g.names[use.Shape])
	}
	return g.scalar(use, "d."+bodyReader(g.Shapes[use.Shape], g.isoTimes()))
}

// limit is the argument of Elem and Entry; 0 stands for no limit.
func limit(s *shape) string {
	if s.Max == nil {
		return "0"
	}
	return s.Max.String()
}

func size(s *shape, variable string) string {
	least, most := bounds(s)
	if least == "0" && most == "restjson.Unbounded" {
		return ""
	}
	return fmt.Sprintf("d.Size(len(%s), %s, %s)\n", variable, least, most)
}

// bounds returns the limits of a length or size as Go expressions.
func bounds(s *shape) (least, most string) {
	least, most = "0", "restjson.Unbounded"
	if s.Min != nil {
		least = s.Min.String()
	}
	if s.Max != nil {
		most = s.Max.String()
	}
	return least, most
}

// isoTimes says whether the service writes times in bodies as strings.
func (g *generator) isoTimes() bool { return g.service == "participant" }

// bodyReader is the decoder's method for a scalar in a body.
func bodyReader(s *shape, iso bool) string {
	switch s.Type {
	case "integer":
		return "Int()"
	case "long":
		return "Long()"
	case "float", "double":
		return "Float()"
	case "boolean":
		return "Bool()"
	case "timestamp":
		if iso || s.TimestampFormat == "iso8601" {
			return "ISOTime()"
		}
		return "EpochTime()"
	}
	return "String()"
}

// scalar wraps the expression that reads a scalar in its shape's checks.
func (g *generator) scalar(use *ref, expr string) string {
	s := g.Shapes[use.Shape]
	switch s.Type {
	case "integer", "long", "float", "double":
		return numberChecks(s, expr)
	case "string":
		return g.stringChecks(use, expr)
	}
	return expr
}

func (g *generator) stringChecks(use *ref, expr string) string {
	s := g.Shapes[use.Shape]
	least, most := bounds(s)
	if use.emptyIsAbsent {
		least = "0"
	}
	if len(s.Enum) > 0 {
		return fmt.Sprintf("d.OneOf(%s, %s)", expr, enumConst(use.Shape))
	}
	if least != "0" || most != "restjson.Unbounded" {
		expr = fmt.Sprintf("d.Length(%s, %s, %s)", expr, least, most)
	}
	if s.Pattern != "" {
		expr = fmt.Sprintf("d.Match(%s, %s())", expr, patternVar(use.Shape))
	}
	return expr
}

func numberChecks(s *shape, expr string) string {
	switch {
	case s.Min != nil && s.Max != nil:
		return fmt.Sprintf("restjson.Range(d, %s, %s, %s)", expr, *s.Min, *s.Max)
	case s.Min != nil:
		return fmt.Sprintf("restjson.AtLeast(d, %s, %s)", expr, *s.Min)
	case s.Max != nil:
		return fmt.Sprintf("restjson.AtMost(d, %s, %s)", expr, *s.Max)
	}
	return expr
}
