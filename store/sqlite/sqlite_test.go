package sqlite_test

import (
	"path/filepath"
	"testing"

	"parley/store"
	"parley/store/sqlite"
	"parley/store/storetest"
)

// TestConformance runs the suite as a server runs the store, and with a journal
// from which everything moves to the tables at once.
func TestConformance(t *testing.T) {
	for name, opts := range map[string]sqlite.Options{"usual": {}, "short journal": {JournalBytes: 1}} {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, func(t testing.TB) func() store.Store {
				path := filepath.Join(t.TempDir(), "parley.db")
				return func() store.Store { return open(t, path, opts) }
			})
		})
	}
}

// open opens a store; the caller closes it.
func open(t testing.TB, path string, opts sqlite.Options) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(path, opts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
