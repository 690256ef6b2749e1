package people_test

import (
	"context"
	"testing"

	"parley/app/admin"
	"parley/app/people"
	"parley/bus/memory"
	"parley/internal/arn"
	"parley/internal/clock"
	"parley/store"
	"parley/store/sqlite/sqlitetest"
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
	st := sqlitetest.Open(t)
	w := &world{store: st, clock: &clock.Clock{}}
	docs := &resource.Store{Rows: st, Bus: memory.New(), Clock: w.clock}
	w.Service = people.New(docs)
	var err error
	w.admin, err = admin.New(admin.Options{Resources: docs, Also: w.Seed, Home: arn.Home{Region: "eu-west-1", Account: "123456789012"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.admin.Seed(context.Background(), seeded, "parley"); err != nil {
		t.Fatal(err)
	}
	return w
}
