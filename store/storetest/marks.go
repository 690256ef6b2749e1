package storetest

import (
	"testing"
	"time"

	"parley/domain/change"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
)

func markTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"OnlyForward": testMarksOnlyForward,
		"Guarded":     testMarksAreGuarded,
	}
}

func receipt(participant string, delivered, read int64, at time.Time) transcript.Mark {
	m := transcript.Mark{Participant: participant, Delivered: delivered, Read: read}
	if delivered > 0 {
		m.DeliveredAt = at
	}
	if read > 0 {
		m.ReadAt = at
	}
	return m
}

func marking(id string, version int64, marks ...transcript.Mark) *change.Set {
	return &change.Set{At: start(), Session: &change.Session{ID: id, Version: version}, Marks: marks}
}

func testMarksOnlyForward(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	t1, t2 := start(), start().Add(time.Second)

	res := commit(t, s, marking(id, 1, receipt("p1", 3, 0, t1), receipt("p2", 2, 2, t1)))
	same(t, "first marks", res.Marks, []transcript.Mark{receipt("p1", 3, 0, t1), receipt("p2", 2, 2, t1)})

	res = commit(t, s, marking(id, 1, receipt("p1", 2, 2, t2), receipt("p2", 1, 2, t2)))
	merged := transcript.Mark{Participant: "p1", Delivered: 3, DeliveredAt: t1, Read: 2, ReadAt: t2}
	same(t, "marks that moved", res.Marks, []transcript.Mark{merged})
	if res.Version != 1 {
		t.Errorf("marks made version %d, want 1", res.Version)
	}

	got := must[[]transcript.Mark](t)(s.Marks(t.Context(), id))
	same(t, "stored marks", got, []transcript.Mark{merged, receipt("p2", 2, 2, t1)})
	same(t, "marks of another session", must[[]transcript.Mark](t)(s.Marks(t.Context(), sessionID(2))), []transcript.Mark(nil))
}

func testMarksAreGuarded(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	refuse(t, s, marking(id, 2, receipt("p1", 1, 0, start())), fault.Conflict)
	if got := must[[]transcript.Mark](t)(s.Marks(t.Context(), id)); len(got) != 0 {
		t.Errorf("a refused Set left marks: %v", got)
	}
}
