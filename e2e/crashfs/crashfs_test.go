package crashfs_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"parley/e2e/crashfs"
)

func TestMain(m *testing.M) { crashfs.Main(m) }

func put(t *testing.T, f *os.File, text string) {
	t.Helper()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

func syncPath(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
}

// clones returns the contents of a file in many clones, "-" where it is absent.
func clones(t *testing.T, fs *crashfs.FS, name string) map[string]int {
	t.Helper()
	seen := map[string]int{}
	for seed := range uint64(200) {
		to := filepath.Join(t.TempDir(), "clone")
		if err := fs.Clone(crashfs.CloneArgs{To: to, Seed: seed}); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(to, name))
		if err != nil {
			b = []byte("-")
		}
		seen[string(b)]++
	}
	return seen
}

func TestBytesNeedASync(t *testing.T) {
	fs := crashfs.Mount(t)
	f, err := os.Create(filepath.Join(fs.Dir, "a"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	syncPath(t, fs.Dir)
	put(t, f, "synced;")
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
	put(t, f, "first;")
	put(t, f, "second")
	if b, err := os.ReadFile(filepath.Join(fs.Dir, "a")); err != nil || string(b) != "synced;first;second" {
		t.Errorf("read back %q, %v", b, err)
	}
	seen := clones(t, fs, "a")
	for content := range seen {
		if !bytes.HasPrefix([]byte(content), []byte("synced;")) {
			t.Errorf("a clone lost what was synced: %q", content)
		}
	}
	for _, want := range []string{"synced;", "synced;first;", "synced;first;second", "synced;first;sec"} {
		if seen[want] == 0 {
			t.Errorf("no clone left %q: %v", want, seen)
		}
	}
}

func TestNamesNeedASync(t *testing.T) {
	fs := crashfs.Mount(t)
	path := filepath.Join(fs.Dir, "a")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	syncPath(t, path)
	if seen := clones(t, fs, "a"); seen["-"] == 0 || seen["x"] == 0 {
		t.Errorf("created: %v, want it there and not there", seen)
	}
	syncPath(t, fs.Dir)
	if seen := clones(t, fs, "a"); seen["x"] != 200 {
		t.Errorf("created and synced: %v", seen)
	}
	if err := os.Rename(path, path+"2"); err != nil {
		t.Fatal(err)
	}
	old, moved := clones(t, fs, "a"), clones(t, fs, "a2")
	if old["x"] == 0 || moved["x"] == 0 || old["x"]+moved["x"] != 200 {
		t.Errorf("renamed: old name %v, new name %v", old, moved)
	}
	if err := os.Remove(path + "2"); err != nil {
		t.Fatal(err)
	}
	syncPath(t, fs.Dir)
	if seen := clones(t, fs, "a2"); seen["-"] != 200 {
		t.Errorf("removed and synced: %v", seen)
	}
}

func TestCloneLater(t *testing.T) {
	fs := crashfs.Mount(t)
	to := t.TempDir()
	f, err := os.Create(filepath.Join(fs.Dir, "a"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	syncPath(t, fs.Dir)
	for i, after := range []int{3, 1000} {
		err := fs.Clone(crashfs.CloneArgs{To: filepath.Join(to, string(rune('a'+i))), Seed: 1, After: after})
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 3 { // two ops each
		put(t, f, "x")
		if err := f.Sync(); err != nil {
			t.Fatal(err)
		}
	}
	if err := fs.Settle(); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{"a": "x", "b": "xxx"} {
		if b, err := os.ReadFile(filepath.Join(to, dir, "a")); string(b) != want || err != nil {
			t.Errorf("clone %s holds %q (%v), want %q", dir, b, err, want)
		}
	}
}
