package held_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"parley/domain/held"
)

// root is the module's.
const root = "../.."

// created finds the tables that a schema has.
var created = regexp.MustCompile(`CREATE (?:VIRTUAL )?TABLE (?:IF NOT EXISTS )?(\w+)`)

// TestEveryTableIsNamed: whoever adds a table says what of it is about customers, and how that is erased.
func TestEveryTableIsNamed(t *testing.T) {
	found := map[string]bool{}
	for _, store := range []string{"sqlite", "postgres"} {
		each(t, filepath.Join("store", store), func(path, text string) {
			if strings.HasSuffix(path, "_test.go") {
				return
			}
			for _, m := range created.FindAllStringSubmatch(text, -1) {
				found[m[1]] = true
			}
		})
	}
	delete(found, "said_words") // the index of said
	names(t, "table", found, held.Tables())
}

// constant is how constants are named that are kinds of documents.
var constant = regexp.MustCompile(`^[kK]ind|Kind$`)

// TestEveryKindIsNamed: the same of kinds of documents, which are constants named so.
func TestEveryKindIsNamed(t *testing.T) {
	found := map[string]bool{}
	for _, dir := range []string{"app", "domain", "node", "server", "work"} {
		each(t, dir, func(path, text string) {
			if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "domain/flow/") { // the flow language has kinds of its own
				return
			}
			for _, name := range kinds(t, path, text) {
				found[name] = true
			}
		})
	}
	names(t, "kind of documents", found, held.Documents())
}

// kinds are the values of such constants in a file.
func kinds(t *testing.T, path, text string) (list []string) {
	f, err := parser.ParseFile(token.NewFileSet(), path, text, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Type != nil { // those of a type of their own are something else
			return true
		}
		for i, name := range spec.Names {
			if i >= len(spec.Values) || !constant.MatchString(name.Name) {
				continue
			}
			if value, ok := spec.Values[i].(*ast.BasicLit); ok && value.Kind == token.STRING {
				text, _ := strconv.Unquote(value.Value) // it has been parsed
				list = append(list, text)
			}
		}
		return true
	})
	return list
}

func each(t *testing.T, dir string, do func(path, text string)) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		do(path, string(raw))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// names compares what was found with the list.
func names(t *testing.T, what string, found map[string]bool, list []held.Place) {
	t.Helper()
	if len(found) < 10 {
		t.Fatalf("only %v were found: the test looks in wrong places", found)
	}
	seen := map[string]bool{}
	for _, p := range list {
		if seen[p.Name] || !found[p.Name] {
			t.Errorf("the %s %s is named twice, or is not there", what, p.Name)
		}
		if seen[p.Name] = true; p.Way == 0 || p.What == "" {
			t.Errorf("the %s %s: what is in it?", what, p.Name)
		}
		if c := p.Export(); (c.In == "") == (c.Why == "") {
			t.Errorf("the %s %s: an export has it in %q, or has it not because %q: it needs one of the two", what, p.Name, c.In, c.Why)
		}
	}
	for name := range found {
		if !seen[name] {
			t.Errorf("the %s %s is not named in domain/held: is it about customers, and how is it erased?", what, name)
		}
	}
}
