package sqlite_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/store/sqlite"
)

// A chat that has had as many contacts beside it as there may be forgets supervisors who left; searches still find their
// contacts. That is no damage. With one fewer it cannot have forgotten anybody.
func TestForgottenSupervisorsAreNoDamage(t *testing.T) {
	for beside, damaged := range map[int]bool{contact.MaxBeside: false, contact.MaxBeside - 1: true} {
		file := filepath.Join(t.TempDir(), "parley.db")
		s, err := sqlite.Open(file, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		next := &session.Session{ID: "s", InstanceID: "i", Status: session.Active, State: session.State{Contacts: []session.Contact{{ID: "s"}}}}
		set := &change.Set{
			ID: "01980000-0000-7000-8000-000000000001", At: time.Now(), Session: &change.Session{ID: "s", Create: true, Parts: change.AllParts, Next: next},
			Contacts: []change.Contact{{ID: "s", SessionID: "s", InstanceID: "i"}, {ID: "forgotten", SessionID: "s", InstanceID: "i"}},
			Marks:    []transcript.Mark{{Participant: "forgotten", DeliveredAt: time.Now()}},
		}
		for n := range beside {
			id := fmt.Sprint("beside ", n)
			next.State.Beside = append(next.State.Beside, session.Contact{ID: id})
			set.Contacts = append(set.Contacts, change.Contact{ID: id, SessionID: "s", InstanceID: "i"})
		}
		if _, err := s.Commit(t.Context(), set); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if damage, err := sqlite.Inspect(t.Context(), file); err != nil || (len(damage) > 0) != damaged {
			t.Errorf("with %d beside: %v, %q", beside, err, damage)
		}
	}
}
