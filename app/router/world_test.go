package router_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"parley/app/due"
	"parley/app/router"
	"parley/bus/memory"
	"parley/domain/agent"
	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/routing"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/token"
	"parley/store"
	"parley/store/storetest"
	"parley/work"
)

const (
	instance = "aaaaaaaa-0000-4000-8000-000000000001"
	customer = "dddddddd-0000-4000-8000-000000000001"
	sales    = "bbbbbbbb-0000-4000-8000-000000000001"
)

// people are the users of one instance, all alike but for those that are named.
type people struct {
	mu      sync.Mutex
	workers map[string]router.Worker
	may     map[string]router.Supervision // who may not do everything as a supervisor
	version int64
	asked   func() // runs once when the offline status is asked for
}

func (p *people) Instances(context.Context) ([]string, error) { return []string{instance}, nil }

func (p *people) Configured(context.Context, string) (int64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.version, nil
}

func (p *people) Worker(_ context.Context, _, user string) (router.Worker, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w, ok := p.workers[user]
	if !ok {
		return w, fault.New(fault.NotFound, "no such user")
	}
	return w, nil
}

func (p *people) Status(_ context.Context, _, id string) (agent.Status, error) {
	return agent.Status{ID: id, Kind: agent.StatusKind(id)}, nil
}

func (p *people) Offline(ctx context.Context, in string) (agent.Status, error) {
	if asked := p.asked; asked != nil {
		p.asked = nil
		asked()
	}
	return p.Status(ctx, in, "OFFLINE")
}

// set makes or changes a user who takes so many chats of the queue.
func (p *people) set(user string, change func(*router.Worker)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w := router.Worker{DisplayName: user, Profile: agent.Profile{Concurrency: 1, Queues: []routing.ProfileQueue{{Queue: sales, Priority: 1}}}}
	change(&w)
	p.workers[user] = w
	p.version++
}

func auto(w *router.Worker) { w.AutoAccept = true }
func hand(*router.Worker)   {}

// node is one server over the store.
type node struct {
	*router.Router
	sessions *work.Sessions
	due      *due.Runner
}

// world is a store, the nodes over it and the users.
type world struct {
	t      *testing.T
	store  store.Store
	bus    *memory.Bus
	clock  *clock.Clock
	people *people
	nodes  []*node
	config catalog.Config
	stop   context.CancelFunc
	ctx    context.Context
	all    sync.WaitGroup
}

// newWorld makes nodes that run until close.
func newWorld(t *testing.T, st store.Store, nodes int, yield time.Duration) *world {
	t.Helper()
	w := &world{
		t: t, store: st, bus: memory.New(), clock: &clock.Clock{}, people: &people{workers: map[string]router.Worker{}},
		config: catalog.Config{Queues: map[string]catalog.Queue{sales: {ID: sales, Name: "Sales"}}},
	}
	w.ctx, w.stop = context.WithCancel(context.Background())
	for range nodes {
		w.nodes = append(w.nodes, w.node(yield))
	}
	return w
}

func (w *world) node(yield time.Duration) *node {
	w.t.Helper()
	tokens, err := token.NewKeyring(1, map[uint32][]byte{1: []byte("0123456789abcdef0123456789abcdef")})
	if err != nil {
		w.t.Fatal(err)
	}
	n := &node{}
	n.sessions = work.NewSessions(w.store, w.bus, func() { n.due.Wake() })
	log := slog.New(slog.DiscardHandler)
	n.Router = router.New(router.Options{
		Sessions: n.sessions, Bus: w.bus, Clock: w.clock, People: w.people, Tokens: tokens, Log: log, Yield: yield,
		Config: func(context.Context, string) (catalog.Config, error) { return w.config, nil }, Supervises: w.people.supervises,
		Loss: func(context.Context, string) (agent.Loss, error) {
			return agent.Loss{Grace: time.Minute, GiveBack: true}, nil
		},
	})
	n.due = due.New(w.store, w.clock, map[string]due.Handler{
		contact.DueOffer: n.HandleDue, contact.DueWork: n.HandleDue, router.DueAgent: n.HandleDue,
		contact.DueGuide: n.HandleGuide,
	}, log)
	n.sessions.Written = n.Written
	return n
}

// run runs all nodes until close.
func (w *world) run() {
	for _, n := range w.nodes {
		w.all.Go(func() { n.Run(w.ctx) })
		w.all.Go(func() { n.due.Run(w.ctx) })
	}
}

func (w *world) close() {
	w.stop()
	w.all.Wait()
}

func (w *world) ok(what string, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Errorf("%s: %v", what, err)
	}
}

// come makes users available, one after the other.
func (w *world) come(users ...string) {
	w.t.Helper()
	for i, user := range users {
		w.ok("available", w.nodes[i%len(w.nodes)].SetStatus(w.ctx, instance, user, "ROUTABLE"))
	}
}

const queueing = `{"Version":"2019-10-30","StartAction":"a","Actions":[
	{"Identifier":"a","Type":"UpdateContactTargetQueue","Parameters":{"QueueId":"` + sales + `"},"Transitions":{"NextAction":"b","Errors":[{"NextAction":"c","ErrorType":"NoMatchingError"}]}},
	{"Identifier":"b","Type":"TransferContactToQueue","Parameters":{},"Transitions":{"NextAction":"c","Errors":[{"NextAction":"c","ErrorType":"NoMatchingError"},{"NextAction":"c","ErrorType":"QueueAtCapacity"}]}},
	{"Identifier":"c","Type":"EndFlowExecution","Parameters":{},"Transitions":{}}]}`

