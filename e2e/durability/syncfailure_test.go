package durability_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/e2e/crashfs"
	"parley/internal/fault"
	"parley/store"
	"parley/store/sqlite"
)

// TestFailedSync shows that nothing is acknowledged when a sync fails, that
// the store writes nothing more even if syncs work again, and that opening it
// anew finds what was acknowledged.
func TestFailedSync(t *testing.T) {
	fs := crashfs.Mount(t)
	dir := filepath.Join(fs.Dir, "db")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s := openAt(t, dir)
	_, err := s.Commit(t.Context(), &change.Set{At: time.Now(), Session: &change.Session{
		ID: sessionID(0), Create: true, Next: &session.Session{InstanceID: "i", Status: session.Active},
	}})
	if err != nil {
		t.Fatal(err)
	}
	e := &episode{t: t, acked: map[string]store.Result{}}
	for i := range 5 {
		token := fmt.Sprint(i)
		if e.acked[token], err = s.Commit(t.Context(), numbered(0, token)); err != nil {
			t.Fatal(err)
		}
	}
	check := func(failing bool) {
		t.Helper()
		if err := fs.FailSyncs(failing); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Commit(context.Background(), numbered(0, "refused")); !fault.Is(err, fault.Unavailable) {
			t.Errorf("Commit with failing syncs %v: %v, want Unavailable", failing, err)
		}
		if err := s.Ping(context.Background()); !fault.Is(err, fault.Unavailable) {
			t.Errorf("Ping with failing syncs %v: %v, want Unavailable", failing, err)
		}
	}
	check(true)
	check(false)
	after := filepath.Join(t.TempDir(), "after")
	if err := fs.Clone(crashfs.CloneArgs{Dir: "db", To: after}); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	if missing, err := e.verify(loss{e.acked, after}); missing != 0 || err != nil {
		t.Errorf("%d acknowledged Sets are gone: %v", missing, err)
	}
}

func openAt(t testing.TB, dir string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(filepath.Join(dir, "parley.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
