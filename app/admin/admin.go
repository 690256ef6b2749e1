// Package admin keeps what people configure: instances, flows, flow modules,
// views, prompts, queues, quick connects, hours of operation, and which functions
// and bots are known. The people are in package people.
//
// It guarantees, beside what work/resource does: the content of a flow never
// changes under a chat that runs it (a new content gets a new id, and an old one
// is kept longer than any chat); what chats read of an instance is a snapshot at
// most one second old, on this node fresh, and always one that was committed as a whole.
package admin

import (
	"fmt"
	"sync"

	"parley/domain/change"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"parley/bus"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/internal/arn"
	"parley/internal/clock"
	"parley/work/resource"
)

// Service serves the configuration of all instances.
type Service struct {
	docs     *resource.Store
	clock    *clock.Clock
	home     arn.Home
	settings contact.Settings
	quotas   Quotas
	also     func(instance, queue string) ([]change.Resource, error)

	managed     map[string]View // by id
	contents    *lru.Cache[string, *flow.Document]
	loads       singleflight.Group // one load of a view for all who need it
	mu          sync.Mutex
	views       map[string]*view // by instance
	simulations chan struct{}    // a place for each that is played
	turns       chan struct{}    // see turn
	changes     int              // how many changes this node heard of
}

// Options are what a Service is made of.
type Options struct {
	Resources *resource.Store
	Home      arn.Home
	Settings  contact.Settings // of every instance
	Quotas    Quotas           // of every instance
	// Also makes what else a new instance comes with, over its queue: people's profiles and statuses.
	Also func(instance, queue string) ([]change.Resource, error)
}

// Quotas are how many things an instance may have; 0 = any number.
type Quotas struct{ Flows, Modules int }

// parsedFlows is how many flow contents stay parsed in memory.
const parsedFlows = 1_024

// New returns the service.
func New(o Options) (*Service, error) {
	contents, err := lru.New[string, *flow.Document](parsedFlows)
	if err != nil {
		return nil, fmt.Errorf("make the cache of flows: %w", err)
	}
	managed, err := managedViews()
	if err != nil {
		return nil, err
	}
	s := &Service{
		managed: managed, docs: o.Resources, clock: o.Resources.Clock, home: o.Home, settings: o.Settings, quotas: o.Quotas, also: o.Also,
		contents: contents, views: map[string]*view{}, simulations: make(chan struct{}, simulationsAtOnce), turns: make(chan struct{}, 1),
	}
	s.docs.Changed = s.forget
	s.docs.Bus.Subscribe(bus.Config, func(h bus.Hint) { s.forget(h.Key) })
	return s, nil
}

// Scope returns the names of an instance's resources.
func (s *Service) Scope(instance string) arn.Scope {
	return arn.Scope{Home: s.home, Instance: instance}
}
