package deploy_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/e2e/harness"
)

// tree is what a YAML or JSON document holds; a path into it that is not there leads to nothing.
type tree struct{ value any }

// at follows keys and, as numbers, places of lists.
func (v tree) at(path ...any) tree {
	for _, step := range path {
		switch in := v.value.(type) {
		case map[string]any:
			v = tree{in[fmt.Sprint(step)]}
		case []any:
			i, ok := step.(int)
			if !ok || i >= len(in) {
				return tree{}
			}
			v = tree{in[i]}
		default:
			return tree{}
		}
	}
	return v
}

func (v tree) String() string {
	if v.value == nil {
		return ""
	}
	if s, ok := v.value.(string); ok {
		return s
	}
	text, _ := json.Marshal(v.value)
	return string(text)
}

func (v tree) list() (items []tree) {
	in, _ := v.value.([]any)
	for _, item := range in {
		items = append(items, tree{item})
	}
	return items
}

func (v tree) fields() map[string]tree {
	items := map[string]tree{}
	in, _ := v.value.(map[string]any)
	for key, item := range in {
		items[key] = tree{item}
	}
	return items
}

// yaml reads the documents of a text.
func yaml(t *testing.T, text string) []tree {
	t.Helper()
	cmd := exec.Command("python3", root("e2e", "deploy", "strict.py"))
	cmd.Stdin = strings.NewReader(text)
	var documents []any
	if err := json.Unmarshal([]byte(run(t, cmd)), &documents); err != nil {
		t.Fatal(err)
	}
	return tree{documents}.list()
}

var setting = regexp.MustCompile(`\bPARLEY_[A-Z_]*[A-Z]\b`)

// settings are the variables that the program says it reads.
func settings(t *testing.T) []string {
	t.Helper()
	return setting.FindAllString(run(t, exec.Command(harness.Binary(t), "serve", "--help")), -1)
}

// TestDeploymentsNameKnownSettings: a misspelt variable is no error to the
// program, it is not seen at all.
func TestDeploymentsNameKnownSettings(t *testing.T) {
	known := settings(t)
	ofTheSite := []string{"PARLEY_SITE", "PARLEY_UPSTREAM"} // are compose's and Caddy's own
	for path, text := range deployed(t) {
		for _, name := range setting.FindAllString(text, -1) {
			if !slices.Contains(known, name) && !slices.Contains(ofTheSite, name) {
				t.Errorf("%s names %s, which parley serve does not read", path, name)
			}
		}
	}
}

// deployed are the files that say how the program is run.
func deployed(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{"Dockerfile": read(t, root("Dockerfile"))}
	err := filepath.WalkDir(root("deploy"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Name() == "secrets" {
			return fs.SkipDir
		}
		if err == nil && !entry.IsDir() {
			files[path] = read(t, path)
		}
		return err
	})
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, page := range []string{"install.md", "runbook.md", "scaling.md"} {
		files[page] = read(t, root("docs", page))
	}
	return files
}
