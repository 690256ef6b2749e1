package deploy_test

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// release builds a release of one platform from a directory with the sources.
func release(t *testing.T, sources string) string {
	t.Helper()
	dist := filepath.Join(t.TempDir(), "dist")
	cmd := exec.Command(filepath.Join(sources, "scripts", "release.sh"))
	cmd.Dir = sources
	cmd.Env = append(os.Environ(), "TARGETS=linux/"+runtime.GOARCH, "VERSION=v0.0.1-test", "DIST="+dist)
	run(t, cmd)
	return dist
}

// copied is a second checkout of the sources as they stand.
func copied(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	files := run(t, exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard"))
	for _, name := range strings.Split(strings.TrimSpace(files), "\n") {
		text, err := os.ReadFile(root(name))
		if err != nil {
			continue // deleted since
		}
		info, err := os.Stat(root(name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, info.Mode()); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestAReleaseCanBeBuiltAgain builds it in two places and compares every byte.
func TestAReleaseCanBeBuiltAgain(t *testing.T) {
	other := copied(t)
	first, second := release(t, root()), release(t, other)
	program := "parley-linux-" + runtime.GOARCH
	for _, name := range []string{program, "parley.cdx.json", "SHA256SUMS"} {
		a, b := read(t, filepath.Join(first, name)), read(t, filepath.Join(second, name))
		if a != b || a == "" {
			t.Errorf("%s differs from one build to the next: %d and %d bytes; of the pages %q", name, len(a), len(b), differing(t, root("web", "dist", "site"), filepath.Join(other, "web", "dist", "site")))
		}
	}
	check := exec.Command("sha256sum", "--check", "--strict", "SHA256SUMS")
	check.Dir = first
	if out := run(t, check); strings.Count(out, ": OK") != 2 {
		t.Errorf("the checksums name too little:\n%s", out)
	}
	if out := run(t, exec.Command(filepath.Join(first, program), "version")); out != "parley v0.0.1-test\n" {
		t.Errorf("the version is %s", out)
	}
	static(t, filepath.Join(first, program))
	billed(t, filepath.Join(first, program), filepath.Join(first, "parley.cdx.json"))
}

// differing are the files that two directories do not both have, byte for byte.
func differing(t *testing.T, one, other string) (names []string) {
	t.Helper()
	for _, dirs := range [][2]string{{one, other}, {other, one}} {
		err := filepath.WalkDir(dirs[0], func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			name, _ := filepath.Rel(dirs[0], path) // it lies in there
			if text, err := os.ReadFile(filepath.Join(dirs[1], name)); err != nil || string(text) != read(t, path) {
				names = append(names, name)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	return names
}

// billed checks that the bill names each module that is linked into the
// program, by its version, and the modules that every build of it needs.
func billed(t *testing.T, program, path string) {
	t.Helper()
	var bill struct {
		BOMFormat, SpecVersion string
		Components             []struct {
			Name, Version, PURL string
			Hashes              []struct{ Content string }
		}
		Dependencies []struct{ DependsOn []string }
	}
	if err := json.NewDecoder(bytes.NewReader([]byte(read(t, path)))).Decode(&bill); err != nil {
		t.Fatal(err)
	}
	named := map[string]string{}
	for _, c := range bill.Components {
		named[c.Name] = c.Version
		if c.PURL != "pkg:golang/"+c.Name+"@"+c.Version || c.Name != "std" && len(c.Hashes) != 1 {
			t.Errorf("%+v", c)
		}
	}
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range info.Deps {
		if named[m.Path] != m.Version {
			t.Errorf("%s %s is linked in, the bill says %q", m.Path, m.Version, named[m.Path])
		}
	}
	for _, must := range []string{"modernc.org/sqlite", "github.com/alecthomas/kong", "std"} {
		if named[must] == "" {
			t.Errorf("the bill does not name %s", must)
		}
	}
	if bill.BOMFormat != "CycloneDX" || len(bill.Dependencies) != len(bill.Components)+1 || len(bill.Dependencies[0].DependsOn) != len(info.Deps)+1 {
		t.Errorf("%s %s with %d components, %d dependencies", bill.BOMFormat, bill.SpecVersion, len(bill.Components), len(bill.Dependencies))
	}
}
