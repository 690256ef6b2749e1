package main

import (
	"bytes"
	"fmt"
	"strings"
)

// writeTypes writes a struct for every reachable structure.
func (g *generator) writeTypes(b *bytes.Buffer) {
	for _, name := range g.shapes("structure") {
		s := g.Shapes[name]
		fmt.Fprintf(b, "// %s is %s.\ntype %s struct {\n", g.names[name], g.describe(name), g.names[name])
		for _, m := range s.members() {
			fmt.Fprintf(b, "%s %s%s\n", exported(m), g.fieldType(s, m), g.remark(s, m))
		}
		b.WriteString("}\n\n")
	}
}

func (g *generator) describe(name string) string {
	for _, opName := range g.supported {
		op := g.Operations[opName]
		switch name {
		case op.Input.Shape:
			return fmt.Sprintf("the input of %s (%s %s)", opName, op.HTTP.Method, op.HTTP.RequestURI)
		case op.Output.Shape:
			return "the output of " + opName
		}
	}
	if g.Shapes[name].Union {
		return "a union of the model: exactly one member is set"
	}
	return "a structure of the model"
}

// goType returns the type of a value of a shape.
func (g *generator) goType(name string) string {
	s := g.Shapes[name]
	switch s.Type {
	case "structure":
		return g.names[name]
	case "list":
		return "[]" + g.goType(s.Member.Shape)
	case "map":
		return "map[string]" + g.goType(s.Value.Shape)
	case "integer":
		return "int"
	case "long":
		return "int64"
	case "float", "double":
		return "float64"
	case "boolean":
		return "bool"
	case "timestamp":
		return "time.Time"
	case "string":
		return "string"
	}
	panic("the model has a new type: " + s.Type)
}

// fieldType returns the type of a member: a pointer where it may be absent,
// except for lists and maps.
func (g *generator) fieldType(s *shape, member string) string {
	shapeName := s.Members[member].Shape
	t := g.goType(shapeName)
	if s.requires(member) || g.isAggregate(shapeName) {
		return t
	}
	return "*" + t
}

// isAggregate says that absence is nil without a pointer.
func (g *generator) isAggregate(name string) bool {
	t := g.Shapes[name].Type
	return t == "list" || t == "map"
}

// remark returns a comment with the member's constraints.
func (g *generator) remark(s *shape, member string) string {
	use := s.Members[member]
	target := g.Shapes[use.Shape]
	var parts []string
	if s.requires(member) {
		parts = append(parts, "required")
	}
	if use.Location != "" {
		parts = append(parts, "in the "+string(location(use)))
	}
	if target.Min != nil && target.Max != nil {
		parts = append(parts, fmt.Sprintf("%s..%s", *target.Min, *target.Max))
	} else if target.Max != nil {
		parts = append(parts, "at most "+target.Max.String())
	} else if target.Min != nil {
		parts = append(parts, "at least "+target.Min.String())
	}
	if len(target.Enum) > 0 {
		parts = append(parts, "one of "+enumConst(use.Shape))
	}
	if use.emptyIsAbsent {
		parts = append(parts, "empty counts as absent")
	}
	if len(parts) == 0 {
		return ""
	}
	return " // " + strings.Join(parts, "; ")
}
