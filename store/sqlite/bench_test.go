package sqlite_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/store"
	"parley/store/sqlite"
)

// BenchmarkAppend measures durable appends of a 200-byte text with a client
// token, each sender in a session of its own.
func BenchmarkAppend(b *testing.B) {
	for _, senders := range []int{1, 64, 256} {
		b.Run(fmt.Sprintf("senders=%d", senders), func(b *testing.B) {
			s := openBench(b)
			sessions := make([]string, senders)
			for i := range sessions {
				sessions[i] = benchSession(b, s, i)
			}
			appendAll(b, s, sessions)
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
				sessions[i] = benchSession(b, s, i)
				fill(b, s, sessions[i], items)
			}
			for i := range 56 {
				sessions = append(sessions, sessions[i%8])
			}
			appendAll(b, s, sessions)
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
		sessions[i] = benchSession(b, s, i)
	}
	sqlExec(b, path, fmt.Sprintf(`
		CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
			SELECT i, printf('0197c3c5-92b2-7000-8000-%%012x', i) AS id FROM n;
		INSERT INTO sessions SELECT id, 'i', 1, 1, i, 3 FROM n;
		INSERT INTO session_docs SELECT id, 1, zeroblob(800) FROM n;
		INSERT INTO items SELECT id, 1, i, zeroblob(250) FROM n;
		INSERT INTO contacts SELECT id, 'i', id FROM n;`, n))
	appendAll(b, s, sessions)
}

// BenchmarkPage reads the last 50 items of a session of 100,000.
func BenchmarkPage(b *testing.B) {
	s := openBench(b)
	id := benchSession(b, s, 0)
	fill(b, s, id, 100_000)
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

func benchSession(b *testing.B, s store.Store, i int) string {
	b.Helper()
	id := fmt.Sprintf("0198c3c5-92b2-7000-8000-%012x", i)
	_, err := s.Commit(b.Context(), &change.Set{At: time.Now(), Session: &change.Session{
		ID: id, Create: true, Next: &session.Session{InstanceID: "i", Status: session.Active},
	}})
	if err != nil {
		b.Fatal(err)
	}
	return id
}

func fill(b *testing.B, s store.Store, id string, items int) {
	b.Helper()
	for done := 0; done < items; done += 1000 {
		set := &change.Set{At: time.Now(), Session: &change.Session{ID: id, Version: 1}}
		for range min(1000, items-done) {
			set.Items = append(set.Items, text())
		}
		if _, err := s.Commit(b.Context(), set); err != nil {
			b.Fatal(err)
		}
	}
}

func text() transcript.Item {
	return transcript.Item{
		Type: transcript.Message, ContentType: transcript.Plain, Content: strings.Repeat("x", 200),
		ContactID: "0198c3c5-92b2-7000-8000-000000000000",
		Author:    transcript.Author{ParticipantID: "0198c3c5-92b2-7000-8000-000000000000", DisplayName: "Customer", Role: transcript.Customer},
	}
}

// appendAll spreads b.N appends over one sender per entry of sessions.
func appendAll(b *testing.B, s store.Store, sessions []string) {
	b.Helper()
	var next atomic.Int64
	var senders sync.WaitGroup
	b.ResetTimer()
	for _, id := range sessions {
		senders.Go(func() {
			for {
				n := next.Add(1)
				if n > int64(b.N) {
					return
				}
				key := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(n)))
				_, err := s.Commit(b.Context(), &change.Set{
					At:      time.Now(),
					Once:    &change.Once{Scope: id, Key: key},
					Session: &change.Session{ID: id, Version: 1},
					Items:   []transcript.Item{text()},
				})
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	senders.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}
