// Package admin keeps what people configure: instances, flows, flow modules,
// views, prompts, queues, hours of operation, which functions and bots are known,
// and the people: users, their profiles, statuses and hierarchy, quick connects.
//
// It guarantees: a name is unique among the things of its kind in an instance;
// what is created is read back equal; of two changes to one thing at a time none
// is lost; the content of a flow never changes under a chat that runs it (a new
// content gets a new id, and an old one is kept longer than any chat); what
// chats read of an instance is a snapshot at most one second old, on this node
// fresh, and always one that was committed as a whole.
package admin

import (
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"parley/bus"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/internal/arn"
	"parley/internal/clock"
	"parley/store"
)

// Kinds of resources.
const (
	kindInstance    = "instance"
	kindFlow        = "flow"
	kindContent     = "flow-content"
	kindQueue       = "queue"
	kindHours       = "hours"
	kindOverride    = "hours-override"
	kindStorage     = "storage"
	kindSecurityKey = "security-key"
	kindIntegration = "integration"
	kindModule      = "module"
	kindView        = "view"
	kindPrompt      = "prompt"
	kindRetired     = "retired-content"
	kindTestCase    = "test-case"
	kindTestRun     = "test-case-execution"

	kindSecurityProfile = "security-profile"
	kindRoutingProfile  = "routing-profile"
	kindStatus          = "agent-status"
	kindUser            = "user"
	kindGroup           = "hierarchy-group"
	kindStructure       = "hierarchy-structure"
	kindAttribute       = "predefined-attribute"
	kindQuickConnect    = "quick-connect"
)

// kinds are all kinds of resources inside an instance.
func kinds() []string {
	return []string{
		kindFlow, kindContent, kindQueue, kindHours, kindOverride, kindModule, kindView, kindPrompt, kindRetired, kindTestCase, kindTestRun,
		kindStorage, kindSecurityKey, kindIntegration, string(Functions), string(BotsV1), string(BotsV2), string(Origins),
		kindSecurityProfile, kindRoutingProfile, kindStatus, kindUser, kindGroup, kindStructure, kindAttribute, kindQuickConnect,
	}
}

// Service serves the configuration of all instances.
type Service struct {
	store    store.Store
	bus      bus.Bus
	clock    *clock.Clock
	home     arn.Home
	settings contact.Settings

	managed  map[string]View // by id
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
	managed, err := managedViews()
	if err != nil {
		return nil, err
	}
	s := &Service{
		managed: managed, store: o.Store, bus: o.Bus, clock: o.Clock, home: o.Home, settings: o.Settings,
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

// Page asks for things of a list: up to Limit with ids after After.
type Page struct {
	After string
	Limit int
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
