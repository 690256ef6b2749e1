package harness

import (
	"os"
	"sync"
	"testing"

	"parley/internal/postgrestest"
)

// onPostgres tells whether servers keep their chats in PostgreSQL:
// PARLEY_E2E_STORE=postgres. Otherwise each has SQLite in its data directory.
func onPostgres() bool { return os.Getenv("PARLEY_E2E_STORE") == "postgres" }

// postgres starts the PostgreSQL of a test process.
var postgres = sync.OnceValues(func() (*postgrestest.Server, error) {
	return postgrestest.Start(postgrestest.Options{})
})

// database makes a database for one server of a test, and returns its URL; ""
// for a server that keeps its chats in SQLite.
func database(t testing.TB) string {
	t.Helper()
	if !onPostgres() {
		return ""
	}
	server, err := postgres()
	if err != nil {
		t.Fatal(err)
	}
	return server.Database(t, "") + "?unsafe=on&lanes=1&pool_max_conns=3"
}

func stopPostgres() {
	if !onPostgres() {
		return
	}
	if server, err := postgres(); err == nil {
		server.Close()
	}
}
