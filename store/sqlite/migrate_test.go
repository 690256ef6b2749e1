package sqlite

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"parley/domain/change"
)

// later is the schema of a release to come: this one's, and further steps.
func later(t *testing.T, further ...string) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(migrations, name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	for i, text := range further {
		files["migrations/900"+string(rune('1'+i))+"_further.sql"] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// old is a database of this release with one resource in it.
func old(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "parley.db")
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	row := change.Resource{Instance: "i", Kind: "k", ID: "1", Name: "kept", Document: []byte("x")}
	if _, err := s.Commit(t.Context(), &change.Set{ID: "1", At: time.Unix(1, 0), Resources: []change.Resource{row}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// wantKept opens a database and looks for the resource.
func wantKept(t *testing.T, what, path string, o Options, name string) {
	t.Helper()
	s, err := Open(path, o)
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	defer s.Close()
	row, err := s.Resource(context.Background(), "i", "k", "1")
	if err != nil {
		t.Errorf("%s: %v", what, err)
	} else if row.Name != name {
		t.Errorf("%s: %q, want %q", what, row.Name, name)
	}
}

const (
	second = "CREATE TABLE second (n INTEGER); UPDATE resources SET name = 'changed';"
	third  = "-- a comment; with a semicolon\nINSERT INTO second VALUES (3);"
)

func TestAnOlderSchemaIsKeptAndChanged(t *testing.T) {
	path := old(t)
	next := Options{migrations: later(t, second, third)}
	wantKept(t, "after two steps at once", path, next, "changed")
	kept := BeforeName(path, 9002)
	info, err := os.Stat(kept)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the copy from before: %v, %v", info, err)
	}
	wantKept(t, "a second start", path, next, "changed")
	wantKept(t, "the copy, with this release", kept, Options{}, "kept")
	if _, err := Open(path, Options{}); err == nil || !strings.Contains(err.Error(), "newer release") {
		t.Errorf("this release with the newer schema: %v", err)
	}
	wantKept(t, "after it was refused", path, next, "changed")
}

func TestANewDatabaseHasNothingToKeep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	s, err := Open(path, Options{migrations: later(t, second)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if left, err := filepath.Glob(path + ".*"); err != nil || len(left) != 0 {
		t.Errorf("%v, %v", left, err)
	}
}

// TestAFailedChangeLeavesTheOldSchema: the second of two steps fails.
func TestAFailedChangeLeavesTheOldSchema(t *testing.T) {
	path := old(t)
	for range 2 {
		_, err := Open(path, Options{migrations: later(t, second, "INSERT INTO nowhere VALUES (1)")})
		if err == nil || !strings.Contains(err.Error(), "schema version 9002") {
			t.Errorf("a broken step: %v", err)
		}
	}
	wantKept(t, "with this release, as if nothing had been", path, Options{}, "kept")
	wantKept(t, "the copy", BeforeName(path, 9002), Options{}, "kept")
}

// TestNoChangeWithoutACopy: a copy that cannot be made forbids the change.
func TestNoChangeWithoutACopy(t *testing.T) {
	path := old(t)
	if err := os.MkdirAll(filepath.Join(BeforeName(path, 9001), "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Options{migrations: later(t, second)}); err == nil || !strings.Contains(err.Error(), "copy") {
		t.Errorf("the schema was changed: %v", err)
	}
	wantKept(t, "with this release", path, Options{}, "kept")
}
