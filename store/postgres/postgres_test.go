package postgres_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"parley/internal/postgrestest"
	"parley/store"
	"parley/store/postgres"
	"parley/store/storetest"
)

// template is a database of this release's schema, which tests copy.
const template = "template_parley"

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// run runs the tests with a server of their own.
func run(m *testing.M) (code int, err error) {
	server, err := postgrestest.Start(postgrestest.Options{})
	if err != nil {
		return 1, err
	}
	defer server.Close()
	if err := server.Create(template, ""); err != nil {
		return 1, err
	}
	s, err := postgres.Open(context.Background(), server.URL(template)+unsafe, postgres.Options{})
	if err != nil {
		return 1, err
	}
	s.Close()
	shared = server
	return m.Run(), nil
}

// shared is the server of this package's tests.
var shared *postgrestest.Server

// unsafe accepts a test server, which does not sync.
const unsafe = "?unsafe=on"

// database makes a database of this release's schema and returns its URL.
func database(t testing.TB) string {
	t.Helper()
	return shared.Database(t, template) + unsafe
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
