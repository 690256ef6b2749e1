package postgres_test

import (
	"fmt"
	"testing"

	"parley/internal/postgrestest"
	"parley/store"
	"parley/store/postgres"
	"parley/store/storetest"
)

// BenchmarkAppend measures durable appends of a 200-byte text with a client
// token, each sender in a session of its own, on a server that syncs.
func BenchmarkAppend(b *testing.B) {
	server := benchServer(b)
	for _, senders := range []int{1, 64, 256} {
		for _, lanes := range []int{1, 2, 4} {
			b.Run(fmt.Sprintf("senders=%d/lanes=%d", senders, lanes), func(b *testing.B) {
				storetest.BenchmarkAppend(b, openBench(b, server, lanes), senders)
			})
		}
	}
}

// BenchmarkPage reads the last 50 items of a session of 100,000.
func BenchmarkPage(b *testing.B) {
	s := openBench(b, benchServer(b), 1)
	id := storetest.BenchSession(b, s, 0)
	storetest.Fill(b, s, id, 100_000)
	for b.Loop() {
		items, err := s.Items(b.Context(), id, store.Page{Limit: 50, Descending: true})
		if err != nil || len(items) != 50 {
			b.Fatal(len(items), err)
		}
	}
}

// benchServer starts a server as in production.
func benchServer(b *testing.B) *postgrestest.Server {
	b.Helper()
	s, err := postgrestest.Start(postgrestest.Options{Durable: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

func openBench(b *testing.B, server *postgrestest.Server, lanes int) *postgres.Store {
	b.Helper()
	s := open(b, server.Database(b, "")+fmt.Sprintf("?lanes=%d", lanes))
	b.Cleanup(func() { s.Close() })
	return s
}

// BenchmarkContacts searches among 10,000 contacts, or 1,000,000 with PARLEY_LONG=1.
func BenchmarkContacts(b *testing.B) {
	storetest.BenchmarkContacts(b, openBench(b, benchServer(b), 1), storetest.Many())
}

// BenchmarkSaid searches for words among 10,000 chats, 1,000,000 with PARLEY_LONG=1, or PARLEY_CHATS.
func BenchmarkSaid(b *testing.B) {
	storetest.BenchmarkSaid(b, openBench(b, benchServer(b), 1), storetest.Chats())
}