// call starts a chat whose flow queues it, on a node.
func (w *world) call(n *node) string {
	w.t.Helper()
	doc, err := flow.Parse([]byte(queueing))
	if err != nil {
		w.t.Fatal(err)
	}
	id := uuid.NewString()
	start := contact.Start{InstanceID: instance, FlowID: "f", FlowContent: "content", DisplayName: "Ann"}
	set, err := start.Begin(contact.IDs{Set: uuid.NewString(), Contact: id, Participant: customer}, contact.Settings{}, w.clock.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := n.sessions.Commit(w.ctx, set); err != nil {
		w.t.Fatal(err)
	}
	cfg := w.config
	cfg.Documents = map[string]*flow.Document{"content": doc}
	w.decide(n, id, func(d *contact.Draft) error {
		if err := d.Connect(customer, true); err != nil {
			return err
		}
		_, err := d.RunFlow(cfg, "run", func() uint64 { return 0 })
		return err
	})
	return id
}

// watches has a user begin to watch a chat silently.
func (w *world) watches(n *node, user, id string) {
	w.t.Helper()
	w.decide(n, id, func(d *contact.Draft) error {
		_, _, err := d.Monitor(contact.Taker{UserID: user, DisplayName: user}, true)
		row, failed := n.sessions.Watch(w.ctx, instance, user, id)
		d.Along(row)
		return errors.Join(err, failed)
	})
}

// decide makes a decision on a chat.
func (w *world) decide(n *node, id string, edit func(*contact.Draft) error) {
	w.t.Helper()
	_, err := n.sessions.Decide(w.ctx, id, func(s *session.Session) (*change.Set, error) {
		d, err := n.sessions.Draft(w.ctx, s, uuid.NewString(), w.clock.Now())
		if err != nil {
			return nil, err
		}
		if err := edit(d); err != nil {
			return nil, err
		}
		return d.Changes(), nil
	})
	w.ok("decide", err)
}

func (w *world) leave(n *node, id string) {
	w.t.Helper()
	w.decide(n, id, func(d *contact.Draft) error { return d.Disconnect(customer, w.config) })
}

func (w *world) session(id string) *session.Session {
	w.t.Helper()
	s, err := w.store.Session(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *world) agent(user string) agent.Agent {
	w.t.Helper()
	a, err := work.Agent(context.Background(), w.store, instance, user)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// has says who has a contact: "offered to x", "x", or "" for nobody.
func (w *world) has(id string) string {
	w.t.Helper()
	k := w.session(id).Current()
	switch {
	case k.Offer != nil:
		return "offered to " + k.Offer.UserID
	case k.Agent != nil:
		return k.Agent.UserID
	}
	return ""
}

func (w *world) want(what, id, who string) {
	w.t.Helper()
	if got := w.has(id); got != who {
		w.t.Errorf("%s: %q has the contact, want %q", what, got, who)
	}
}

// waiting lists the contacts with a document in the queue.
func (w *world) waiting() (ids []string) {
	w.t.Helper()
	rows, err := w.store.Resources(context.Background(), instance, routing.Kind, "", 100_000)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids
}

// whole checks what must hold at any time: chats and agents know the same of one another, no agent has more than its
// profile allows, no chat has two agents, and a contact has a document exactly as long as it waits.
func (w *world) whole(ids []string) {
	w.t.Helper()
	want, got := map[string]string{}, map[string]string{}
	waits := w.waiting()
	for _, id := range ids {
		s := w.session(id)
		k := s.Current()
		if k.Queued() != slices.Contains(waits, id) {
			w.t.Errorf("contact %s is queued: %v, its document says otherwise", id, k.Queued())
		}
		agents := 0
		for _, p := range s.State.Participants {
			if p.Role == transcript.Agent && p.Present() {
				agents++
			}
		}
		if agents > 1 {
			w.t.Errorf("chat %s has %d agents", id, agents)
		}
		if k.Offer != nil {
			want[id] = k.Offer.UserID + " CONNECTING"
		} else if k.Agent != nil && k.Agent.WorkEnded.IsZero() {
			want[id] = k.Agent.UserID + map[bool]string{true: " CONNECTED", false: " ENDED"}[k.Agent.WorkBegan.IsZero()]
		}
	}
	for user, worker := range w.people.workers {
		a, err := work.Agent(context.Background(), w.store, instance, user)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			w.t.Fatal(err)
		}
		if len(a.Contacts) > worker.Concurrency {
			w.t.Errorf("%s has %d contacts, its profile allows %d", user, len(a.Contacts), worker.Concurrency)
		}
		for _, c := range a.Contacts {
			if c.State != agent.Missed {
				got[c.ContactID] += user + " " + string(c.State)
			}
		}
	}
	if fmt.Sprint(want) != fmt.Sprint(got) {
		w.t.Errorf("chats say that agents have\n%v\nand agents say\n%v", want, got)
	}
}

// served is a world of some nodes in which ben has taken the only chat; the caller closes it.
func served(t *testing.T, nodes int) (w *world, first *node, chat string) {
	t.Helper()
	w = newWorld(t, memoryStore(), nodes, yield)
	w.people.set("ben", auto)
	w.run()
	w.come("ben")
	chat = w.call(w.nodes[0])
	synctest.Wait()
	return w, w.nodes[0], chat
}

func memoryStore() store.Store { return storetest.NewMemory() }

// quietly lets the customer leave a chat that may be over by then.
func (w *world) quietly(n *node, id string) {
	_, err := n.sessions.Decide(w.ctx, id, func(s *session.Session) (*change.Set, error) {
		if s.Status == session.Ended {
			return nil, nil
		}
		d, err := n.sessions.Draft(w.ctx, s, uuid.NewString(), w.clock.Now())
		if err != nil {
			return nil, err
		}
		err = d.Disconnect(customer, w.config)
		return d.Changes(), err
	})
	w.ok("leave", err)
}
