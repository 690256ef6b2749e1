package admin_test

import (
	"context"
	"fmt"
	"testing"

	"parley/app/admin"
	"parley/domain/change"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/work/resource"
)

// fill writes empty things of a kind until an instance has so many.
func (w *world) fill(kind string, count int) {
	w.t.Helper()
	have, err := w.store.Resources(w.t.Context(), seeded, kind, "", count)
	if err != nil {
		w.t.Fatal(err)
	}
	set := &change.Set{ID: resource.NewID(), At: w.clock.Now()}
	for n := len(have); n < count; n++ {
		set.Resources = append(set.Resources, change.Resource{Instance: seeded, Kind: kind, ID: resource.NewID(), Name: fmt.Sprint("filler ", n), Document: []byte("{}")})
	}
	if _, err := w.store.Commit(w.t.Context(), set); err != nil {
		w.t.Fatal(err)
	}
}

// Of each kind an instance takes as many as it may have, and not one more.
func TestAnInstanceHasNoMoreThingsThanItMay(t *testing.T) {
	w := newWorld(t)
	queue, _, err := w.Queues(t.Context(), seeded, resource.Page{Limit: 1})
	faulttest.OK(t, "queues", err)
	head := func(name string) resource.Stored { return resource.Stored{InstanceID: seeded, Name: name} }
	associate := func(k admin.AssociationKind) func(context.Context, string) error {
		return func(ctx context.Context, name string) error {
			return w.Associate(ctx, seeded, k, name, resource.Token{})
		}
	}
	for kind, c := range map[string]struct {
		most   int
		want   fault.Kind
		create func(ctx context.Context, name string) error
	}{
		resource.KindQueue: {1_000, fault.LimitExceeded, func(ctx context.Context, name string) error {
			_, err := w.CreateQueue(ctx, admin.Queue{Stored: head(name), HoursID: queue[0].HoursID})
			return err
		}},
		resource.KindQuickConnect: {1_000, fault.LimitExceeded, func(ctx context.Context, name string) error {
			_, err := w.CreateQuickConnect(ctx, admin.QuickConnect{Stored: head(name), Target: admin.QuickTarget{Type: admin.QuickPhone, Phone: "+15550100"}})
			return err
		}},
		resource.KindFunction: {1_000, fault.Quota, associate(admin.Functions)},
		resource.KindOrigin:   {1_000, fault.Quota, associate(admin.Origins)},
	} {
		w.fill(kind, c.most-1)
		faulttest.OK(t, "the last "+kind, c.create(t.Context(), "last"))
		faulttest.Want(t, "one more "+kind, c.create(t.Context(), "more"), c.want)
	}
}
