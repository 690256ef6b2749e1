package resource_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/store"
	"parley/store/storetest"
	"parley/work/resource"
)

// Rows are deleted under a prefix and before an id, in steps, also those that another changes meanwhile; others stay.
func TestClear(t *testing.T) {
	st := storetest.NewMemory()
	put := func(rows ...change.Resource) {
		t.Helper()
		if _, err := st.Commit(t.Context(), &change.Set{ID: resource.NewID(), At: time.Now(), Resources: rows}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 250 {
		put(change.Resource{Instance: "i", Kind: "k", ID: fmt.Sprintf("a/%03d", i), Document: []byte("x")})
	}
	for _, id := range []string{"a", "a.b", "a0", "b/1"} {
		put(change.Resource{Instance: "i", Kind: "k", ID: id, Document: []byte("x")})
	}
	steps := 0
	commit := func(ctx context.Context, set *change.Set) (store.Result, error) {
		if len(set.Resources) > 100 {
			t.Errorf("%d rows in one step", len(set.Resources))
		}
		if steps++; steps == 2 { // just before: another changes a row
			put(change.Resource{Instance: "i", Kind: "k", ID: "a/150", Version: 1, Document: []byte("y")})
		}
		res, err := st.Commit(ctx, set)
		if steps == 2 && !fault.Is(err, fault.Conflict) {
			t.Errorf("the row was not in the second step: %v", err)
		}
		return res, err
	}
	cleared(t, st, commit, "a/248", "a", "a.b", "a/248", "a/249", "a0", "b/1")
	cleared(t, st, commit, "", "a", "a.b", "a0", "b/1")
}

// cleared deletes what is under a/ and comes before an id, and says what is to be left.
func cleared(t *testing.T, st store.Store, commit func(context.Context, *change.Set) (store.Result, error), before string, want ...string) {
	t.Helper()
	if err := resource.Clear(t.Context(), time.Now, commit, resource.Under(t.Context(), st, "i", "k", "a/", before)); err != nil {
		t.Fatal(err)
	}
	var left []string
	for r, err := range store.All(t.Context(), st, "i", "k", "") {
		if err != nil {
			t.Fatal(err)
		}
		left = append(left, r.ID)
	}
	if !slices.Equal(left, want) {
		t.Errorf("before %q: %v are left, want %v", before, left, want)
	}
}
