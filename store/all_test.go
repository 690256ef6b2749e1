package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/store"
	"parley/store/sqlite/sqlitetest"
)

// failing is a store that gives one page and then no more.
type failing struct {
	store.Store
	pages int
}

var errAway = errors.New("away")

func (f *failing) Resources(ctx context.Context, instance, kind, after string, limit int) ([]change.Resource, error) {
	if f.pages--; f.pages < 0 {
		return nil, errAway
	}
	return f.Store.Resources(ctx, instance, kind, after, limit)
}

func TestAll(t *testing.T) {
	const rows = 1_001
	st := sqlitetest.Open(t)
	set := &change.Set{ID: "made"}
	for i := range rows {
		set.Resources = append(set.Resources, change.Resource{Instance: "i", Kind: "k", ID: fmt.Sprintf("%04d", i), Document: []byte("{}")})
	}
	set.Resources = append(set.Resources, change.Resource{Instance: "other", Kind: "k", ID: "0000", Document: []byte("{}")})
	if _, err := st.Commit(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	next := 3
	for r, err := range store.All(t.Context(), st, "i", "k", "0002") {
		if err != nil || r.ID != fmt.Sprintf("%04d", next) || r.Instance != "i" || r.Kind != "k" {
			t.Fatalf("%+v, %v, want %d", r, err, next)
		}
		next++
		r.Delete = true // what is gone meanwhile does not disturb the rest
		if _, err := st.Commit(t.Context(), &change.Set{ID: r.ID, Resources: []change.Resource{*r}}); err != nil {
			t.Fatal(err)
		}
	}
	if next != rows {
		t.Errorf("got as far as %d of %d", next, rows)
	}
	for r, err := range store.All(t.Context(), st, "i", "k", "") {
		if err != nil || r.ID != "0000" {
			t.Errorf("%+v, %v", r, err)
		}
		break
	}
	if _, err := st.Resource(t.Context(), "i", "k", "0500"); !fault.Is(err, fault.NotFound) {
		t.Errorf("what was deleted is there: %v", err)
	}
}

func TestAllEndsWithAnError(t *testing.T) {
	st := &failing{Store: sqlitetest.Open(t), pages: 2}
	set := &change.Set{ID: "made"}
	for i := range 1_100 {
		set.Resources = append(set.Resources, change.Resource{Instance: "i", Kind: "k", ID: fmt.Sprintf("%04d", i), Document: []byte("{}")})
	}
	if _, err := st.Commit(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	seen, failed := 0, 0
	for r, err := range store.All(t.Context(), st, "i", "k", "") {
		if err == nil && r.ID != fmt.Sprintf("%04d", seen) {
			t.Fatalf("%s comes after %d others", r.ID, seen)
		}
		if seen++; errors.Is(err, errAway) {
			failed++
		}
	}
	if seen != 1_001 || failed != 1 {
		t.Errorf("%d, of which failed %d", seen, failed)
	}
}
