// Package rules keeps the rules of an instance (CreateRule), and lets them look at its chats.
//
// It guarantees, beside what work/resource does: a rule that is kept can fire, or is a draft of one that can; whatever
// would have no effect here is refused by its name. A published rule looks at every contact that ends, or in which something is said, at
// most a second after it was published (on its own node at once), whatever crashes meanwhile; it matches a contact once,
// over all nodes; the chat waits for nothing of it. An event is sent at least once, always under the same id, or given up after a day.
package rules

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"parley/bus"
	"parley/domain/rule"
	"parley/internal/arn"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/work"
	"parley/work/eventbridge"
	"parley/work/resource"
)

// Rule is a rule as it is kept.
type Rule struct {
	resource.Stored
	Trigger   rule.Trigger `json:"trigger"`
	Function  string       `json:"function"`
	Actions   []Action     `json:"actions"`
	Published bool         `json:"published,omitempty"`
	Created   time.Time    `json:"created"`
	UpdatedBy string       `json:"updatedBy"` // ARN of who last changed it
}

// Action is what a rule does with a contact that it matches.
type Action struct {
	Type  string `json:"type"`
	Event string `json:"event,omitempty"` // the event's name
}

// The types of actions that have an effect here (ActionType).
const (
	Categorize = "ASSIGN_CONTACT_CATEGORY"
	SendEvent  = "GENERATE_EVENTBRIDGE_EVENT"
)

// maxRules is how many rules of one trigger an instance may have (Amazon Connect, feature specifications of rules).
const maxRules = 500

// Options are what a Service is made of.
type Options struct {
	Resources *resource.Store
	Home      arn.Home
	Sender    eventbridge.Sender // nil = events have nowhere to go
	Log       *slog.Logger
}

// Service serves the rules of all instances. It is safe for concurrent use.
type Service struct {
	docs     *resource.Store
	clock    *clock.Clock
	home     arn.Home
	sender   eventbridge.Sender
	sessions *work.Sessions // set by Watch
	log      *slog.Logger
	courier  *eventbridge.Courier

	mu      sync.Mutex
	known   map[string]published // by instance
	changes int                  // how many changes this node heard of
}

// sendingAtOnce is how many events one node sends at once (our choice): what is sent slowly must not hold up deadlines of chats.
const sendingAtOnce = 8

// New returns the service.
func New(o Options) *Service {
	s := &Service{
		docs: o.Resources, clock: o.Resources.Clock, home: o.Home, sender: o.Sender, log: o.Log,
		courier: eventbridge.NewCourier(o.Sender, o.Resources.Clock, sendingAtOnce), known: map[string]published{},
	}
	s.docs.Bus.Subscribe(bus.Config, func(h bus.Hint) { s.forget(h.Key) })
	return s
}

func kind() resource.Kind[Rule, *Rule] { return resource.Of[Rule](resource.KindRule, "RuleId", "rule") }

// Create makes a rule. A name that is taken is fault.Exists.
func (s *Service) Create(ctx context.Context, r Rule, t resource.Token) (Rule, error) {
	first, err := s.docs.Used(ctx, r.InstanceID, t)
	if err != nil {
		return r, err
	}
	if first != "" {
		r.ID = first
		return r, nil
	}
	r.Created = s.clock.Now()
	err = resource.Decided(ctx, "The instance", func() error {
		still, err := s.docs.Still(ctx, r.InstanceID)
		if err != nil {
			return err
		}
		if err := s.check(ctx, &r); err != nil {
			return err
		}
		if err := s.room(ctx, &r); err != nil {
			return err
		}
		_, err = kind().Create(ctx, s.docs, &r, t, still...)
		return taken(err)
	})
	return r, err
}

// taken is the refusal of a name as rules make it (CreateRule, UpdateRule: ResourceConflictException).
func taken(err error) error {
	if fault.Is(err, fault.Duplicate) {
		return fault.Wrap(fault.Exists, err, "Name: a rule with this name exists")
	}
	return err
}

func (s *Service) room(ctx context.Context, r *Rule) error {
	all, err := kind().All(ctx, s.docs, r.InstanceID)
	count := 0
	for i := range all {
		if all[i].Trigger == r.Trigger {
			count++
		}
	}
	if err == nil && count >= maxRules {
		err = fault.New(fault.Quota, "An instance has at most %d rules of one event source", maxRules)
	}
	return err
}

// Rule returns a rule; fault.NotFound.
func (s *Service) Rule(ctx context.Context, instance, id string) (Rule, error) {
	return kind().Get(ctx, s.docs, instance, id)
}

// Rules lists rules: those of a trigger unless it is "", and only published or drafts where that is asked for.
func (s *Service) Rules(ctx context.Context, instance string, t rule.Trigger, published *bool, page resource.Page) (_ []Rule, next string, err error) {
	return kind().List(ctx, s.docs, instance, page, func(r *Rule) bool {
		return (t == "" || r.Trigger == t) && (published == nil || r.Published == *published)
	})
}

// Change is what an update gives a rule: all but its trigger.
type Change struct {
	Name, Function string
	Actions        []Action
	Published      bool
	By             string
}

// Update changes a rule. A name that is taken is fault.Exists.
func (s *Service) Update(ctx context.Context, instance, id string, c Change) error {
	return taken(kind().UpdateOn(ctx, s.docs, instance, id, func(r *Rule) error {
		r.Name, r.Function, r.Actions, r.Published, r.UpdatedBy = c.Name, c.Function, c.Actions, c.Published, c.By
		return s.check(ctx, r)
	}))
}

// Delete deletes a rule. What it has matched stays so.
func (s *Service) Delete(ctx context.Context, instance, id string) error {
	return kind().DeleteOn(ctx, s.docs, instance, id, func(*Rule) error { return nil })
}
