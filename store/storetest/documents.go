package storetest

import (
	"sync"
	"testing"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/store"
)

func documentTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"WithItsSession": testDocumentsWithTheirSession,
		"Race":           testDocumentRace,
	}
}

// moving is a decision on a session that writes documents with it.
func moving(version int64, documents ...change.Resource) *change.Set {
	next := sessionValue(sessionID(1))
	return &change.Set{
		At: start(), Session: &change.Session{ID: next.ID, Version: version, Next: next, Parts: change.State}, Resources: documents,
	}
}

// Who decided on a session that has moved on decides again, also where what it would write is there by now.
func testDocumentsWithTheirSession(t *testing.T, s store.Store) {
	commit(t, s, newSession(sessionID(1)))
	commit(t, s, moving(1, resource("a", "", 0)))
	refuse(t, s, moving(1, resource("a", "", 0)), fault.Conflict)
	refuse(t, s, moving(1, resource("b", "", 0)), fault.Conflict)
	refuse(t, s, moving(2, resource("b", "", 0), resource("a", "", 7)), fault.Conflict)
	if _, err := s.Resource(t.Context(), instance, "queue", "b"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a document of a refused decision: %v", err)
	}
	commit(t, s, moving(2, deleting("a", 1)))
}

// Of many that decide on the same session and document at a time one wins, and the others hear of a conflict.
func testDocumentRace(t *testing.T, s store.Store) {
	commit(t, s, newSession(sessionID(1)))
	for round := range int64(8) {
		version, document := round+1, resource("a", "", 0)
		if round > 0 {
			document = resource("a", "", round)
		}
		var all sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			all.Go(func() {
				_, errs[i] = s.Commit(t.Context(), moving(version, document))
			})
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case !fault.Is(err, fault.Conflict):
				t.Errorf("round %d: %v, want Conflict", round, err)
			}
		}
		if won != 1 {
			t.Errorf("round %d: %d of %d won", round, won, len(errs))
		}
	}
}
