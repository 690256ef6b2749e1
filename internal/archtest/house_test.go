package archtest

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestHouse applies every rule to the whole module.
func TestHouse(t *testing.T) {
	root := moduleRoot(t)
	packages, err := Load(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(packages) == 0 {
		t.Fatal("no packages found")
	}

	perPackage := map[string]func(Package) []string{
		"Imports": Imports, "Confined": Confined, "SystemClock": SystemClock, "Sleeps": Sleeps, "Skips": Skips,
		"PackageComment": PackageComment, "ExportedComments": ExportedComments,
		"Inits": Inits, "StoredContexts": StoredContexts, "Globals": Globals, "PackageSize": PackageSize,
	}
	for name, rule := range perPackage {
		t.Run(name, func(t *testing.T) {
			for _, p := range packages {
				report(t, rule(p))
			}
		})
	}
	t.Run("Purity", func(t *testing.T) {
		for _, p := range packages {
			if top(p.Path) == "domain" {
				report(t, PureImports(p))
				report(t, PureCode(p))
			}
		}
	})
	t.Run("Functions", func(t *testing.T) { report(t, Functions(packages)) })
	t.Run("Files", func(t *testing.T) { report(t, Files(packages)) })
	t.Run("Modules", func(t *testing.T) {
		direct := DirectModules(packages, requiredModules(t, root))
		report(t, TooManyModules(direct))
		report(t, UnexplainedModules(direct, decisions(t, root)))
	})
	t.Run("Words", func(t *testing.T) { eachText(t, root, func(path, text string) { report(t, Words(path, text)) }) })
}

// report turns problems into test errors.
func report(t *testing.T, problems []string) {
	t.Helper()
	for _, p := range problems {
		if p != "" {
			t.Error(p)
		}
	}
}

// moduleRoot is the directory that holds go.mod.
func moduleRoot(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return root
}

func requiredModules(t *testing.T, root string) []string {
	t.Helper()
	cmd := exec.Command("go", "mod", "edit", "-json")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct{ Require []struct{ Path string } }
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, r := range mod.Require {
		paths = append(paths, r.Path)
	}
	return paths
}

func decisions(t *testing.T, root string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "decisions", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// leftAlone hold no source of ours. In a linked work tree .git is a file.
var leftAlone = []string{".git", "node_modules", "bin", "data", ".cache", "testdata"}

// eachText visits the text files of the repository.
func eachText(t *testing.T, root string, visit func(path, text string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		alone := slices.Contains(leftAlone, d.Name())
		if d.IsDir() && alone {
			return filepath.SkipDir
		}
		if alone || !d.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if rel := strings.TrimPrefix(path, root+string(filepath.Separator)); utf8.Valid(text) {
			visit(filepath.ToSlash(rel), string(text))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
