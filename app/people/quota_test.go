package people_test

import (
	"context"
	"fmt"
	"testing"

	"parley/app/people"
	"parley/domain/change"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/work/resource"
)

// fill writes empty things of a kind until an instance has so many.
func (w *world) fill(t *testing.T, kind string, count int) {
	t.Helper()
	have, err := w.store.Resources(t.Context(), seeded, kind, "", count)
	if err != nil {
		t.Fatal(err)
	}
	for n := len(have); n < count; {
		set := &change.Set{ID: resource.NewID(), At: w.clock.Now()}
		for ; n < count && len(set.Resources) < 1_000; n++ {
			set.Resources = append(set.Resources, change.Resource{Instance: seeded, Kind: kind, ID: resource.NewID(), Name: fmt.Sprint("filler ", n), Document: []byte("{}")})
		}
		if _, err := w.store.Commit(t.Context(), set); err != nil {
			t.Fatal(err)
		}
	}
}

// Of each kind an instance takes as many as it may have, and not one more.
func TestAnInstanceHasNoMorePeopleThanItMay(t *testing.T) {
	w := newWorld(t)
	routing := resource.SeedID(seeded, resource.KindRoutingProfile+"/"+people.BasicRoutingProfile)
	basic, err := w.RoutingProfile(t.Context(), seeded, routing)
	faulttest.OK(t, "the routing profile", err)
	security, _, err := w.SecurityProfiles(t.Context(), seeded, resource.Page{Limit: 1})
	faulttest.OK(t, "the security profiles", err)
	faulttest.OK(t, "levels", w.UpdateStructure(t.Context(), seeded, [people.MaxLevels]string{"Site"}))
	head := func(name string) resource.Stored { return resource.Stored{InstanceID: seeded, Name: name} }
	for kind, c := range map[string]struct {
		most   int
		create func(ctx context.Context, name string) error
	}{
		resource.KindSecurityProfile: {100, func(ctx context.Context, name string) error {
			_, err := w.CreateSecurityProfile(ctx, people.SecurityProfile{Stored: head(name)})
			return err
		}},
		resource.KindRoutingProfile: {500, func(ctx context.Context, name string) error {
			_, err := w.CreateRoutingProfile(ctx, people.RoutingProfile{Stored: head(name), OutboundQueueID: basic.OutboundQueueID, Concurrency: basic.Concurrency})
			return err
		}},
		resource.KindStatus: {50, func(ctx context.Context, name string) error {
			_, err := w.CreateAgentStatus(ctx, people.AgentStatus{Stored: head(name), State: people.Enabled})
			return err
		}},
		resource.KindUser: {20_000, func(ctx context.Context, name string) error {
			_, err := w.CreateUser(ctx, people.User{Stored: head(name), RoutingProfileID: routing, SecurityProfileIDs: []string{security[0].ID}}, "")
			return err
		}},
		resource.KindGroup: {500, func(ctx context.Context, name string) error {
			_, err := w.CreateGroup(ctx, people.Group{Stored: head(name)}, "")
			return err
		}},
		resource.KindAttribute: {150, func(ctx context.Context, name string) error {
			return w.CreatePredefinedAttribute(ctx, people.PredefinedAttribute{Stored: head(name), Open: true})
		}},
	} {
		w.fill(t, kind, c.most-1)
		faulttest.OK(t, "the last "+kind, c.create(t.Context(), "last"))
		faulttest.Want(t, "one more "+kind, c.create(t.Context(), "more"), fault.LimitExceeded)
	}
}
