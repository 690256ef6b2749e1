// Package router brings waiting contacts to agents: it keeps a Board of each
// instance (domain/routing), carries out what the Board proposes, and has the verbs
// of agents.
//
// It guarantees: a contact is given to one agent only, and an agent never more than
// its profile allows. That comes from the store alone: an offer is one commit over the
// versions of the chat, of the agent and of the waiting contact, on whatever node it
// was proposed. Nothing on a Board is needed to be right: a refused proposal puts
// fresh facts on it; a lost hint is made up for by the next look at the store.
// Every node proposes; the one whose commit made an assignment possible first, the
// others after Yield, so that usually one does the work.
package router

import (
	"cmp"
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"parley/bus"
	"parley/domain/agent"
	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/routing"
	"parley/domain/session"
	"parley/internal/clock"
	"parley/internal/loop"
	"parley/internal/token"
	"parley/work"
	"parley/work/heart"
)

// People knows the users of instances, as far as routing needs them.
type People interface {
	// Instances returns the ids of all instances.
	Instances(ctx context.Context) ([]string, error)
	// Configured returns a number that changes whenever anything in the instance is configured anew; fault.NotFound.
	Configured(ctx context.Context, instance string) (int64, error)
	// Worker returns a user; fault.NotFound.
	Worker(ctx context.Context, instance, user string) (Worker, error)
	// Status returns an agent status of the instance; fault.NotFound.
	Status(ctx context.Context, instance, id string) (agent.Status, error)
	// Offline returns the status of a user who was never online.
	Offline(ctx context.Context, instance string) (agent.Status, error)
}

// Worker is a user as one who takes contacts.
type Worker struct {
	agent.Profile
	DisplayName string // under which customers know the agent
	Names       session.AgentNames
	ProfileID   string
	Groups      []string // the hierarchy groups that the user is in, the top one first
	AutoAccept  bool
	// WorkLimit is how long after-contact work may take; 0 = until it is cleared.
	WorkLimit time.Duration
}

// Options are what a Router is made of.
type Options struct {
	Sessions *work.Sessions
	Bus      bus.Bus
	Clock    *clock.Clock
	People   People
	Tokens   *token.Keyring
	// Config returns what flows may read of an instance: which ones whisper, and the queues to go back into.
	Config func(ctx context.Context, instance string) (catalog.Config, error)
	Log    *slog.Logger
	// Loss says what becomes of agents of an instance whose connection is gone; nil = they are offline after a minute, and keep their chats.
	Loss func(ctx context.Context, instance string) (agent.Loss, error)
	// Supervises says what a user may do as a supervisor, as every commit before left it; fault.NotFound. Nil = everything.
	Supervises func(ctx context.Context, instance, user string) (Supervision, error)

	Look  time.Duration // between looks at the store; 0 = 2 seconds
	Yield time.Duration // how long a node leaves to the one that made a change; 0 = 100 milliseconds
	Tell  time.Duration // between two words to a customer on where it stands; 0 = 2 seconds
}

// Router routes the contacts of all instances. It is safe for concurrent use.
type Router struct {
	o     Options
	wake  chan struct{}
	slots chan struct{} // offers under way
	offer sync.WaitGroup

	mu     sync.Mutex
	desks  map[string]*desk // by instance
	counts counts

	watchers  watchers
	customers customers
	here      here
	heart     *heart.Heart
	overseer  overseer
}

// offersAtOnce bounds the offers that a node makes at a time (our choice: enough to fill a group commit).
const offersAtOnce = 64

// Defaults of Options (our choice): the first bounds how long a change stays unnoticed that nobody
// told of; the second is a multiple of what a commit and a hint take.
const (
	defaultLook  = 2 * time.Second
	defaultYield = 100 * time.Millisecond
	defaultGrace = time.Minute
)

