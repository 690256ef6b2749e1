package archtest

import "go/ast"

// Inits reports init functions: work happens when it is called for.
func Inits(p Package) []string {
	var problems []string
	for _, f := range p.Files {
		for _, decl := range f.Syntax.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				problems = append(problems, f.at(fn)+": func init")
			}
		}
	}
	return problems
}

// StoredContexts reports struct fields of type context.Context: a context
// belongs to a call.
func StoredContexts(p Package) []string {
	var problems []string
	eachNode(p, production, func(f File, n ast.Node) {
		st, ok := n.(*ast.StructType)
		if !ok {
			return
		}
		for _, field := range st.Fields.List {
			if name, ok := f.selector(field.Type, "context"); ok && name == "Context" {
				problems = append(problems, f.at(field)+": a context in a struct")
			}
		}
	})
	return problems
}
