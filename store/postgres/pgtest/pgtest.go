// Package pgtest gives tests databases of this release's schema, in one PostgreSQL for all tests of a process.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"parley/internal/postgrestest"
	"parley/store/postgres"
)

// template is the database of which all others are copies: making the tables is most of a first start.
const template = "template_parley"

// Server is the PostgreSQL of this process, started at its first use; Close ends it, and so does Main.
func Server() (*postgrestest.Server, error) {
	p := process()
	p.used.Store(true)
	return p.server()
}

// Close ends the PostgreSQL of this process if there is one. Nothing may use it any more.
func Close() error {
	p := process()
	if !p.used.Load() {
		return nil
	}
	server, err := p.server()
	if err != nil {
		return nil // who asked for it knows
	}
	return server.Close()
}

var process = sync.OnceValue(func() *lazy { return &lazy{server: sync.OnceValues(start)} })

// lazy is a server that is started when somebody asks for it.
type lazy struct {
	used   atomic.Bool
	server func() (*postgrestest.Server, error)
}

func start() (*postgrestest.Server, error) {
	server, err := postgrestest.Start(postgrestest.Options{})
	if err != nil {
		return nil, err
	}
	if err := prepare(server); err != nil {
		return nil, errors.Join(err, server.Close())
	}
	return server, nil
}

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

// Main runs the tests of a package, and then ends the server if one of them used it.
func Main(m *testing.M) int {
	code := m.Run()
	if err := Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}
