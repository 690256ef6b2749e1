package harness

import (
	"os"
	"strings"
	"testing"

	"parley/store/postgres/pgtest"
)

// onPostgres tells whether servers keep their chats in PostgreSQL:
// PARLEY_E2E_STORE=postgres. Otherwise each has SQLite in its data directory.
func onPostgres() bool { return os.Getenv("PARLEY_E2E_STORE") == "postgres" }

// database makes a database for one server of a test, and returns its URL; ""
// for a server that keeps its chats in SQLite.
func database(t testing.TB) string {
	t.Helper()
	if !onPostgres() {
		return ""
	}
	return pgtest.Database(t) + "&lanes=1&pool_max_conns=3"
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
