package storetest

import (
	"testing"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/store"
)

func usageTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"Bound":     testUsageBound,
		"AllOrNone": testUsageAllOrNone,
		"SameKey":   testUsageSameKey,
	}
}

func using(usage ...change.Usage) *change.Set { return &change.Set{At: start(), Usage: usage} }

func testUsageBound(t *testing.T, s store.Store) {
	count := func(want int64) {
		t.Helper()
		if got := must[int64](t)(s.Usage(t.Context(), "k")); got != want {
			t.Errorf("usage %d, want %d", got, want)
		}
	}
	count(0)
	commit(t, s, using(change.Usage{Key: "k", Delta: 2, Max: 3}))
	refuse(t, s, using(change.Usage{Key: "k", Delta: 2, Max: 3}), fault.LimitExceeded)
	count(2)
	commit(t, s, using(change.Usage{Key: "k", Delta: 1, Max: 3}))
	refuse(t, s, using(change.Usage{Key: "k", Delta: 1, Max: 3}), fault.LimitExceeded)
	commit(t, s, using(change.Usage{Key: "k", Delta: 5}))
	count(8)
	commit(t, s, using(change.Usage{Key: "k", Delta: -1, Max: 3}))
	count(7)
	commit(t, s, using(change.Usage{Key: "k", Delta: -7}))
	count(0)
}

func testUsageAllOrNone(t *testing.T, s store.Store) {
	set := using(change.Usage{Key: "a", Delta: 1, Max: 5}, change.Usage{Key: "b", Delta: 2, Max: 1})
	set.Session = newSession(sessionID(1)).Session
	refuse(t, s, set, fault.LimitExceeded)
	if n := must[int64](t)(s.Usage(t.Context(), "a")); n != 0 {
		t.Errorf("a refused Set counted %d", n)
	}
	if _, err := s.Session(t.Context(), sessionID(1)); !fault.Is(err, fault.NotFound) {
		t.Errorf("a refused Set left a session: %v", err)
	}
	commit(t, s, newSession(sessionID(1)))
	refuse(t, s, set, fault.Conflict) // guards come before counts
}

func testUsageSameKey(t *testing.T, s store.Store) {
	twice := change.Usage{Key: "k", Delta: 1, Max: 1}
	refuse(t, s, using(twice, twice), fault.LimitExceeded)
	commit(t, s, using(change.Usage{Key: "k", Delta: -1}, change.Usage{Key: "k", Delta: 2, Max: 1}))
	if n := must[int64](t)(s.Usage(t.Context(), "k")); n != 1 {
		t.Errorf("usage %d, want 1", n)
	}
}
