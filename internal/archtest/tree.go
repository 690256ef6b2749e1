// Package archtest holds the house rules of this repository as tests.
//
// It guarantees that a change which breaks the layout, the purity of the
// rules, the reading budgets or the conventions of the source fails the
// ordinary test run, with the file and line to look at. Each rule is a pure
// function from parsed source to a list of problems, proven on a bad sample;
// the tests apply all of them to the whole module. Budgets are computed over
// what exists, so they hold from the first file on.
package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Module is the import path of this module.
const Module = "parley"

// File is one parsed Go source file.
type File struct {
	Path      string // relative to the module's root, with slashes
	Test      bool   // its name ends in _test.go
	Generated bool   // it says so in its head, or its name begins with zz_
	Lines     int    // physical lines, comments and blank ones included
	Syntax    *ast.File
	fset      *token.FileSet
}

// Package is one directory of Go files.
type Package struct {
	Path  string // import path below the module; "." is the root
	Files []File
}

// ParseFile parses one file; name is its path relative to the module's root.
func ParseFile(name string, src []byte) (File, error) {
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, name, src, parser.ParseComments)
	if err != nil {
		return File{}, fmt.Errorf("parse %s: %w", name, err)
	}
	return File{
		Path:      name,
		Test:      strings.HasSuffix(name, "_test.go"),
		Generated: ast.IsGenerated(syntax) || strings.HasPrefix(path.Base(name), "zz_"),
		Lines:     bytes.Count(src, []byte("\n")),
		Syntax:    syntax,
		fset:      fset,
	}, nil
}

// Load parses every package of the module at root that `go list` knows.
func Load(root string) ([]Package, error) {
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles", "./...")
	cmd.Dir = root
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	packages, err := decodeList(root, out)
	return packages, errors.Join(err, cmd.Wait())
}

// listed is the part of `go list -json` that we read.
type listed struct {
	ImportPath, Dir                              string
	GoFiles, CgoFiles, TestGoFiles, XTestGoFiles []string
}

func decodeList(root string, r io.Reader) ([]Package, error) {
	var packages []Package
	for dec := json.NewDecoder(r); ; {
		var l listed
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if strings.Contains(l.ImportPath, "node_modules") {
			continue
		}
		p, err := l.parse(root)
		if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
}

// parse reads the files of one listed package.
func (l listed) parse(root string) (Package, error) {
	p := Package{Path: relative(l.ImportPath)}
	for _, name := range slices.Concat(l.GoFiles, l.CgoFiles, l.TestGoFiles, l.XTestGoFiles) {
		src, err := os.ReadFile(filepath.Join(l.Dir, name))
		if err != nil {
			return p, err
		}
		rel, err := filepath.Rel(root, filepath.Join(l.Dir, name))
		if err != nil {
			return p, err
		}
		f, err := ParseFile(filepath.ToSlash(rel), src)
		if err != nil {
			return p, err
		}
		p.Files = append(p.Files, f)
	}
	return p, nil
}

// relative turns an import path of this module into one below it.
func relative(importPath string) string {
	if importPath == Module {
		return "."
	}
	return strings.TrimPrefix(importPath, Module+"/")
}

// top is the first element of a path below the module.
func top(p string) string {
	first, _, _ := strings.Cut(p, "/")
	return first
}

// within tells whether path p is dir or lies below it.
func within(p, dir string) bool {
	return p == dir || strings.HasPrefix(p, dir+"/")
}

// imports lists the import paths of a file.
func (f File) imports() []string {
	var paths []string
	for _, spec := range f.Syntax.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}

// at tells where a node stands, for people.
func (f File) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", f.Path, f.fset.Position(n.Pos()).Line)
}

// localName is the name under which a file uses an imported package, empty
// if it does not import it.
func (f File) localName(importPath string) string {
	for _, spec := range f.Syntax.Imports {
		if spec.Path.Value != strconv.Quote(importPath) {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(importPath)
	}
	return ""
}

// selector tells whether n is pkg.Name for an imported package and returns Name.
func (f File) selector(n ast.Node, importPath string) (string, bool) {
	sel, ok := n.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok || id.Obj != nil || id.Name == "" || id.Name != f.localName(importPath) {
		return "", false
	}
	return sel.Sel.Name, true
}