// New returns a router. It hears of the commits of this node by Written, and of those of others over the bus.
func New(o Options) *Router {
	o.Look, o.Yield = cmp.Or(o.Look, defaultLook), cmp.Or(o.Yield, defaultYield)
	o.Tell = cmp.Or(o.Tell, tellEvery)
	if o.Loss == nil {
		o.Loss = func(context.Context, string) (agent.Loss, error) { return agent.Loss{Grace: defaultGrace}, nil }
	}
	r := &Router{o: o, wake: make(chan struct{}, 1), slots: make(chan struct{}, offersAtOnce), desks: map[string]*desk{}}
	r.watchers.all, r.customers.all = map[key]map[*func()]struct{}{}, map[key]map[*customer]struct{}{}
	r.overseer.doubt, r.overseer.wake = map[string]bool{}, make(chan struct{}, 1)
	if o.Supervises == nil {
		r.o.Supervises = func(context.Context, string, string) (Supervision, error) { return Supervision{true, true}, nil }
	}
	r.here.node, r.here.mine, r.here.owed = newID(), map[key]bool{}, map[key]bool{}
	r.heart = heart.New(heart.Options{
		Rows: o.Sessions.Store, Clock: o.Clock, Kind: kindBeat, Node: r.here.node, Busy: r.here.busy, Bereave: r.bereave,
	})
	o.Bus.Subscribe(bus.Routing, r.heard)
	o.Bus.Subscribe(bus.Config, func(h bus.Hint) {
		if strings.Contains(h.Key, "/") {
			return // of no instance
		}
		r.desk(h.Key).reconfigured()
		r.overseer.note(h.Key)
	})
	o.Bus.Subscribe(bus.Restored, func(bus.Hint) {
		r.lookAgain()
		r.watchers.tellAll()
	})
	return r
}

// Wake has the router look at its Boards: time may have moved.
func (r *Router) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Written is told of the documents that a commit of this node wrote, and tells the others.
func (r *Router) Written(ctx context.Context, written []change.Resource) {
	told := false
	for _, w := range written {
		if w.Kind == agent.KindWatching {
			r.overseer.note(w.Instance) // it may have been allowed a moment ago only
		}
		if w.Kind != agent.Kind && w.Kind != routing.Kind {
			continue
		}
		r.desk(w.Instance).learn(w)
		r.watchers.seen(w.Instance, &w)
		r.o.Bus.Publish(ctx, bus.Routing, bus.Hint{Key: w.Instance + "/" + w.Kind + "/" + w.ID, Version: w.Version})
		told = true
	}
	if told {
		r.Wake()
	}
}

// heard notes a hint: the document is read after Yield, unless this node knows it by then.
func (r *Router) heard(h bus.Hint) {
	parts := strings.SplitN(h.Key, "/", 3)
	if len(parts) != 3 {
		return
	}
	if parts[1] == agent.Kind {
		r.watchers.tell(parts[0], parts[2])
	}
	r.desk(parts[0]).doubt(key{parts[1], parts[2]}, doubt{at: clock.Wall().Add(r.o.Yield), version: h.Version})
}

// desk returns the desk of an instance, a new one if need be.
func (r *Router) desk(instance string) *desk {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.desks[instance]
	if d == nil {
		d = newDesk(instance)
		r.desks[instance] = d
	}
	return d
}

func (r *Router) all() []*desk {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]*desk, 0, len(r.desks))
	for _, d := range r.desks {
		all = append(all, d)
	}
	return all
}

// maxSleep is how long the router trusts its own idea of when something changes (our choice).
const maxSleep = time.Second

// Run routes until ctx ends, and returns when no offer is under way any more.
func (r *Router) Run(ctx context.Context) {
	var looking sync.WaitGroup
	looking.Go(func() { r.look(ctx) })
	looking.Go(func() { r.tellCustomers(ctx) })
	looking.Go(func() { r.beats(ctx) })
	looking.Go(func() { r.oversees(ctx) })
	for ctx.Err() == nil {
		next := r.round(ctx)
		timer := time.NewTimer(min(maxSleep, next))
		select {
		case <-ctx.Done():
		case <-r.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	looking.Wait()
	r.offer.Wait()
}

// round carries out all that the Boards propose now and returns when to ask again.
func (r *Router) round(ctx context.Context) (next time.Duration) {
	next = maxSleep
	for _, d := range r.all() {
		if err := loop.Survive(func() error { r.serve(ctx, d); return nil }); err != nil {
			r.o.Log.ErrorContext(ctx, "routing of an instance broke", slog.String("instance", d.instance), slog.Any("error", err))
		}
		next = min(next, d.patience(r.o.Clock.Now(), clock.Wall()))
	}
	return max(next, 0)
}

// serve carries out what the Board of one instance proposes.
func (r *Router) serve(ctx context.Context, d *desk) {
	r.catchUp(ctx, d)
	for ctx.Err() == nil {
		a, ok := d.next(r.o.Clock.Now())
		if !ok {
			return
		}
		r.slots <- struct{}{}
		r.offer.Go(func() {
			defer func() { <-r.slots }()
			r.carryOut(ctx, d, a)
		})
	}
}
