package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"parley/api"
)

// writeHandler writes the handler interface and its empty implementation.
func (g *generator) writeHandler(b *bytes.Buffer) {
	b.WriteString("// Handler does the work of the operations. Inputs are decoded and valid.\ntype Handler interface {\n")
	for _, name := range g.supported {
		fmt.Fprintf(b, "%s\n", signature(name))
	}
	b.WriteString("}\n\n// Unimplemented answers every operation with fault.Unsupported. Embed it.\ntype Unimplemented struct{}\n\n")
	for _, name := range g.supported {
		fmt.Fprintf(b, "// %s answers fault.Unsupported.\nfunc (Unimplemented) %s {\nreturn nil, unsupported(%q)\n}\n\n", name, signature(name), name)
	}
	b.WriteString("func unsupported(operation string) error {\nreturn fault.New(fault.Unsupported, \"%s is not implemented\", operation)\n}\n")
}

func signature(op string) string {
	return fmt.Sprintf("%s(ctx context.Context, in *%sInput) (*%sOutput, error)", op, op, op)
}

// writeOperations writes the table of all operations of the service, the ones
// without types included.
func (g *generator) writeOperations(b *bytes.Buffer) {
	b.WriteString(operationType)
	b.WriteString("// Operations returns every operation of the service, sorted by name.\nfunc Operations() []Operation {\nreturn []Operation{\n")
	for _, name := range slices.Sorted(maps.Keys(g.Operations)) {
		op := g.Operations[name]
		fmt.Fprintf(b, "{Info: api.Info{Name: %q, Method: %q, Path: %q", name, op.HTTP.Method, op.HTTP.RequestURI)
		if slices.Contains(g.supported, name) {
			g.writeSupported(b, name)
		} else {
			b.WriteString("}},\n")
		}
	}
	b.WriteString("}\n}\n")
}

const operationType = `// Operation is an operation with its decoder and its call.
type Operation struct {
	api.Info
	decode func(*api.Request) (api.Input, error)
	call   func(context.Context, Handler, api.Input) (api.Output, error)
}

// Decode reads and checks the operation's input; the result belongs to Call.
// An operation without types answers fault.Unsupported.
func (op *Operation) Decode(r *api.Request) (api.Input, error) {
	if !op.Supported {
		return nil, unsupported(op.Name)
	}
	return op.decode(r)
}

// Call hands an input from Decode to the handler and appends the output's JSON
// to b.
func (op *Operation) Call(ctx context.Context, h Handler, in api.Input, b []byte) ([]byte, error) {
	if !op.Supported {
		return nil, unsupported(op.Name)
	}
	out, err := op.call(ctx, h, in)
	if err != nil {
		return nil, err
	}
	return out.AppendJSON(b), nil
}

// Serve decodes, calls and encodes: it returns the body of the 200 answer.
func (op *Operation) Serve(ctx context.Context, h Handler, r *api.Request) ([]byte, error) {
	in, err := op.Decode(r)
	if err != nil {
		return nil, err
	}
	return op.Call(ctx, h, in, nil)
}

`

func (g *generator) writeSupported(b *bytes.Buffer, name string) {
	input := g.Shapes[g.Operations[name].Input.Shape]
	b.WriteString(", Supported: true")
	for _, m := range input.members() {
		if input.Members[m].IdempotencyToken {
			fmt.Fprintf(b, ", IdempotencyToken: %q", m)
		}
	}
	if use := input.Members["InstanceId"]; use != nil {
		fmt.Fprintf(b, ", InstanceIn: %s", locationConst(location(use)))
	}
	if ids := g.ids(input, "", api.Nowhere, nil); len(ids) > 0 {
		b.WriteString(", IDs: []api.Member{\n")
		for _, id := range ids {
			fmt.Fprintf(b, "{Path: %q, In: %s},\n", id.Path, locationConst(id.In))
		}
		b.WriteString("}")
	}
	fmt.Fprintf(b, `},
decode: func(r *api.Request) (api.Input, error) {
in := new(%[1]sInput)
return in, in.Decode(r)
},
call: func(ctx context.Context, h Handler, in api.Input) (api.Output, error) {
return h.%[1]s(ctx, in.(*%[1]sInput))
}},
`, name)
}

func locationConst(in api.Location) string { return "api." + exported(string(in)) }

// ids lists the members that carry identifiers, at any depth. A shape inside
// itself is followed once.
func (g *generator) ids(s *shape, path string, in api.Location, above []*shape) []api.Member {
	if slices.Contains(above, s) {
		return nil
	}
	above = append(above, s)
	var list []api.Member
	for _, m := range s.members() {
		use := s.Members[m]
		where := in
		if where == api.Nowhere {
			where = location(use)
		}
		target, suffix := g.innermost(use.Shape)
		switch {
		case target.Type == "structure":
			list = append(list, g.ids(target, path+m+suffix+".", where, above)...)
		case target.Type == "string" && carriesID(m):
			list = append(list, api.Member{Path: path + m + suffix, In: where})
		}
	}
	return list
}

// innermost looks through lists and maps.
func (g *generator) innermost(name string) (target *shape, suffix string) {
	for target = g.Shapes[name]; ; target = g.Shapes[name] {
		switch target.Type {
		case "list":
			name, suffix = target.Member.Shape, suffix+"[]"
		case "map":
			name, suffix = target.Value.Shape, suffix+"{}"
		default:
			return target, suffix
		}
	}
}

func carriesID(member string) bool {
	for _, end := range []string{"Id", "Ids", "Arn", "Arns", "Token", "ARN", "ARNs"} {
		if strings.HasSuffix(member, end) {
			return true
		}
	}
	return false
}
