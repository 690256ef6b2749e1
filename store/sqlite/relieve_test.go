package sqlite

import (
	"fmt"
	"testing"

	"parley/store/batch"
)

// appends returns a transaction's rows: count items of each session.
func appends(sessions, count int) *batch.Rows {
	var rows batch.Rows
	for i := range sessions {
		id := fmt.Sprint("session ", i)
		rows.Sessions = append(rows.Sessions, batch.SessionRow{ID: id})
		for range count {
			rows.Items = append(rows.Items, batch.ItemRow{Session: id, Body: []byte("text")})
		}
	}
	return &rows
}

// TestSessionsThatWroteTogetherLeaveInTurn shows that a transaction moves no more
// than twice what it brings, or one session, and that all have left in the end.
func TestSessionsThatWroteTogetherLeaveInTurn(t *testing.T) {
	const sessions = 40
	for name, test := range map[string]struct {
		limit int64 // of the journal's bytes
		each  int   // items of a session
	}{"old": {1, 10}, "many items": {1 << 20, journalItems}} {
		j := newJournal(test.limit)
		commit := func(rows *batch.Rows) int {
			j.plan.reset()
			j.divide(nil, rows)
			j.done()
			return j.plan.items
		}
		commit(appends(sessions, test.each))
		moved := 0
		for range sessions {
			n := commit(appends(sessions, 1))      // 40 items
			if n > 2*sessions+test.each+sessions { // the last to leave has grown meanwhile
				t.Errorf("%s: %d items moved in a transaction of %d", name, n, sessions)
			}
			moved += n
		}
		if moved < sessions*test.each {
			t.Errorf("%s: %d items moved in all, want at least the first %d", name, moved, sessions*test.each)
		}
		if n := commit(appends(1, 1)); n > test.each+sessions {
			t.Errorf("%s: %d items moved in a transaction of one", name, n)
		}
	}
}
