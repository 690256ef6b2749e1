package main

import (
	"bytes"
	"fmt"
	"go/format"
	"maps"
	"slices"
	"strings"
)

// generator holds what the parts of the output share for one service.
type generator struct {
	*model
	service   string
	header    string
	supported []string
	// names maps the shapes that are reachable to their Go names; inputs and
	// outputs are the operations' own, named after the operation.
	names   map[string]string
	decoded map[string]bool // shapes reachable from an input
	isInput map[string]bool // shapes that are an operation's input
}

func newGenerator(service string, m *model, supported []string) (*generator, error) {
	g := &generator{
		model: m, service: service, supported: slices.Sorted(slices.Values(supported)),
		names: map[string]string{}, decoded: map[string]bool{}, isInput: map[string]bool{},
	}
	encoded := map[string]bool{}
	for _, name := range g.supported {
		op := m.Operations[name]
		if op == nil {
			return nil, fmt.Errorf("no operation %s", name)
		}
		g.endpoint(&op.Input, name+"Input")
		g.endpoint(&op.Output, name+"Output")
		g.isInput[op.Input.Shape] = true
		g.walk(op.Input.Shape, g.decoded)
		g.walk(op.Output.Shape, encoded)
	}
	for name := range g.decoded {
		g.name(name)
	}
	for name := range encoded {
		g.name(name)
	}
	return g, g.checkNames()
}

// endpoint names an operation's input or output shape, making an empty one
// where the model has none.
func (g *generator) endpoint(use **ref, goName string) {
	if *use == nil {
		g.Shapes[goName] = &shape{Type: "structure"}
		*use = &ref{Shape: goName}
	}
	g.names[(*use).Shape] = goName
}

func (g *generator) name(shapeName string) {
	if g.names[shapeName] == "" {
		g.names[shapeName] = exported(shapeName)
	}
}

func (g *generator) checkNames() error {
	taken := map[string]string{"Handler": "", "Unimplemented": "", "Operation": "", "Operations": ""}
	for _, shapeName := range g.shapes("structure") {
		goName := g.names[shapeName]
		if other, dup := taken[goName]; dup {
			return fmt.Errorf("shapes %q and %q are both called %s", other, shapeName, goName)
		}
		taken[goName] = shapeName
	}
	return nil
}

// walk collects the shapes that are reachable from one.
func (g *generator) walk(name string, seen map[string]bool) {
	if seen[name] {
		return
	}
	seen[name] = true
	s := g.Shapes[name]
	for _, use := range s.Members {
		g.walk(use.Shape, seen)
	}
	for _, use := range []*ref{s.Member, s.Key, s.Value} {
		if use != nil {
			g.walk(use.Shape, seen)
		}
	}
}

// shapes returns the reachable shapes of a type, sorted by Go name.
func (g *generator) shapes(kind string) []string {
	var list []string
	for name := range g.names {
		if g.Shapes[name].Type == kind {
			list = append(list, name)
		}
	}
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(g.names[a], g.names[b]) })
	return list
}

// files returns the generated files by name.
func (g *generator) files() (map[string][]byte, error) {
	parts := map[string]struct {
		imports []string
		write   func(*bytes.Buffer)
	}{
		"zz_types.go":      {[]string{"time"}, g.writeTypes},
		"zz_enums.go":      {nil, g.writeEnums},
		"zz_patterns.go":   {[]string{"parley/internal/restjson"}, g.writePatterns},
		"zz_params.go":     {[]string{"parley/api", "parley/internal/restjson"}, g.writeParams},
		"zz_decode.go":     {[]string{"parley/internal/restjson"}, g.writeDecoders},
		"zz_encode.go":     {[]string{"maps", "slices", "parley/internal/restjson"}, g.writeEncoders},
		"zz_handler.go":    {[]string{"context", "parley/internal/fault"}, g.writeHandler},
		"zz_operations.go": {[]string{"context", "parley/api"}, g.writeOperations},
	}
	files := map[string][]byte{}
	for name, part := range parts {
		var body bytes.Buffer
		part.write(&body)
		text := g.header + imports(part.imports, body.Bytes()) + body.String()
		formatted, err := format.Source([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w\n%s", name, err, text)
		}
		files[name] = formatted
	}
	return files, nil
}

// imports returns the import block for those packages that body uses.
func imports(paths []string, body []byte) string {
	var std, own []string
	for _, path := range paths {
		base := path[strings.LastIndex(path, "/")+1:]
		switch used := bytes.Contains(body, []byte(base+".")); {
		case used && strings.Contains(path, "/"):
			own = append(own, fmt.Sprintf("%q\n", path))
		case used:
			std = append(std, fmt.Sprintf("%q\n", path))
		}
	}
	if len(std)+len(own) == 0 {
		return ""
	}
	return "import (\n" + strings.Join(std, "") + "\n" + strings.Join(own, "") + ")\n\n"
}

// members returns the names of a structure's members in order.
func (s *shape) members() []string { return slices.Sorted(maps.Keys(s.Members)) }

func (s *shape) requires(member string) bool { return slices.Contains(s.Required, member) }

// exported makes an exported Go name of a model's name.
func exported(name string) string { return strings.ToUpper(name[:1]) + name[1:] }
