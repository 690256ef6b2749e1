package storetest

import (
	"sync"
	"testing"
	"time"

	"parley/domain/change"
	"parley/store"
)

// testClaim shows that whoever has claimed deadlines is told of them again, in
// the order of Due, and of nothing that does not stand.
func testClaim(t *testing.T, s store.Store) {
	claim := func(until time.Duration, limit int) []store.Due {
		t.Helper()
		return must[[]store.Due](t)(s.Claim(t.Context(), start().Add(until), limit))
	}
	for subject, at := range map[string]time.Duration{"1": time.Hour, "2": 2 * time.Hour, "3": 3 * time.Hour} {
		commit(t, s, setting(subject, at))
	}
	all := dues(t, s)
	same(t, "before all", claim(time.Minute, 9), []store.Due(nil))
	same(t, "limited", claim(9*time.Hour, 1), all[:1])
	same(t, "up to the second", claim(2*time.Hour, 9), all[:2])
	same(t, "again", claim(9*time.Hour, 9), all)
	commit(t, s, done(all[0].DueRef))
	same(t, "without what is done", claim(9*time.Hour, 9), all[1:])
	commit(t, s, setting("2", time.Minute))
	same(t, "set again", claim(9*time.Hour, 9), dues(t, s))
}

// SharedClaims shows that several stores on one database never have the same
// deadline claimed, and together have all of them.
func SharedClaims(t *testing.T, stores ...store.Store) {
	const deadlines = 200
	set := &change.Set{At: start()}
	for i := range deadlines {
		set.Due = append(set.Due, change.Due{DueKey: change.DueKey{Owner: sessionID(i), Kind: "idle"}, At: start()})
	}
	commit(t, stores[0], set)
	var mu sync.Mutex
	claimed := map[change.DueRef]int{} // by which store
	together(8*len(stores), func(i int) {
		for range 40 {
			rows, err := stores[i%len(stores)].Claim(t.Context(), start(), 7+i)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			for _, row := range rows {
				if by, ok := claimed[row.DueRef]; ok && by != i%len(stores) {
					t.Errorf("%v was claimed by two stores", row.DueRef)
				}
				claimed[row.DueRef] = i % len(stores)
			}
			mu.Unlock()
		}
	})
	for _, s := range stores {
		for _, row := range must[[]store.Due](t)(s.Claim(t.Context(), start(), deadlines)) {
			claimed[row.DueRef] = 0
		}
	}
	if len(claimed) != deadlines {
		t.Errorf("%d of %d deadlines were claimed", len(claimed), deadlines)
	}
}
