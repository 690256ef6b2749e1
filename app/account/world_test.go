package account_test

import (
	"context"
	"os"
	"testing"
	"time"

	"parley/app/account"
	"parley/app/admin"
	"parley/app/people"
	"parley/bus"
	"parley/bus/memory"
	"parley/domain/change"
	"parley/domain/permission"
	"parley/internal/arn"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/password"
	"parley/internal/seal"
	"parley/store"
	"parley/store/bothtest"
	"parley/store/sqlite/sqlitetest"
	"parley/work/audit"
	"parley/work/resource"
)

const (
	instance = "aaaaaaaa-0000-4000-8000-000000000001"
	secret   = "correct horse battery"
)

// world is one store with an instance, and the nodes over it.
type world struct {
	t      *testing.T
	store  store.Store
	clock  *clock.Clock
	bus    bus.Bus // of every node; nil gives each its own, so that no hint arrives
	sealer *seal.Sealer
	people *people.Service
}

func TestMain(m *testing.M) { os.Exit(bothtest.Main(m)) }

// onBoth runs a test on each store.
func onBoth(t *testing.T, test func(*testing.T, *world)) {
	t.Helper()
	bothtest.Each(t, func(t *testing.T, open func() store.Store) { test(t, newWorld(t, open())) })
}

func small(t *testing.T) *world {
	t.Helper()
	return newWorld(t, sqlitetest.Open(t))
}

func newWorld(t *testing.T, st store.Store) *world {
	t.Helper()
	sealer, err := seal.New(seal.Key{1})
	must(t, err)
	w := &world{t: t, store: st, clock: &clock.Clock{}, sealer: sealer}
	docs := &resource.Store{Rows: st, Bus: memory.New(), Clock: w.clock}
	w.people = people.New(docs)
	service, err := admin.New(admin.Options{Resources: docs, Also: w.people.Seed, Home: arn.Home{Region: "eu-west-1", Account: "123456789012"}})
	must(t, err)
	_, _, err = service.Seed(t.Context(), instance, "parley")
	must(t, err)
	return w
}

// node is another node: it remembers sign-ins of its own.
func (w *world) node() *account.Service {
	w.t.Helper()
	l, err := audit.Open(w.t.Context(), w.store, w.sealer, w.clock)
	must(w.t, err)
	b := w.bus
	if b == nil {
		b = memory.New()
	}
	return account.New(account.Options{
		Store: w.store, People: staff{people.New(&resource.Store{Rows: w.store, Bus: b, Clock: w.clock})},
		Audit: l, Sealer: w.sealer, Clock: w.clock, Bus: b,
	})
}

// user makes a user with a password and a security profile.
func (w *world) user(name, profile string) string {
	w.t.Helper()
	s := staff{w.people}
	p := account.Person{ID: resource.NewID(), InstanceID: instance, Name: name, PasswordHash: password.Hash(secret)}
	must(w.t, s.Create(w.t.Context(), p, profile))
	return p.ID
}

// signIn signs somebody in who may.
func (w *world) signIn(n *account.Service, name string) account.Ticket {
	w.t.Helper()
	t, err := n.SignIn(w.t.Context(), attempt(name, secret))
	must(w.t, err)
	return t
}

func attempt(name, password string) account.Attempt {
	return account.Attempt{Username: name, Password: password, From: account.From{Address: "192.0.2.1", Agent: "test"}}
}

// events are the events of the audit log, the oldest first, of which each entry must be in order.
func (w *world) events() (list []string) {
	w.t.Helper()
	l, err := audit.Open(w.t.Context(), w.store, w.sealer, w.clock)
	must(w.t, err)
	_, err = l.Verify(w.t.Context(), audit.Head{})
	must(w.t, err)
	entries, _, err := l.Page(w.t.Context(), instance, 0, 1_000)
	must(w.t, err)
	for i := len(entries) - 1; i >= 0; i-- {
		list = append(list, entries[i].Event)
	}
	return list
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, within time.Duration, holds func() bool) {
	t.Helper()
	late := time.After(within)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-late:
			t.Fatalf("%s: not within %v", what, within)
		case <-tick.C:
		}
	}
}

// staff lets the accounts ask the real users.
type staff struct{ people *people.Service }

func (s staff) Instance(_ context.Context, name string) (string, error) {
	if name != "" && name != "parley" && name != instance {
		return "", fault.New(fault.NotFound, "no instance")
	}
	return instance, nil
}

func (s staff) Person(ctx context.Context, in, id string) (account.Person, error) {
	u, err := s.people.User(ctx, in, id)
	if err != nil {
		return account.Person{}, err
	}
	p := account.Person{ID: u.ID, InstanceID: in, Name: u.Name, PasswordHash: u.PasswordHash, Profiles: u.SecurityProfileIDs}
	for _, id := range u.SecurityProfileIDs {
		profile, err := s.people.SecurityProfile(ctx, in, id)
		if err != nil {
			return p, err
		}
		p.Permissions = permission.Granted(profile.Permissions)
	}
	return p, nil
}

func (s staff) Named(ctx context.Context, in, name string) (account.Person, error) {
	u, err := s.people.UserNamed(ctx, in, name)
	if err != nil {
		return account.Person{}, err
	}
	return s.Person(ctx, in, u.ID)
}

func (s staff) SetPassword(ctx context.Context, in, id, hash string, commit func([]change.Resource) error) error {
	return s.people.ReplacePassword(ctx, in, id, hash, commit)
}

func (s staff) Create(ctx context.Context, p account.Person, profile string) error {
	_, err := s.people.CreateUser(ctx, people.User{
		Stored: resource.Stored{ID: p.ID, InstanceID: p.InstanceID, Name: p.Name}, PasswordHash: p.PasswordHash,
		RoutingProfileID:   resource.SeedID(p.InstanceID, resource.KindRoutingProfile+"/"+people.BasicRoutingProfile),
		SecurityProfileIDs: []string{profileID(profile)},
	}, "")
	return err
}

func profileID(name string) string {
	return resource.SeedID(instance, resource.KindSecurityProfile+"/"+name)
}
