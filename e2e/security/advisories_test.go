package security_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestAdvisories holds docs/advisories.md against the tests that there are.
func TestAdvisories(t *testing.T) {
	text, err := os.ReadFile("../../docs/advisories.md")
	if err != nil {
		t.Fatal(err)
	}
	there := testsOf(t, "../..")
	rows := 0
	for line := range strings.Lines(string(text)) {
		if !regexp.MustCompile(`^\| \d+ \|`).MatchString(line) {
			continue
		}
		rows++
		for _, name := range regexp.MustCompile(`\bTest[A-Z]\w*`).FindAllString(line, -1) {
			if !there[name] {
				t.Errorf("there is no %s, which is to show: %.80s", name, line)
			}
		}
	}
	if rows != 50 {
		t.Errorf("%d advisories, want 50", rows)
	}
}

// testsOf are the names of all tests of the project.
func testsOf(t *testing.T, root string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	named := regexp.MustCompile(`(?m)^func (Test\w+)`)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || path != root && strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		for _, m := range named.FindAllSubmatch(text, -1) {
			names[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
