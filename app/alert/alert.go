// Package alert watches the service of queues: it raises an alert where a limit of the settings is broken, and clears it.
//
// It guarantees: of nodes that watch at once one raises an alert and one clears it, by the store alone; the event of either is a deadline in the
// same commit, so that it is sent at least once, always under the same id, or given up after a day, whatever crashes meanwhile; every node
// tells who watches, as its hint arrives, and without one at the next look.
package alert

import (
	"cmp"
	"context"
	"iter"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"parley/bus"
	"parley/domain/alert"
	"parley/domain/change"
	"parley/domain/metric"
	"parley/domain/routing"
	"parley/internal/arn"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/loop"
	"parley/store"
	"parley/work/eventbridge"
	"parley/work/practice"
	"parley/work/resource"
)

// Queues knows what goes on in queues.
type Queues interface {
	// Instances returns the ids of all instances.
	Instances(ctx context.Context) ([]string, error)
	// Queues returns the ids of the standard queues of an instance.
	Queues(ctx context.Context, instance string) ([]string, error)
	// Waiting returns the contacts that wait in queues of an instance.
	Waiting(ctx context.Context, instance string) ([]routing.Waiting, error)
	// Contacts finds the contacts of an instance whose stamp lies in an interval.
	Contacts(ctx context.Context, instance string, s metric.Stamp, when metric.Interval) iter.Seq2[*metric.Contact, error]
}

// Options are what a Service is made of.
type Options struct {
	Resources *resource.Store
	Queues    Queues
	Home      arn.Home
	// Commit commits a set that is about no session.
	Commit func(ctx context.Context, set *change.Set) (store.Result, error)
	Sender eventbridge.Sender // nil = events have nowhere to go
	Log    *slog.Logger
	Look   time.Duration // between looks; 0 = 5 seconds (our choice)
}

// Service watches the queues of all instances. It is safe for concurrent use.
type Service struct {
	o       Options
	clock   *clock.Clock
	courier *eventbridge.Courier
	raised  atomic.Int64
	cleared atomic.Int64

	recents recents

	mu       sync.Mutex
	watchers map[string]map[*func()]struct{} // by instance
	told     map[string]string               // what stood in an instance at the last look
	resting  map[string]bool                 // instances in which there is nothing to look at
}

const (
	look          = 5 * time.Second
	sendingAtOnce = 4 // events of one node (our choice)
	maxKept       = 1_000
)

// New returns the service.
func New(o Options) *Service {
	o.Look = cmp.Or(o.Look, look)
	s := &Service{o: o, clock: o.Resources.Clock, courier: eventbridge.NewCourier(o.Sender, o.Resources.Clock, sendingAtOnce), watchers: map[string]map[*func()]struct{}{}, told: map[string]string{}, resting: map[string]bool{}}
	o.Resources.Bus.Subscribe(bus.Alert, func(h bus.Hint) { s.tell(h.Key) })
	return s
}

// Run looks at the queues until ctx ends.
func (s *Service) Run(ctx context.Context) {
	loop.Every(ctx, s.o.Look, func() error { return s.lookAtAll(ctx) }, func(err error) {
		s.o.Log.ErrorContext(ctx, "the service of queues cannot be watched", slog.Any("error", err))
	})
}

func (s *Service) lookAtAll(ctx context.Context) error {
	instances, err := s.o.Queues.Instances(ctx)
	if err != nil {
		return err
	}
	for _, instance := range instances {
		if err := s.Look(ctx, instance); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return nil
}

// Look looks at the queues of an instance now.
func (s *Service) Look(ctx context.Context, instance string) error {
	settings, err := practice.Read(ctx, s.o.Resources, instance)
	if err != nil {
		return err
	}
	watched := settings.Watched()
	if s.rested(instance, watched) {
		return nil
	}
	standing, err := s.Standing(ctx, instance)
	if err != nil {
		return err
	}
	if !watched && len(standing) == 0 {
		s.compare(instance, nil)
		s.rest(instance)
		return nil
	}
	findings, err := s.findings(ctx, instance, &settings)
	if err != nil {
		return err
	}
	raise, clear := alert.Decide(findings, standing)
	for _, f := range raise {
		if err := s.raise(ctx, instance, f); err != nil {
			return err
		}
	}
	for _, a := range clear {
		if err := s.clear(ctx, a); err != nil {
			return err
		}
	}
	s.compare(instance, standing)
	return nil
}

// raise stores a new alert, unless it stands already.
func (s *Service) raise(ctx context.Context, instance string, f alert.Finding) error {
	a := alert.Alert{ID: resource.NewID(), Instance: instance, Queue: f.Queue, Kind: f.Kind, Value: f.Value, Limit: f.Limit, RaisedAt: s.clock.Now()}
	won, err := s.write(ctx, a)
	if won {
		s.raised.Add(1)
		s.o.Log.WarnContext(ctx, "the service of a queue is worse than its limit", slog.String("alert", a.ID), slog.String("queue", a.Queue),
			slog.String("kind", string(a.Kind)), slog.Float64("value", a.Value), slog.Float64("limit", a.Limit))
		err = s.forget(ctx, instance)
	}
	return err
}

// clear notes that an alert stands no more.
func (s *Service) clear(ctx context.Context, a alert.Alert) error {
	a.ClearedAt = s.clock.Now()
	won, err := s.write(ctx, a)
	if won {
		s.cleared.Add(1)
		s.o.Log.InfoContext(ctx, "the service of a queue is within its limit again", slog.String("alert", a.ID), slog.String("queue", a.Queue), slog.String("kind", string(a.Kind)))
	}
	return err
}

// write commits an alert with its event, and tells everybody. Where another node was faster it did not win.
func (s *Service) write(ctx context.Context, a alert.Alert) (won bool, err error) {
	row, err := a.Row()
	if err != nil {
		return false, err
	}
	set := &change.Set{ID: resource.NewID(), At: s.clock.Now(), Resources: []change.Resource{row}}
	if s.o.Sender != nil {
		set.Due = []change.Due{{DueKey: eventKey(&a), At: set.At}}
	}
	if _, err = s.o.Commit(ctx, set); fault.Is(err, fault.Duplicate) || fault.Is(err, fault.Conflict) {
		return false, nil
	}
	if err == nil {
		s.o.Resources.Bus.Publish(ctx, bus.Alert, bus.Hint{Key: a.Instance})
	}
	return err == nil, err
}

// Stats counts what a Service does.
type Stats struct{ Raised, Cleared int64 } // by this node

// Stats returns the counts.
func (s *Service) Stats() Stats { return Stats{s.raised.Load(), s.cleared.Load()} }
