// Package sqlitetest opens stores for tests of what stands above them.
package sqlitetest

import (
	"path/filepath"
	"testing"

	"parley/store/sqlite"
)

// Open makes an empty store that is closed and gone when the test ends. It syncs nothing: what a power loss may take is for the tests
// of the store itself.
func Open(t testing.TB) *sqlite.Store {
	t.Helper()
	st, err := sqlite.Open(filepath.Join(t.TempDir(), "parley.db"), sqlite.Options{Unsafe: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return st
}
