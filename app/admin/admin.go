// Package admin keeps what people configure: instances, flows, queues, hours of
// operation.
//
// It guarantees: a name is unique among the things of its kind in an instance;
// what is created is read back equal; the content of a flow never changes under
// a chat that runs it (a new content gets a new id); what chats read of an
// instance is a snapshot at most one second old, on this node fresh.
package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"parley/bus"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/internal/arn"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/store"
)

// Kinds of resources.
const (
	kindInstance = "instance"
	kindFlow     = "flow"
	kindContent  = "flow-content"
	kindQueue    = "queue"
	kindHours    = "hours"
)

// Service serves the configuration of all instances.
type Service struct {
	store    store.Store
	bus      bus.Bus
	clock    *clock.Clock
	home     arn.Home
	settings contact.Settings

	contents *lru.Cache[string, *flow.Document]
	loads    singleflight.Group // one load of a view for all who need it
	mu       sync.Mutex
	views    map[string]*view // by instance
	changes  int              // how many changes this node heard of
}

// Options are what a Service is made of.
type Options struct {
	Store    store.Store
	Bus      bus.Bus
	Clock    *clock.Clock
	Home     arn.Home
	Settings contact.Settings // of every instance
}

// parsedFlows is how many flow contents stay parsed in memory.
const parsedFlows = 1_024

// New returns the service.
func New(o Options) (*Service, error) {
	contents, err := lru.New[string, *flow.Document](parsedFlows)
	if err != nil {
		return nil, fmt.Errorf("make the cache of flows: %w", err)
	}
	s := &Service{
		store: o.Store, bus: o.Bus, clock: o.Clock, home: o.Home, settings: o.Settings,
		contents: contents, views: map[string]*view{},
	}
	o.Bus.Subscribe(bus.Config, func(h bus.Hint) { s.forget(h.Key) })
	return s, nil
}

// Stored is what every resource carries beside its own members.
type Stored struct {
	ID         string            `json:"-"`
	InstanceID string            `json:"-"`
	Version    int64             `json:"-"`
	Name       string            `json:"-"`
	Modified   time.Time         `json:"modified"`
	Tags       map[string]string `json:"tags,omitempty"`
}

// put writes resources of an instance.
func (s *Service) put(ctx context.Context, instance string, resources ...change.Resource) error {
	_, err := s.commit(ctx, instance, &change.Set{ID: newID(), At: s.clock.Now(), Resources: resources})
	return err
}

// commit commits a change of an instance's configuration and tells the nodes.
func (s *Service) commit(ctx context.Context, instance string, set *change.Set) (store.Result, error) {
	res, err := s.store.Commit(ctx, set)
	if err == nil {
		s.forget(instance)
		s.bus.Publish(ctx, bus.Config, bus.Hint{Key: instance})
	}
	return res, err
}

// resource makes the stored form of a document.
func resource(instance, kind, id, name string, document any) (change.Resource, error) {
	raw, err := json.Marshal(document)
	if err != nil {
		return change.Resource{}, fmt.Errorf("encode %s: %w", kind, err)
	}
	return change.Resource{Instance: instance, Kind: kind, ID: id, Name: name, Document: raw}, nil
}

// get reads one resource into document; what names the thing in the refusal.
func (s *Service) get(ctx context.Context, instance, kind, id, what string, document any) (*change.Resource, error) {
	r, err := s.store.Resource(ctx, instance, kind, id)
	if fault.Is(err, fault.NotFound) {
		return nil, fault.New(fault.NotFound, "%s: the %s was not found", what, kind)
	}
	if err != nil {
		return nil, err
	}
	return r, decode(r, document)
}

func decode(r *change.Resource, document any) error {
	if err := json.Unmarshal(r.Document, document); err != nil {
		return fmt.Errorf("decode %s %s: %w", r.Kind, r.ID, err)
	}
	return nil
}

// list reads a page of a kind's resources after an id.
func list[T any](ctx context.Context, s *Service, instance, kind string, page Page, read func(*change.Resource) (T, error)) ([]T, string, error) {
	rows, err := s.store.Resources(ctx, instance, kind, page.After, page.Limit+1)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		next = rows[page.Limit-1].ID
	}
	things := make([]T, 0, len(rows))
	for i := range rows {
		thing, err := read(&rows[i])
		if err != nil {
			return nil, "", err
		}
		things = append(things, thing)
	}
	return things, next, nil
}

// Page asks for things of a list: up to Limit with ids after After.
type Page struct {
	After string
	Limit int
}

func stored(r *change.Resource, s Stored) Stored {
	s.ID, s.InstanceID, s.Version, s.Name = r.ID, r.Instance, r.Version, r.Name
	return s
}

// Scope returns the names of an instance's resources.
func (s *Service) Scope(instance string) arn.Scope {
	return arn.Scope{Home: s.home, Instance: instance}
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// orNew returns the id, or a new one where there is none.
func orNew(id string) string {
	if id == "" {
		return newID()
	}
	return id
}
