package deliver_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"

	"parley/app/deliver"
	"parley/bus/memory"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/outbound/sink"
	"parley/store"
	"parley/store/sqlite/sqlitetest"
	"parley/work"
)

const (
	instance = "0198c3c5-92b2-7000-8000-000000000001"
	customer = "dddddddd-0000-4000-8000-000000000001"
	topic    = "arn:aws:sns:us-east-1:123456789012:chats"
)

func ctx() context.Context { return context.Background() }

// place is a sink that keeps what it takes.
type place struct {
	refuses error
	took    []sink.Message
	tries   int
}

func (p *place) Send(_ context.Context, m sink.Message) error {
	p.tries++
	if p.refuses == nil {
		p.took = append(p.took, m)
	}
	return p.refuses
}

func (*place) Close() error { return nil }

// ids are what was taken, in its order, with a mark where it was replayed.
func (p *place) ids(of string) (all []string) {
	for _, m := range p.took {
		if m.Group == of || of == "" {
			id := m.ID
			if m.Replay != "" {
				id += " again"
			}
			all = append(all, id)
		}
	}
	return all
}

// world is a store and the service over it.
type world struct {
	t        *testing.T
	store    store.Store
	sessions *work.Sessions
	service  *deliver.Service
	clock    *clock.Clock
	at       *place // events/crm
	records  *place // records/lake
	stream   *place // messages/*
}

func newWorld(t *testing.T) *world {
	t.Helper()
	st := sqlitetest.Open(t)
	w := &world{t: t, store: st, clock: &clock.Clock{}, at: &place{}, records: &place{}, stream: &place{}}
	w.node()
	return w
}

// node is a node over the store: the first one, or the one that takes over.
func (w *world) node(more ...deliver.Destination) {
	w.only(append(more, deliver.Destination{Name: "crm", What: deliver.Events, Sink: w.at},
		deliver.Destination{Name: "lake", What: deliver.Records, Sink: w.records}, deliver.Destination{Name: "*", What: deliver.Messages, Sink: w.stream})...)
}

// only is a node with these sinks.
func (w *world) only(to ...deliver.Destination) {
	w.sessions = work.NewSessions(w.store, memory.New(), func() {})
	w.service = deliver.New(deliver.Options{
		Sessions: w.sessions, Clock: w.clock, Log: slog.New(slog.DiscardHandler), Destinations: to,
	})
}

// begin starts a chat, which the customer has joined.
func (w *world) begin() string {
	w.t.Helper()
	id := uuid.Must(uuid.NewV7()).String()
	r := contact.Start{InstanceID: instance, FlowID: "f", DisplayName: "Ann"}
	set, err := r.Begin(contact.IDs{Set: uuid.NewString(), Contact: id, Participant: customer}, contact.Settings{}, w.clock.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.sessions.Commit(ctx(), set); err != nil {
		w.t.Fatal(err)
	}
	w.edit(id, func(d *contact.Draft) error { return d.Connect(customer, true) })
	return id
}

func (w *world) edit(id string, do func(*contact.Draft) error) {
	w.t.Helper()
	w.decide(id, func(s *session.Session) (*change.Set, error) {
		d := contact.Decide(s, uuid.NewString(), w.clock.Now())
		if err := do(d); err != nil {
			return nil, err
		}
		return d.Changes(), nil
	})
}

func (w *world) decide(id string, rule work.Rule) {
	w.t.Helper()
	if _, err := w.sessions.Decide(ctx(), id, rule); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) end(id string) {
	w.t.Helper()
	w.edit(id, func(d *contact.Draft) error { return d.Stop() })
}

func (w *world) say(id string, text string) {
	w.t.Helper()
	w.decide(id, func(s *session.Session) (*change.Set, error) {
		return contact.Send(s, customer, contact.Message{ContentType: transcript.Plain, Content: text}, contact.TextLimit{}, uuid.NewString(), w.clock.Now())
	})
}

// work handles what is due until nothing is.
func (w *world) work() {
	w.t.Helper()
	for range 1000 {
		due, err := w.store.Due(ctx(), w.clock.Now(), 1000)
		if err != nil {
			w.t.Fatal(err)
		}
		n := 0
		for _, d := range due {
			handle := map[string]func(context.Context, change.DueRef) error{
				deliver.DueDeliver: w.service.HandleDue, deliver.DueForget: w.service.HandleDue, deliver.DueAgain: w.service.HandleJob,
			}[d.Kind]
			if handle == nil {
				continue
			}
			n++
			if err := handle(ctx(), d.DueRef); err != nil {
				w.t.Fatal(err)
			}
		}
		if n == 0 {
			return
		}
	}
	w.t.Fatal("something is due again and again")
}

// later moves the clock, step by step, and handles what falls due on the way.
func (w *world) later(d, step time.Duration) {
	w.t.Helper()
	for end := w.clock.Now().Add(d); w.clock.Now().Before(end); {
		w.clock.MoveTo(w.clock.Now().Add(step))
		w.work()
	}
}

// states are how it goes with what a sink is told of a chat.
func (w *world) states(chat, sink string) (all []string) {
	w.t.Helper()
	for after := int64(0); ; {
		log, err := w.service.OfChat(ctx(), instance, chat, after, 2) // by pages
		if err != nil {
			w.t.Fatal(err)
		}
		for _, d := range log.Deliveries {
			if d.Sink == sink {
				all = append(all, fmt.Sprintf("%d %s %s %d", d.Number, d.Type, d.State, d.Tries))
			}
		}
		if after = log.Next; after == 0 {
			return all
		}
	}
}

// undelivered is everything that is, by pages.
func (w *world) undelivered(q deliver.Search) (all []deliver.Delivery) {
	w.t.Helper()
	for q.Instance, q.Limit = instance, 2; ; {
		list, next, err := w.service.Undelivered(ctx(), q)
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, list...)
		if q.After = next; next == "" {
			return all
		}
	}
}

// down is what sinks say that take nothing now, and no what those say that will not have a message.
func down() error { return fault.New(fault.Unavailable, "it answered 503") }
func no() error   { return fault.New(fault.Rule, "it answered 400") }
