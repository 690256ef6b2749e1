package storetest_test

import (
	"testing"

	"parley/store"
	"parley/store/storetest"
)

// TestMemory runs the suite on the model, which shows that the suite asks for
// nothing but what the port says.
func TestMemory(t *testing.T) {
	storetest.Run(t, func(testing.TB) func() store.Store {
		m := storetest.NewMemory()
		return m.Reopen
	})
}
