package sqlite_test

import (
	"path/filepath"
	"testing"

	"parley/store"
	"parley/store/sqlite"
	"parley/store/storetest"
)

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t testing.TB) func() store.Store {
		path := filepath.Join(t.TempDir(), "parley.db")
		return func() store.Store { return open(t, path, sqlite.Options{}) }
	})
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
