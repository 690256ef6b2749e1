// Package bothtest runs tests of what stands above the stores on each of them.
package bothtest

import (
	"testing"

	"parley/store"
	"parley/store/postgres/pgtest"
	"parley/store/sqlite/sqlitetest"
)

// Each runs a test on each kind of store. open opens the store of the test: again and again in PostgreSQL, as further nodes do; SQLite has
// one owner, so there it is always the same. What was opened is closed when the test ends. The package's TestMain calls Main.
func Each(t *testing.T, test func(t *testing.T, open func() store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		st := sqlitetest.Open(t)
		test(t, func() store.Store { return st })
	})
	t.Run("postgres", func(t *testing.T) {
		url := pgtest.Database(t)
		test(t, func() store.Store { return pgtest.Open(t, url) })
	})
}

// Main runs the tests of a package that uses Each, and ends what they had in common.
func Main(m *testing.M) int { return pgtest.Main(m) }
