package archtest

import (
	"go/ast"
	"slices"
	"strings"
)

// PackageComment reports a package without the comment that says what it
// guarantees. One of its files begins it with "Package name"; a command's or
// a test-only package's comment may begin as it likes.
func PackageComment(p Package) []string {
	for _, f := range p.Files {
		doc := f.Syntax.Doc.Text()
		free := f.Syntax.Name.Name == "main" || f.Test && testOnly(p)
		if strings.HasPrefix(doc, "Package "+f.Syntax.Name.Name+" ") || free && doc != "" {
			return nil
		}
	}
	return []string{p.Path + ": no package comment"}
}

func testOnly(p Package) bool {
	for _, f := range p.Files {
		if !f.Test {
			return false
		}
	}
	return true
}

// ExportedComments reports exported names without a comment: functions,
// methods of exported types, types, constants and variables; in a port also
// the methods of its interfaces, because each is a promise. Generated and test
// files are free. A group's comment covers its members.
func ExportedComments(p Package) []string {
	var problems []string
	for _, f := range p.Files {
		if f.Test || f.Generated {
			continue
		}
		for _, decl := range f.Syntax.Decls {
			for _, name := range undocumented(decl, isPort(p)) {
				problems = append(problems, f.at(name)+": "+name.Name+" is exported and has no comment")
			}
		}
	}
	return problems
}

// isPort tells whether a package is a port itself, not an adapter below it.
func isPort(p Package) bool {
	return slices.Contains([]string{"store", "bus", "blob", "outbound"}, p.Path)
}

// undocumented lists the exported names of a declaration that have no comment.
func undocumented(decl ast.Decl, port bool) []*ast.Ident {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && receiverExported(d) {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		var names []*ast.Ident
		for _, spec := range d.Specs {
			names = append(names, undocumentedSpec(spec, d.Doc != nil, port)...)
		}
		return names
	}
	return nil
}

func undocumentedSpec(spec ast.Spec, grouped, port bool) []*ast.Ident {
	var names []*ast.Ident
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if !grouped && s.Doc == nil && s.Comment == nil && s.Name.IsExported() {
			names = append(names, s.Name)
		}
		if i, ok := s.Type.(*ast.InterfaceType); ok && port && s.Name.IsExported() {
			names = append(names, undocumentedMethods(i)...)
		}
	case *ast.ValueSpec:
		for _, name := range s.Names {
			if !grouped && s.Doc == nil && s.Comment == nil && name.IsExported() {
				names = append(names, name)
			}
		}
	}
	return names
}

func undocumentedMethods(i *ast.InterfaceType) []*ast.Ident {
	var names []*ast.Ident
	for _, m := range i.Methods.List {
		for _, name := range m.Names {
			if name.IsExported() && m.Doc == nil && m.Comment == nil {
				names = append(names, name)
			}
		}
	}
	return names
}

// receiverExported tells whether a function is no method or one of an
// exported type.
func receiverExported(d *ast.FuncDecl) bool {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return true
	}
	typ := d.Recv.List[0].Type
	for {
		switch t := typ.(type) {
		case *ast.StarExpr:
			typ = t.X
		case *ast.IndexExpr:
			typ = t.X
		case *ast.IndexListExpr:
			typ = t.X
		case *ast.Ident:
			return t.IsExported()
		default:
			return true
		}
	}
}
