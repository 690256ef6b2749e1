package sqlite_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
	"parley/store/sqlite"
)

func sessionID(i int) string { return fmt.Sprintf("0198c3c5-92b2-7000-8000-%012x", i) }

func create(id string) *change.Set {
	return &change.Set{At: time.Now(), Session: &change.Session{
		ID: id, Create: true, Next: &session.Session{InstanceID: "i", Status: session.Active},
	}}
}

func say(id, content string) *change.Set {
	return &change.Set{
		At: time.Now(), Session: &change.Session{ID: id, Version: 1},
		Items: []transcript.Item{{Type: transcript.Message, ContentType: transcript.Plain, Content: content}},
	}
}

func mustCommit(t testing.TB, s store.Store, set *change.Set) {
	t.Helper()
	if _, err := s.Commit(t.Context(), set); err != nil {
		t.Fatal(err)
	}
}

// sqlExec changes the database behind the store's back.
func sqlExec(t testing.TB, path, text string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(text); err != nil {
		t.Fatal(err)
	}
}

// TestPoison shows that a Set that makes the database fail fails alone: the
// batch that it was part of is tried again one Set at a time.
func TestPoison(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	s := open(t, path, sqlite.Options{})
	defer s.Close()
	mustCommit(t, s, create(sessionID(1)))
	sqlExec(t, path, `CREATE TRIGGER poison BEFORE INSERT ON contacts BEGIN SELECT RAISE(ABORT, 'poison'); END`)
	var all sync.WaitGroup
	var failed atomic.Int32
	for i := range 64 {
		all.Go(func() {
			poison := i%8 == 0
			set := say(sessionID(1), "x")
			if poison {
				set.Contacts = []change.Contact{{ID: fmt.Sprint("c", i), SessionID: sessionID(2), InstanceID: "i"}}
			}
			_, err := s.Commit(t.Context(), set)
			if poison != (err != nil) || poison && !fault.Is(err, fault.Unavailable) {
				t.Errorf("sender %d: %v", i, err)
			}
			if err != nil {
				failed.Add(1)
			}
		})
	}
	all.Wait()
	items, err := s.Items(t.Context(), sessionID(1), store.Page{Limit: 99})
	if err != nil || len(items) != 56 || failed.Load() != 8 {
		t.Errorf("%d items (%v) and %d failures, want 56 and 8", len(items), err, failed.Load())
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("Ping after a failure that is over: %v", err)
	}
}

// TestDiskFull shows that a full disk fails writes, lets reads go on, loses
// nothing and heals by itself.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=9m"); err != nil {
		t.Fatal(err)
	}
	defer syscall.Unmount(dir, 0)
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 4<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, filepath.Join(dir, "parley.db"), sqlite.Options{})
	defer s.Close()
	mustCommit(t, s, create(sessionID(1)))
	var err error
	acked := 0
	for err == nil && acked < 10_000 {
		if _, err = s.Commit(t.Context(), say(sessionID(1), string(bytes.Repeat([]byte("x"), 1000)))); err == nil {
			acked++
		}
	}
	if !fault.Is(err, fault.Unavailable) {
		t.Fatalf("after %d items: %v, want Unavailable", acked, err)
	}
	items, err := s.Items(t.Context(), sessionID(1), store.Page{Limit: 20_000})
	if err != nil || len(items) != acked {
		t.Errorf("%d items (%v), %d were acknowledged", len(items), err, acked)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("Ping with space again: %v", err)
	}
	mustCommit(t, s, say(sessionID(1), "again"))
}

// TestDamageIsNoticed shows that a changed byte at rest is an error and never
// another text: in the tables where it is read, in the journal already at the start.
func TestDamageIsNoticed(t *testing.T) {
	for name, moved := range map[string]bool{"journal": false, "tables": true} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "parley.db")
			s := open(t, path, sqlite.Options{})
			mustCommit(t, s, create(sessionID(1)))
			mustCommit(t, s, say(sessionID(1), "the true text"))
			if moved {
				moveAll(t, s)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			damage(t, path, "the true text")
			s, err := sqlite.Open(path, sqlite.Options{})
			if moved != (err == nil) {
				t.Fatalf("Open: %v", err)
			}
			if err != nil {
				return
			}
			defer s.Close()
			if items, err := s.Items(t.Context(), sessionID(1), store.Page{Limit: 9}); err == nil {
				t.Errorf("no error, and %q", items[0].Content)
			}
		})
	}
}

// damage changes a bit of every place where the file has a text.
func damage(t *testing.T, path, text string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.ReplaceAll(b, []byte(text), append([]byte{text[0] ^ 1}, text[1:]...))
	if bytes.Equal(b, damaged) {
		t.Fatalf("%s is not in the file", text)
	}
	if err := os.WriteFile(path, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
}

// moveAll moves everything from the journal to the tables.
func moveAll(t testing.TB, s store.Store) {
	t.Helper()
	if err := s.Forget(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}

// TestFiles shows that only the owner can read the files.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	s := open(t, filepath.Join(dir, "parley.db"), sqlite.Options{})
	defer s.Close()
	mustCommit(t, s, create(sessionID(1)))
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Fatalf("%v %v, want database, WAL and its index", entries, err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v, want 0600", e.Name(), info.Mode(), err)
		}
	}
}

// TestNewerSchema shows that a database of a later release is refused and left
// as it is.
func TestNewerSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	if err := open(t, path, sqlite.Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	sqlExec(t, path, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`)
	if _, err := sqlite.Open(path, sqlite.Options{}); err == nil {
		t.Error("a newer schema was opened")
	}
}

// TestLogIsBounded shows that the WAL begins anew while commits go on.
func TestLogIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	s := open(t, path, sqlite.Options{CheckpointRows: 100})
	defer s.Close()
	mustCommit(t, s, create(sessionID(1)))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 500 {
				if _, err := s.Commit(t.Context(), say(sessionID(1), string(bytes.Repeat([]byte("x"), 2000)))); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	info, err := os.Stat(path + "-wal")
	if err != nil || info.Size() > 8<<20 {
		t.Errorf("the WAL has %d bytes (%v) after 8 MB of items", info.Size(), err)
	}
}

// TestOpenFails shows that what cannot be opened is an error that names it.
func TestOpenFails(t *testing.T) {
	dir := t.TempDir()
	if _, err := sqlite.Open(filepath.Join(dir, "missing", "parley.db"), sqlite.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("in a missing directory: %v", err)
	}
	path := filepath.Join(dir, "parley.db")
	if err := os.WriteFile(path, bytes.Repeat([]byte("no database "), 500), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(path, sqlite.Options{}); err == nil {
		t.Error("something else was opened as a database")
	}
}
