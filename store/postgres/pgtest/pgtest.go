// Package pgtest gives tests databases of this release's schema, in one PostgreSQL for all tests of a process.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"parley/internal/postgrestest"
	"parley/store/postgres"
)

// template is the database of which all others are copies: making the tables is most of a first start.
const template = "template_parley"

// Server is the PostgreSQL of this process, started at its first use; Main ends it.
func Server() (*postgrestest.Server, error) { return server() }

var server = sync.OnceValues(func() (*postgrestest.Server, error) {
	server, err := postgrestest.Start(postgrestest.Options{})
	if err != nil {
		return nil, err
	}
	if err := prepare(server); err != nil {
		return nil, errors.Join(err, server.Close())
	}
	return server, nil
})

func prepare(server *postgrestest.Server) error {
	if err := server.Create(template, ""); err != nil {
		return err
	}
	s, err := postgres.Open(context.Background(), server.URL(template)+Unsafe, postgres.Options{})
	if err != nil {
		return err
	}
	return s.Close()
}

// Unsafe is added to a URL to accept a test's server, which does not sync.
const Unsafe = "?unsafe=on"

// Database makes a database of this release's schema for one test, gone when the test ends, and returns its URL.
func Database(t testing.TB) string {
	t.Helper()
	s, err := Server()
	if err != nil {
		t.Fatal(err)
	}
	return s.Database(t, template) + Unsafe
}

// Open opens a database; it is closed when the test ends.
func Open(t testing.TB, url string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(context.Background(), url, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Main runs the tests of a package with a server, and then ends it.
func Main(m *testing.M) int {
	server, err := Server()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.Run()
	if err := server.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}
