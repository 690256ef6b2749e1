package admin_test

import (
	"context"
	"testing"

	"parley/app/admin"
	"parley/app/people"
	"parley/bus"
	"parley/bus/memory"
	"parley/domain/contact"
	"parley/internal/arn"
	"parley/internal/clock"
	"parley/store"
	"parley/store/sqlite/sqlitetest"
	"parley/work/resource"
)

const seeded = "aaaaaaaa-0000-4000-8000-000000000001"

// world is one store and the nodes over it.
type world struct {
	*admin.Service
	t     *testing.T
	store store.Store
	bus   bus.Bus
	docs  *resource.Store // a node of its own
	clock *clock.Clock
}

// newWorld has the instance of a first start.
func newWorld(t *testing.T) *world {
	t.Helper()
	st := sqlitetest.Open(t)
	w := &world{t: t, store: st, bus: memory.New(), clock: &clock.Clock{}}
	w.docs = &resource.Store{Rows: st, Bus: w.bus, Clock: w.clock}
	w.Service = w.node(w.store, w.bus)
	if _, _, err := w.Seed(context.Background(), seeded, "parley"); err != nil {
		t.Fatal(err)
	}
	return w
}

// node is another node. With a bus of its own it hears no hints.
func (w *world) node(st store.Store, b bus.Bus) *admin.Service {
	w.t.Helper()
	docs := &resource.Store{Rows: st, Bus: b, Clock: w.clock}
	s, err := admin.New(admin.Options{
		Resources: docs, Also: people.New(docs).Seed, Home: arn.Home{Region: "eu-west-1", Account: "123456789012"},
		Settings: contact.Settings{ActiveChats: 7},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *world) deaf() *admin.Service { return w.node(w.store, memory.New()) }

const content = `{"Version":"2019-10-30","StartAction":"end","Actions":[{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`

func flowNamed(instance, name string) admin.Flow {
	f := admin.Flow{Type: "CONTACT_FLOW", Content: content, Description: "D"}
	f.InstanceID, f.Name, f.Tags = instance, name, map[string]string{"k": "v"}
	return f
}

func (w *world) flow(name string) admin.Flow {
	w.t.Helper()
	f, err := w.CreateFlow(context.Background(), flowNamed(seeded, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// hours returns the id of the seeded hours of operation.
func (w *world) hours() string {
	w.t.Helper()
	queues, _, err := w.Queues(context.Background(), seeded, resource.Page{Limit: 1})
	if err != nil || len(queues) != 1 {
		w.t.Fatalf("%v, %v", queues, err)
	}
	return queues[0].HoursID
}
