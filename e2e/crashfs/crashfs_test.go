package crashfs_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"syscall"
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

// disks makes two directories of the root with a synced file each, and writes
// more to both without a sync.
func disks(t *testing.T, fs *crashfs.FS) (files []*os.File) {
	t.Helper()
	for _, name := range []string{"one", "two"} {
		if err := os.Mkdir(filepath.Join(fs.Dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(filepath.Join(fs.Dir, name, "f"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		put(t, f, "synced;")
		for _, path := range []string{f.Name(), filepath.Dir(f.Name()), fs.Dir} {
			syncPath(t, path)
		}
		put(t, f, "not;")
		files = append(files, f)
	}
	return files
}

func TestAnOutageTakesEverything(t *testing.T) {
	fs := crashfs.Mount(t)
	files := disks(t, fs)
	after := filepath.Join(t.TempDir(), "after")
	if err := fs.Outage(crashfs.OutageArgs{To: after, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := filepath.Join(filepath.Base(filepath.Dir(f.Name())), "f")
		if b, err := os.ReadFile(filepath.Join(after, name)); err != nil || !bytes.HasPrefix(b, []byte("synced;")) || len(b) > len("synced;not;") {
			t.Errorf("%s after the outage: %q, %v", name, b, err)
		}
		if _, err := f.WriteString("late"); !errors.Is(err, syscall.EIO) {
			t.Errorf("a write to %s after the outage: %v, want EIO", name, err)
		}
		if err := f.Sync(); !errors.Is(err, syscall.EIO) {
			t.Errorf("a sync of %s after the outage: %v, want EIO", name, err)
		}
	}
	if err := os.Mkdir(filepath.Join(fs.Dir, "new"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(fs.Dir, "new", "f"), []byte("works"), 0o600); err != nil {
		t.Errorf("a new disk after the outage: %v", err)
	}
}

func TestADiskThatRefusesIsOneOfMany(t *testing.T) {
	fs := crashfs.Mount(t)
	files := disks(t, fs)
	for _, why := range []syscall.Errno{syscall.ENOSPC, syscall.EROFS, syscall.EIO, 0} {
		if err := fs.Refuse(crashfs.RefuseArgs{Dir: "one", Why: why}); err != nil {
			t.Fatal(err)
		}
		if _, err := files[0].WriteString("more"); why == 0 && err != nil || why != 0 && !errors.Is(err, why) {
			t.Errorf("%v: a write: %v", why, err)
		}
		if err := files[0].Sync(); err != nil {
			t.Errorf("%v: a sync: %v", why, err)
		}
		if _, err := files[1].WriteString("more"); err != nil {
			t.Errorf("a write to the other disk: %v", err)
		}
	}
	if err := fs.Refuse(crashfs.RefuseArgs{Dir: "none", Why: syscall.EIO}); err == nil {
		t.Error("a disk that is not there refuses")
	}
}

func TestASyncMayMakeTheNameDurable(t *testing.T) {
	for _, names := range []bool{false, true} {
		fs := crashfs.MountWith(t, crashfs.Options{SyncNames: names})
		f, err := os.Create(filepath.Join(fs.Dir, "a"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		put(t, f, "x")
		if err := f.Sync(); err != nil {
			t.Fatal(err)
		}
		if seen := clones(t, fs, "a"); (seen["-"] == 0) != names || seen["x"]+seen["-"] != 200 {
			t.Errorf("names are synced with files: %v; in 200 clones: %v", names, seen)
		}
	}
}
