package people_test

import (
	"context"
	"path/filepath"
	"testing"

	"parley/app/admin"
	"parley/app/people"
	"parley/bus/memory"
	"parley/internal/arn"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/store"
	"parley/store/sqlite"
	"parley/work/resource"
)

const seeded = "aaaaaaaa-0000-4000-8000-000000000001"

// world is one store with the instance of a first start.
type world struct {
	*people.Service
	admin *admin.Service
	store store.Store
	clock *clock.Clock
}

func newWorld(t *testing.T) *world {
	t.Helper()
	st, err := sqlite.Open(filepath.Join(t.TempDir(), "parley.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &world{store: st, clock: &clock.Clock{}}
	docs := &resource.Store{Rows: st, Bus: memory.New(), Clock: w.clock}
	w.Service = people.New(docs)
	w.admin, err = admin.New(admin.Options{Resources: docs, Also: w.Seed, Home: arn.Home{Region: "eu-west-1", Account: "123456789012"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.admin.Seed(context.Background(), seeded, "parley"); err != nil {
		t.Fatal(err)
	}
	return w
}

func wantKind(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s: got %v (kind %d), want kind %d", what, err, fault.KindOf(err), kind)
	}
}

func ok(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
}
