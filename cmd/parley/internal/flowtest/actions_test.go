package flowtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"parley/domain/flow"
)

// Each type of action that the interpreter or the language has runs in a conversation of testdata/actions.
func TestEveryActionHasAConversation(t *testing.T) {
	scope, err := Load("testdata/actions", "")
	if err != nil {
		t.Fatal(err)
	}
	ran := map[string]bool{}
	for _, script := range scope.Scripts {
		for _, c := range script.Conversations {
			r := c.play(scope, 1)
			if r.Failure != nil {
				t.Errorf("%s", failureText(r))
			}
			for _, e := range r.History {
				if e.Step != nil {
					ran[e.Step.Type] = true
				}
			}
		}
	}
	types := builtTypes(t)
	if len(types) < 25 {
		t.Fatalf("the interpreter's tables were not found: %v", types)
	}
	for _, spec := range flow.Specs() {
		types = append(types, spec.Type)
	}
	for _, actionType := range types {
		if !ran[actionType] {
			t.Errorf("no conversation of testdata/actions runs an action of type %s", actionType)
		}
	}
}

// builtTypes reads the interpreter's tables: the cases of its functions of an actionType.
func builtTypes(t *testing.T) (types []string) {
	t.Helper()
	files, err := filepath.Glob("../../../../domain/flow/interp/*.go")
	if err != nil {
		t.Fatal(err)
	}
	constants := map[string]string{}
	var tables []*ast.FuncDecl
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if isTable(n) {
					tables = append(tables, n)
				}
			case *ast.ValueSpec:
				for i, name := range n.Names {
					if i < len(n.Values) {
						constants[name.Name] = literal(n.Values[i], nil)
					}
				}
			}
			return true
		})
	}
	for _, table := range tables {
		ast.Inspect(table, func(n ast.Node) bool {
			if clause, ok := n.(*ast.CaseClause); ok {
				for _, value := range clause.List {
					types = append(types, literal(value, constants))
				}
			}
			return true
		})
	}
	return types
}

func isTable(f *ast.FuncDecl) bool {
	p := f.Type.Params.List
	return len(p) == 1 && len(p[0].Names) == 1 && p[0].Names[0].Name == "actionType"
}

func literal(e ast.Expr, constants map[string]string) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, _ := strconv.Unquote(e.Value) // no string is no type
		return s
	case *ast.Ident:
		return constants[e.Name]
	}
	return ""
}
