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

// BenchmarkAppendToLong appends to sessions that have 100,000 items each.
func BenchmarkAppendToLong(b *testing.B) {
	for _, items := range []int{0, 100_000} {
		b.Run(fmt.Sprintf("items=%d", items), func(b *testing.B) {
			s := openBench(b)
			sessions := make([]string, 8)
			for i := range sessions {
				sessions[i] = storetest.BenchSession(b, s, i)
				storetest.Fill(b, s, sessions[i], items)
			}
			for i := range 56 {
				sessions = append(sessions, sessions[i%8])
			}
			storetest.AppendAll(b, s, sessions)
		})
	}
}

// BenchmarkAppendBesideEnded appends while the store remembers many ended
// sessions of an item each: 10,000, or 1,000,000 with PARLEY_LONG=1.
func BenchmarkAppendBesideEnded(b *testing.B) {
	n := 10_000
	if os.Getenv("PARLEY_LONG") != "" {
		n = 1_000_000
	}
	path := filepath.Join(b.TempDir(), "parley.db")
	s := open(b, path, sqlite.Options{})
	b.Cleanup(func() { s.Close() })
	sessions := make([]string, 64)
	for i := range sessions {
		sessions[i] = storetest.BenchSession(b, s, i)
	}
	sqlExec(b, path, fmt.Sprintf(`
		CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
			SELECT i, printf('0197c3c5-92b2-7000-8000-%%012x', i) AS id FROM n;
		INSERT INTO sessions SELECT id, 'i', 1, 1, i, 3 FROM n;
		INSERT INTO session_docs SELECT id, 1, zeroblob(800) FROM n;
		INSERT INTO items SELECT id, 1, i, zeroblob(250) FROM n;
		INSERT INTO contacts SELECT id, 'i', id FROM n;`, n))
	storetest.AppendAll(b, s, sessions)
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
