package harness

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"parley/internal/postgrestest"
	"parley/store/postgres"
)

// onPostgres tells whether servers keep their chats in PostgreSQL:
// PARLEY_E2E_STORE=postgres. Otherwise each has SQLite in its data directory.
func onPostgres() bool { return os.Getenv("PARLEY_E2E_STORE") == "postgres" }

// postgresServer starts the PostgreSQL of a test process, with a database of today's schema that others are copies of: making
// the tables is the work of e2e/cluster and store/postgres, and most of a first start.
var postgresServer = sync.OnceValues(func() (*postgrestest.Server, error) {
	server, err := postgrestest.Start(postgrestest.Options{})
	if err != nil {
		return nil, err
	}
	if err := server.Create(template, ""); err != nil {
		return nil, errors.Join(err, server.Close())
	}
	s, err := postgres.Open(context.Background(), server.URL(template)+"?unsafe=on", postgres.Options{})
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	s.Close()
	return server, nil
})

const template = "template_of_tests"

// database makes a database for one server of a test, and returns its URL; ""
// for a server that keeps its chats in SQLite.
func database(t testing.TB) string {
	t.Helper()
	if !onPostgres() {
		return ""
	}
	server, err := postgresServer()
	if err != nil {
		t.Fatal(err)
	}
	return server.Database(t, template) + "?unsafe=on&lanes=1&pool_max_conns=3"
}

// Database is the URL of the server's PostgreSQL database, "" for SQLite.
func (s *Server) Database() string {
	for _, pair := range s.env {
		if url, found := strings.CutPrefix(pair, "PARLEY_STORE="); found {
			return url
		}
	}
	return ""
}

func stopPostgres() {
	if !onPostgres() {
		return
	}
	if server, err := postgresServer(); err == nil {
		server.Close()
	}
}
