package chat_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"parley/app/chat"
	"parley/bus"
	"parley/bus/memory"
	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/transcript"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/token"
	"parley/store"
	"parley/store/sqlite/sqlitetest"
	"parley/work"
)

const (
	here  = "aaaaaaaa-0000-4000-8000-000000000001"
	there = "aaaaaaaa-0000-4000-8000-000000000002"
)

// directory knows two instances with the same settings and one flow.
type directory struct {
	config   catalog.Config
	settings contact.Settings
	noFlows  bool
}

func (d *directory) Settings(_ context.Context, instance string) (contact.Settings, error) {
	if instance != here && instance != there {
		return contact.Settings{}, fault.New(fault.NotFound, "no such instance")
	}
	return d.settings, nil
}

func (d *directory) StartFlow(_ context.Context, _, flow string) (string, error) {
	if flow != "flow" || d.noFlows {
		return "", fault.New(fault.NotFound, "no such flow")
	}
	return "content", nil
}

func (d *directory) FlowConfig(context.Context, string) (catalog.Config, error) { return d.config, nil }

// world is one store, the nodes over it and their clock.
type world struct {
	*chat.Service
	t         *testing.T
	store     store.Store
	bus       bus.Bus
	clock     *clock.Clock
	tokens    *token.Keyring
	directory *directory
}

func newWorld(t *testing.T) *world {
	t.Helper()
	st := sqlitetest.Open(t)
	tokens, err := token.NewKeyring(1, map[uint32][]byte{1: []byte("0123456789abcdef0123456789abcdef")})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, store: st, bus: memory.New(), clock: &clock.Clock{}, tokens: tokens, directory: &directory{}}
	w.Service = w.node(false)
	return w
}

// node is another node over the same store.
func (w *world) node(strict bool) *chat.Service {
	return chat.New(chat.Options{
		Sessions: work.NewSessions(w.store, w.bus, func() {}), Clock: w.clock, Tokens: w.tokens,
		Directory: w.directory, StrictTokens: strict,
	})
}

// after moves the clock.
func (w *world) after(d time.Duration) { w.clock.SetOffset(w.clock.Offset() + d) }

func request() chat.Start {
	return chat.Start{Start: contact.Start{InstanceID: here, FlowID: "flow", DisplayName: "Ann"}}
}

// person is somebody in a chat.
type person struct {
	contact, id, token string // of the participant
	bearer             string // a connection token
}

// begin starts a chat without connecting to it.
func (w *world) begin() person {
	w.t.Helper()
	done, err := w.Start(context.Background(), request())
	if err != nil {
		w.t.Fatal(err)
	}
	return person{contact: done.ContactID, id: done.ParticipantID, token: done.ParticipantToken}
}

// connect makes a participant take part and gives it a bearer token.
func (w *world) connect(p person) person {
	w.t.Helper()
	c, err := w.Connection(context.Background(), p.token, chat.Connect{Credentials: true, Participant: true})
	if err != nil {
		w.t.Fatal(err)
	}
	p.bearer = c.ConnectionToken
	return p
}

func (w *world) customer() person { return w.connect(w.begin()) }

// bot adds a custom participant to a chat.
func (w *world) bot(contactID string) person {
	w.t.Helper()
	b, err := w.AddBot(context.Background(), here, contactID, "Bot", "")
	if err != nil {
		w.t.Fatal(err)
	}
	return w.connect(person{contact: contactID, id: b.ParticipantID, token: b.ParticipantToken})
}

func text(s string) contact.Message {
	return contact.Message{ContentType: transcript.Plain, Content: s}
}

// say sends numbered messages.
func (w *world) say(p person, n int) []chat.Sent {
	w.t.Helper()
	var all []chat.Sent
	for i := range n {
		sent, err := w.Send(context.Background(), p.bearer, text(fmt.Sprint(i+1)), "")
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, sent)
	}
	return all
}

func (w *world) usage(key string) int64 {
	w.t.Helper()
	n, err := w.store.Usage(context.Background(), key)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// together runs do so many times at once.
func together(n int, do func(i int)) {
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-begin
			do(i)
		})
	}
	close(begin)
	all.Wait()
}
