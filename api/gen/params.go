package main

import (
	"bytes"
	"fmt"
	"net/http"

	"parley/api"
)

// writeParams writes the Decode method of every input: body, then path, query
// and headers.
func (g *generator) writeParams(b *bytes.Buffer) {
	for _, opName := range g.supported {
		name := g.Operations[opName].Input.Shape
		s := g.Shapes[name]
		fmt.Fprintf(b, "// Decode reads the input of %s and checks it.\n", opName)
		fmt.Fprintf(b, "func (v *%s) Decode(r *api.Request) error {\n", g.names[name])
		b.WriteString("d := new(restjson.Decoder)\nd.Reset(r.Body)\nv.decode(d)\n")
		for _, m := range s.members() {
			if s.Members[m].Location != "" {
				g.writeParam(b, s, m)
			}
		}
		b.WriteString("return d.End()\n}\n\n")
	}
}

func (g *generator) writeParam(b *bytes.Buffer, s *shape, member string) {
	use := s.Members[member]
	if g.Shapes[use.Shape].Type == "list" {
		g.writeListParam(b, s, member)
		return
	}
	expr := pointerTo(s, member, g.scalar(use, "d."+paramReader(g.Shapes[use.Shape], use)))
	fmt.Fprintf(b, "if d.Param(%q, %s) {\nv.%s = %s\n}", member, paramSource(member, use), exported(member), expr)
	if s.requires(member) {
		b.WriteString(" else {\nd.Missing()\n}")
	}
	b.WriteString("\n")
}

// writeListParam writes the decoding of a query parameter that may be repeated.
func (g *generator) writeListParam(b *bytes.Buffer, s *shape, member string) {
	use := s.Members[member]
	list := g.Shapes[use.Shape]
	field := "v." + exported(member)
	fmt.Fprintf(b, "for _, text := range r.Query[%q] {\nd.Param(%q, text)\n", wireName(member, use), member)
	fmt.Fprintf(b, "%s = append(%s, %s)\n}\n", field, field, g.scalar(list.Member, "d."+paramReader(g.Shapes[list.Member.Shape], use)))
	check := size(list, field)
	switch {
	case s.requires(member):
		fmt.Fprintf(b, "if d.Param(%q); %s == nil {\nd.Missing()\n}\n%s", member, field, check)
	case check != "":
		fmt.Fprintf(b, "if d.Param(%q); %s != nil {\n%s}\n", member, field, check)
	}
}

func paramSource(member string, use *ref) string {
	name := wireName(member, use)
	switch location(use) {
	case api.Path:
		return fmt.Sprintf("r.Path(%q)", name)
	case api.Query:
		return fmt.Sprintf("r.Query[%q]...", name)
	}
	return fmt.Sprintf("r.Header[%q]...", http.CanonicalHeaderKey(name))
}

// paramReader is the decoder's method for a scalar outside the body.
func paramReader(s *shape, use *ref) string {
	switch s.Type {
	case "integer":
		return "TextInt()"
	case "long":
		return "TextLong()"
	case "boolean":
		return "TextBool()"
	case "timestamp":
		if location(use) == api.Header {
			return "TextHTTPTime()"
		}
		return "TextISOTime()"
	}
	return "Text()"
}

func location(use *ref) api.Location {
	switch use.Location {
	case "uri":
		return api.Path
	case "querystring":
		return api.Query
	case "header":
		return api.Header
	}
	return api.Body
}
