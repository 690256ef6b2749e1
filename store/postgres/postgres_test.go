package postgres_test

import (
	"context"
	"os"
	"testing"

	"parley/internal/postgrestest"
	"parley/store"
	"parley/store/postgres"
	"parley/store/postgres/pgtest"
	"parley/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// unsafe accepts a test server, which does not sync.
const unsafe = pgtest.Unsafe

// shared is the server of this package's tests.
func shared(t testing.TB) *postgrestest.Server {
	t.Helper()
	server, err := pgtest.Server()
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// database makes a database of this release's schema and returns its URL.
func database(t testing.TB) string {
	t.Helper()
	return pgtest.Database(t)
}

// open opens a store; the caller closes it.
func open(t testing.TB, url string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(context.Background(), url, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t testing.TB) func() store.Store {
		url := database(t)
		return func() store.Store { return open(t, url) }
	})
}

// TestConformanceOfSeveral runs the suite on three stores over one database:
// what one of them commits, the others must know.
func TestConformanceOfSeveral(t *testing.T) {
	storetest.Run(t, func(t testing.TB) func() store.Store {
		url := database(t)
		return func() store.Store { return storetest.Spread(open(t, url), open(t, url), open(t, url)) }
	})
}

func TestClaimsAreNotShared(t *testing.T) {
	url := database(t)
	stores := []store.Store{open(t, url), open(t, url), open(t, url)}
	for _, s := range stores {
		defer s.Close()
	}
	storetest.SharedClaims(t, stores...)
}
