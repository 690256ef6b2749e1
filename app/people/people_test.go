package people_test

import (
	"context"
	"strings"
	"testing"

	"parley/app/people"
	"parley/domain/agent"
	"parley/domain/change"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/work/resource"
)

func firstProfiles(t *testing.T, s *people.Service) (routing, security string) {
	t.Helper()
	ctx := context.Background()
	r, _, err := s.RoutingProfiles(ctx, seeded, resource.Page{Limit: 1})
	faulttest.OK(t, "routing profiles", err)
	p, _, err := s.SecurityProfiles(ctx, seeded, resource.Page{Limit: 1})
	faulttest.OK(t, "security profiles", err)
	if len(r) != 1 || len(p) != 1 {
		t.Fatalf("%d routing profiles, %d security profiles", len(r), len(p))
	}
	return r[0].ID, p[0].ID
}

func TestOfAPasswordOnlyAHashIsKept(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	routing, security := firstProfiles(t, w.Service)
	hashes := map[string]bool{}
	for _, name := range []string{"one", "two"} {
		u := people.User{RoutingProfileID: routing, SecurityProfileIDs: []string{security}}
		u.InstanceID, u.Name = seeded, name
		u, err := w.CreateUser(ctx, u, "Secret-Pass-1")
		faulttest.OK(t, "create", err)
		row, err := w.store.Resource(ctx, seeded, "user", u.ID)
		faulttest.OK(t, "read", err)
		if strings.Contains(string(row.Document), "Secret-Pass-1") || !strings.HasPrefix(u.PasswordHash, "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Errorf("stored: %s", row.Document)
		}
		hashes[u.PasswordHash] = true
	}
	if len(hashes) != 2 {
		t.Error("the same password has the same hash twice: there is no salt")
	}
}

func TestAnInstanceOfAnEarlierReleaseGetsProfilesAndStatuses(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	for _, kind := range []string{"security-profile", "routing-profile", "agent-status"} {
		rows, err := w.store.Resources(ctx, seeded, kind, "", 100)
		faulttest.OK(t, kind, err)
		for _, r := range rows {
			_, err := w.store.Commit(ctx, &change.Set{ID: r.ID, At: w.clock.Now(), Resources: []change.Resource{{Instance: seeded, Kind: kind, ID: r.ID, Version: r.Version, Delete: true}}})
			faulttest.OK(t, "delete", err)
		}
	}
	for range 2 { // the second time there is nothing to do
		_, _, err := w.admin.Seed(ctx, seeded, "parley")
		faulttest.OK(t, "seed", err)
	}
	firstProfiles(t, w.Service)
	statuses, _, err := w.AgentStatuses(ctx, seeded, nil, resource.Page{Limit: 10})
	if err != nil || len(statuses) != 2 {
		t.Errorf("statuses: %v, %v", statuses, err)
	}
}

// TestNobodyGetsAProfileThatIsBeingDeleted: of a user and the deletion of the
// user's profile at a time, one is refused.
func TestNobodyGetsAProfileThatIsBeingDeleted(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	routing, security := firstProfiles(t, w.Service)
	for range 20 {
		p, err := w.RoutingProfile(ctx, seeded, routing)
		faulttest.OK(t, "read", err)
		p.Stored = resource.Stored{InstanceID: seeded, Name: "short-lived"}
		p, err = w.CreateRoutingProfile(ctx, p)
		faulttest.OK(t, "create", err)
		u := people.User{RoutingProfileID: p.ID, SecurityProfileIDs: []string{security}}
		u.InstanceID, u.Name = seeded, "user"
		made := make(chan error, 1)
		go func() {
			var err error
			u, err = w.CreateUser(ctx, u, "")
			made <- err
		}()
		gone, created := w.DeleteRoutingProfile(ctx, seeded, p.ID), <-made
		switch {
		case gone == nil && created == nil:
			t.Fatal("the user has a routing profile that was deleted")
		case gone == nil:
			faulttest.Want(t, "create", created, fault.NotFound)
		default:
			faulttest.Want(t, "delete", gone, fault.InUse)
			faulttest.OK(t, "create", created)
			faulttest.OK(t, "delete the user", w.DeleteUser(ctx, seeded, u.ID))
			faulttest.OK(t, "delete the profile", w.DeleteRoutingProfile(ctx, seeded, p.ID))
		}
	}
}

// TestPermissions: every instance's own profiles grant what is known, and what is
// unknown is refused by name.
func TestPermissions(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	profiles, _, err := w.SecurityProfiles(ctx, seeded, resource.Page{Limit: 10})
	faulttest.OK(t, "list", err)
	for _, p := range profiles {
		again := people.SecurityProfile{Permissions: p.Permissions}
		again.InstanceID, again.Name = seeded, p.Name+" again"
		_, err := w.CreateSecurityProfile(ctx, again)
		faulttest.OK(t, p.Name, err)
	}
	for _, name := range []string{"Queues", "queues.View", "Queues.View.", "", ".Access"} {
		odd := people.SecurityProfile{Permissions: []string{name}}
		odd.InstanceID, odd.Name = seeded, "odd"
		_, err := w.CreateSecurityProfile(ctx, odd)
		faulttest.Want(t, name, err, fault.Invalid)
	}
}

// A user goes together with its agent, as that one stands when the user goes.
func TestAUserGoesTogetherWithItsAgent(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	routing, security := firstProfiles(t, w.Service)
	u := people.User{RoutingProfileID: routing, SecurityProfileIDs: []string{security}}
	u.InstanceID, u.Name = seeded, "user"
	u, err := w.CreateUser(ctx, u, "")
	faulttest.OK(t, "create", err)
	row := change.Resource{Instance: seeded, Kind: agent.Kind, ID: u.ID, Document: []byte(`{}`)}
	if _, err := w.store.Commit(ctx, &change.Set{ID: resource.NewID(), At: w.clock.Now(), Resources: []change.Resource{row}}); err != nil {
		t.Fatal(err)
	}
	asked := 0
	w.Retire = func(_ context.Context, instance, user string) ([]change.Resource, error) {
		asked++
		row.Version, row.Delete = int64(asked)-1, true // the first time it has changed when the user is to go
		if asked == 1 {
			row.Version = 7
		}
		return []change.Resource{row}, nil
	}
	faulttest.OK(t, "delete", w.DeleteUser(ctx, seeded, u.ID))
	_, err = w.store.Resource(ctx, seeded, agent.Kind, u.ID)
	faulttest.Want(t, "the agent", err, fault.NotFound)
	_, err = w.User(ctx, seeded, u.ID)
	faulttest.Want(t, "the user", err, fault.NotFound)
	if asked != 2 {
		t.Errorf("asked %d times", asked)
	}
}
