package sqlite_test

import (
	"path/filepath"
	"testing"

	"parley/domain/change"
	"parley/domain/session"
	"parley/store/sqlite"
)

// TestForgottenSessionIsNew shows that the writer remembers nothing of a
// session that was forgotten.
func TestForgottenSessionIsNew(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "parley.db"), sqlite.Options{})
	defer s.Close()
	id := sessionID(1)
	for range 2 {
		mustCommit(t, s, create(id))
		res, err := s.Commit(t.Context(), say(id, "first"))
		if err != nil || res.Items[0].Position != 1 {
			t.Fatalf("%+v (%v), want an item at position 1", res.Items, err)
		}
		mustCommit(t, s, &change.Set{At: res.Items[0].Time, Session: &change.Session{
			ID: id, Version: 1, Next: &session.Session{InstanceID: "i", Status: session.Ended}, Parts: change.State,
		}})
		if err := s.Forget(t.Context(), []string{id}); err != nil {
			t.Fatal(err)
		}
	}
}
