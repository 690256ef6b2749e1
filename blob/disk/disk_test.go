package disk_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/blob"
	"parley/blob/blobtest"
	"parley/blob/disk"
)

func open(t *testing.T, dir string) *disk.Store {
	t.Helper()
	s, err := disk.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestConformance(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) func() blob.Store {
		dir := filepath.Join(t.TempDir(), "attachments")
		return func() blob.Store { return open(t, dir) }
	})
}

func TestFilesAreTheOwnersAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "attachments")
	if _, err := open(t, dir).Put(t.Context(), "s/f", strings.NewReader("x"), 1); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]os.FileMode{"": os.ModeDir | 0o700, "s": os.ModeDir | 0o700, "s/f": 0o600} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode() != mode {
			t.Errorf("%s: %v, %v, want %v", name, info.Mode(), err, mode)
		}
	}
}

// TestWhatDiedIsCleanedUp: but nothing that another node may be writing.
func TestWhatDiedIsCleanedUp(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	for name, age := range map[string]time.Duration{"old": 25 * time.Hour, "new": time.Hour} {
		file, at := filepath.Join(dir, ".partial", name), time.Now().Add(-age)
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
	}
	open(t, dir)
	left, err := os.ReadDir(filepath.Join(dir, ".partial"))
	if err != nil || len(left) != 1 || left[0].Name() != "new" {
		t.Errorf("%v is left, %v, want new", left, err)
	}
	if _, err := disk.OpenAlone(dir); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(filepath.Join(dir, ".partial")); err != nil || len(left) != 0 {
		t.Errorf("%v is left for one who is alone, %v", left, err)
	}
}
