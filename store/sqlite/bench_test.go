package sqlite_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"parley/store"
	"parley/store/sqlite"
	"parley/store/storetest"
)

// BenchmarkAppend measures durable appends of a 200-byte text with a client
// token, each sender in a session of its own.
func BenchmarkAppend(b *testing.B) {
	for _, senders := range []int{1, 64, 256} {
		b.Run(fmt.Sprintf("senders=%d", senders), func(b *testing.B) {
			storetest.BenchmarkAppend(b, openBench(b), senders)
		})
	}
}

// BenchmarkAppendToLong appends to sessions that have no items yet, and to
// sessions that have 100,000 each.
func BenchmarkAppendToLong(b *testing.B) {
	var arms []arm
	for _, items := range []int{0, 100_000} {
		s := openBench(b)
		sessions := make([]string, 8)
		for i := range sessions {
			sessions[i] = storetest.BenchSession(b, s, i)
			storetest.Fill(b, s, sessions[i], items)
		}
		for i := range 56 {
			sessions = append(sessions, sessions[i%8])
		}
		arms = append(arms, arm{fmt.Sprintf("items=%d", items), s, sessions})
	}
	inTurn(b, arms)
}

// arm is one side of a comparison.
type arm struct {
	name     string
	store    *sqlite.Store
	sessions []string
}

// inTurn measures all arms in each of three rounds: what else the machine does meets all of them.
func inTurn(b *testing.B, arms []arm) {
	for range 3 {
		for _, a := range arms {
			b.Run(a.name, func(b *testing.B) { storetest.AppendAll(b, a.store, a.sessions) })
		}
	}
}

// BenchmarkAppendBesideEnded appends while the store remembers no ended sessions,
// and many of an item each: 10,000, or 1,000,000 with PARLEY_LONG=1.
func BenchmarkAppendBesideEnded(b *testing.B) {
	many := 10_000
	if os.Getenv("PARLEY_LONG") != "" {
		many = 1_000_000
	}
	var arms []arm
	for _, ended := range []int{0, many} {
		path := filepath.Join(b.TempDir(), "parley.db")
		s := open(b, path, sqlite.Options{})
		b.Cleanup(func() { s.Close() })
		sessions := make([]string, 64)
		for i := range sessions {
			sessions[i] = storetest.BenchSession(b, s, i)
		}
		fillEnded(b, path, ended)
		arms = append(arms, arm{fmt.Sprintf("ended=%d", ended), s, sessions})
	}
	inTurn(b, arms)
}

// fillEnded writes ended sessions of an item each, behind the store's back.
func fillEnded(b *testing.B, path string, sessions int) {
	b.Helper()
	sqlExec(b, path, fmt.Sprintf(`
		CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 WHERE %[1]d > 0 UNION ALL SELECT i + 1 FROM n WHERE i < %[1]d)
			SELECT i, printf('0197c3c5-92b2-7000-8000-%%012x', i) AS id FROM n;
		INSERT INTO sessions SELECT id, 'i', 1, 1, i, 3 FROM n;
		INSERT INTO session_docs SELECT id, 1, zeroblob(800) FROM n;
		INSERT INTO items SELECT id, 1, i, zeroblob(250) FROM n;
		INSERT INTO contacts SELECT id, 'i', id FROM n;
		PRAGMA wal_checkpoint(TRUNCATE);`, sessions))
}

// BenchmarkPage reads the last 50 items of a session of 100,000.
func BenchmarkPage(b *testing.B) {
	s := openBench(b)
	id := storetest.BenchSession(b, s, 0)
	storetest.Fill(b, s, id, 100_000)
	for b.Loop() {
		items, err := s.Items(b.Context(), id, store.Page{Limit: 50, Descending: true})
		if err != nil || len(items) != 50 {
			b.Fatal(len(items), err)
		}
	}
}

func openBench(b *testing.B) *sqlite.Store {
	b.Helper()
	s := open(b, filepath.Join(b.TempDir(), "parley.db"), sqlite.Options{})
	b.Cleanup(func() { s.Close() })
	return s
}

// BenchmarkContacts searches among 10,000 contacts, or 1,000,000 with PARLEY_LONG=1.
func BenchmarkContacts(b *testing.B) { storetest.BenchmarkContacts(b, openBench(b), storetest.Many()) }

// BenchmarkSaid searches for words among 10,000 chats, 1,000,000 with PARLEY_LONG=1, or PARLEY_CHATS.
func BenchmarkSaid(b *testing.B) { storetest.BenchmarkSaid(b, openBench(b), storetest.Chats()) }
