package archtest

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// Globals reports package-level variables that hold state. What may stay: a
// blank assertion, an error sentinel, embedded files, and an unexported table
// or compiled pattern that gets its value where it is declared and is never
// written in the package. Tests are free.
func Globals(p Package) []string {
	written := writtenNames(p)
	var problems []string
	for _, f := range p.Files {
		if f.Test {
			continue
		}
		for _, decl := range f.Syntax.Decls {
			d, ok := decl.(*ast.GenDecl)
			if !ok || d.Tok != token.VAR {
				continue
			}
			for _, spec := range d.Specs {
				problems = append(problems, globalsOf(f, d, spec.(*ast.ValueSpec), written)...)
			}
		}
	}
	return problems
}

func globalsOf(f File, d *ast.GenDecl, spec *ast.ValueSpec, written map[string]bool) []string {
	if embedded(d.Doc) || embedded(spec.Doc) {
		return nil
	}
	var problems []string
	for i, name := range spec.Names {
		var value ast.Expr
		if i < len(spec.Values) {
			value = spec.Values[i]
		}
		if why := stateful(f, name.Name, value, written); why != "" {
			problems = append(problems, f.at(name)+": package variable "+name.Name+" "+why)
		}
	}
	return problems
}

// stateful says why a package variable counts as mutable state; empty if it does not.
func stateful(f File, name string, value ast.Expr, written map[string]bool) string {
	switch {
	case name == "_":
		return ""
	case value == nil:
		return "has no value: it waits to be written"
	case written[name]:
		return "is written or its address is taken"
	case !constant(f, value):
		return "holds something that can change"
	case ast.IsExported(name) && !sentinel(f, value):
		return "is exported: anybody can write it"
	}
	return ""
}

// constantCalls are the functions whose results nobody can change, or only by
// working out once what they stand for.
var constantCalls = map[string][]string{
	"encoding/base64":             {"StdEncoding", "URLEncoding", "RawStdEncoding", "RawURLEncoding"},
	"errors":                      {"New"},
	"fmt":                         {"Errorf", "Sprintf"},
	"regexp":                      {"MustCompile"},
	"strings":                     {"NewReplacer", "Repeat", "Join", "Fields"},
	"time":                        {"Date", "Unix", "UnixMilli"},
	"reflect":                     {"TypeFor", "TypeOf"},
	"slices":                      {"Concat", "Sorted"},
	"sync":                        {"OnceValue", "OnceValues"},
	Module + "/internal/fault":    {"New", "Wrap"},
	Module + "/internal/restjson": {"LazyPattern"},
}

// constant tells whether an initial value is a table, a pattern or a sentinel
// rather than a container to be filled.
func constant(f File, value ast.Expr) bool {
	switch v := value.(type) {
	case *ast.CallExpr:
		return constantCall(f, v)
	case *ast.CompositeLit:
		return !concurrent(f, v.Type)
	case *ast.UnaryExpr:
		lit, ok := v.X.(*ast.CompositeLit)
		return v.Op != token.AND || ok && !concurrent(f, lit.Type)
	}
	return true
}

func constantCall(f File, call *ast.CallExpr) bool {
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		return !slices.Contains([]string{"make", "new"}, fun.Name)
	case *ast.SelectorExpr:
		return isConstantCall(f, fun) || isConstantCall(f, fun.X)
	}
	return true // a conversion such as []byte("…"), or a literal called in place
}

// isConstantCall tells whether an expression names one of constantCalls.
func isConstantCall(f File, e ast.Expr) bool {
	for pkg, names := range constantCalls {
		if name, ok := f.selector(e, pkg); ok && slices.Contains(names, name) {
			return true
		}
	}
	return false
}

// concurrent tells whether a type comes from sync or sync/atomic: such a
// value exists to change.
func concurrent(f File, typ ast.Expr) bool {
	_, mutex := f.selector(typ, "sync")
	_, atom := f.selector(typ, "sync/atomic")
	return mutex || atom
}

// sentinel tells whether a value is an error made once.
func sentinel(f File, value ast.Expr) bool {
	call, ok := value.(*ast.CallExpr)
	if !ok {
		return false
	}
	for _, pkg := range []string{"errors", "fmt", Module + "/internal/fault"} {
		if name, ok := f.selector(call.Fun, pkg); ok && name != "Sprintf" {
			return true
		}
	}
	return false
}

func embedded(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool {
		return strings.HasPrefix(c.Text, "//go:embed ")
	})
}

// writtenNames collects the package-level names that the package's own code
// assigns, increments, deletes from, or takes the address of.
func writtenNames(p Package) map[string]bool {
	globals, written := globalSpecs(p), map[string]bool{}
	eachNode(p, production, func(_ File, n ast.Node) {
		for _, target := range targets(n) {
			if id := root(target); id != nil && packageLevel(id, globals) {
				written[id.Name] = true
			}
		}
	})
	return written
}

// targets lists the expressions that a statement or expression may change.
func targets(n ast.Node) []ast.Expr {
	switch s := n.(type) {
	case *ast.AssignStmt:
		return s.Lhs
	case *ast.IncDecStmt:
		return []ast.Expr{s.X}
	case *ast.UnaryExpr:
		if s.Op == token.AND {
			return []ast.Expr{s.X}
		}
	case *ast.CallExpr:
		if id, ok := s.Fun.(*ast.Ident); ok && len(s.Args) > 0 && (id.Name == "delete" || id.Name == "clear") {
			return s.Args[:1]
		}
	}
	return nil
}

// root is the variable at the bottom of x.f[i].g; nil behind a call.
func root(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// globalSpecs collects the declarations of a package's variables.
func globalSpecs(p Package) map[any]bool {
	specs := map[any]bool{}
	for _, f := range p.Files {
		for _, decl := range f.Syntax.Decls {
			if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.VAR {
				for _, spec := range d.Specs {
					specs[spec] = true
				}
			}
		}
	}
	return specs
}

// packageLevel tells whether a name belongs to the package: the parser found
// its declaration at the top of the file, or found none, and then it stands
// in another file.
func packageLevel(id *ast.Ident, globals map[any]bool) bool {
	return id.Obj == nil || globals[id.Obj.Decl]
}
