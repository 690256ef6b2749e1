package storetest

import (
	"testing"

	"parley/store"
)

// SameContents reports where two stores read back differently after a history
// of CompareHistories. Generations may differ.
func SameContents(t testing.TB, want, got store.Store) {
	t.Helper()
	sessions := (&history{}).sessions()
	same(t, "contents", dump(t, got, sessions), dump(t, want, sessions))
}
