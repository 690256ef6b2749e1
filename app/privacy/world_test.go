package privacy_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/app/privacy"
	"parley/app/words"
	"parley/bus/memory"
	"parley/domain/change"
	"parley/domain/record"
	"parley/domain/said"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/seal"
	"parley/store"
	"parley/store/sqlite/sqlitetest"
	"parley/work"
	"parley/work/audit"
)

const instance = "aaaaaaaa-0000-4000-8000-000000000001"

// dying is a store on which only so many writes succeed: then its node is as good as dead.
type dying struct {
	store.Store
	left atomic.Int64
}

var errDead = errors.New("the node died")

func (d *dying) write() error {
	if d.left.Add(-1) < 0 {
		return errDead
	}
	return nil
}

func (d *dying) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	if err := d.write(); err != nil {
		return store.Result{}, err
	}
	return d.Store.Commit(ctx, set)
}

func (d *dying) Forget(ctx context.Context, sessions []string) error {
	if err := d.write(); err != nil {
		return err
	}
	return d.Store.Forget(ctx, sessions)
}

func (d *dying) Scrub(ctx context.Context) error {
	if err := d.write(); err != nil {
		return err
	}
	return d.Store.Scrub(ctx)
}

// watched is a store that remembers what was committed.
type watched struct {
	store.Store
	sets []*change.Set
	read func() // is called once, after the next read of items
}

func (w *watched) Items(ctx context.Context, session string, page store.Page) ([]transcript.Item, error) {
	items, err := w.Store.Items(ctx, session, page)
	if f := w.read; f != nil {
		w.read = nil
		f()
	}
	return items, err
}

func (w *watched) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	w.sets = append(w.sets, set)
	return w.Store.Commit(ctx, set)
}

// files remembers whose bytes were deleted.
type files map[string]bool

func (f files) Erase(_ context.Context, sessions []string) error {
	for _, id := range sessions {
		f[id] = true
	}
	return nil
}

func (f files) Clear(_ context.Context, session, file string) error {
	f[session+"/"+file] = true
	return nil
}

func (f files) Held(_ context.Context, session string, do func(string, io.Reader) error) error {
	if f[session] {
		return nil
	}
	return do(session+"/file-1", strings.NewReader("bytes of "+session))
}

// node is one of several on a store, with a bus that all of them share.
type node struct {
	*privacy.Service
	store    *dying
	sessions *work.Sessions
	files    files
}

type world struct {
	log   *audit.Log // of the latest node
	t     *testing.T
	store *watched
	bus   *memory.Bus
	clock *clock.Clock
}

func newWorld(t *testing.T) *world {
	t.Helper()
	st := sqlitetest.Open(t)
	return &world{t: t, store: &watched{Store: st}, bus: memory.New(), clock: &clock.Clock{}}
}

// node returns a node that dies after so many writes.
func (w *world) node(writes int64) node {
	w.t.Helper()
	d := &dying{Store: w.store}
	d.left.Store(writes)
	sessions := work.NewSessions(d, w.bus, func() {})
	sealer, err := seal.New(seal.Key{1})
	if err != nil {
		w.t.Fatal(err)
	}
	log, err := audit.Open(w.t.Context(), w.store, sealer, w.clock)
	if err != nil {
		w.t.Fatal(err)
	}
	w.log = log
	f := files{}
	over := func(context.Context, string) error { return fault.New(fault.Gone, "it is over") }
	return node{privacy.New(privacy.Options{
		Sessions: sessions, Bus: w.bus, Clock: w.clock, Audit: log, Files: f, End: over, Again: words.Key, Enter: words.New(sessions, w.clock).HandleDue,
		Clear: func(context.Context, string, string, string) error { return nil },
		Log:   slog.New(slog.NewTextHandler(io.Discard, nil)),
	}), d, sessions, f}
}

// chat is an ended chat of a customer, with everything that is kept of one.
func (w *world) chat(id, customer string) {
	w.t.Helper()
	w.chain(id, customer)
}

// chain is one of several contacts, each of that customer, or of nobody in particular.
func (w *world) chain(id string, customers ...string) {
	w.t.Helper()
	at := w.clock.Now().Add(-time.Hour)
	customer := strings.Join(customers, "")
	next := &session.Session{
		ID: id, InstanceID: instance, Status: session.Ended, Attributes: map[string]string{"who": customer},
		State: session.State{CreatedAt: at, EndedAt: at},
	}
	set := &change.Set{ID: "make" + id, At: at, Session: &change.Session{ID: id, Create: true, Next: next}}
	for i, c := range customers {
		k := session.Contact{ID: id, CustomerID: c, AssociationID: id, InitiatedAt: at, DisconnectedAt: at}
		if i > 0 {
			k.ID = fmt.Sprint(id, "-", i)
		}
		next.State.Contacts = append(next.State.Contacts, k)
	}
	for i := range next.State.Contacts {
		k := &next.State.Contacts[i]
		r := record.Of(next, k)
		set.Contacts = append(set.Contacts, change.Contact{ID: k.ID, SessionID: id, InstanceID: instance, Record: &r})
	}
	text := transcript.Item{Type: transcript.Message, ContentType: transcript.Plain, Content: "said by " + customer, ContactID: id}
	row := func(kind, id string) change.Resource {
		return change.Resource{Instance: instance, Kind: kind, ID: id, Document: []byte(`"` + customer + `"`)}
	}
	set.Items = []transcript.Item{text, text}
	set.Resources = []change.Resource{row("told", id+"/00000001"), row("undelivered", id+"/00000001/x"), row("waiting", id)}
	set.Said = []said.Contact{{ID: id, SessionID: id, InstanceID: instance, At: at, Customer: customer, Words: said.Words(text.Content)}}
	set.Due = []change.Due{{DueKey: change.DueKey{Owner: id, Kind: "deliver"}, At: at}}
	if _, err := w.store.Commit(w.t.Context(), set); err != nil {
		w.t.Fatal(err)
	}
}

// left counts what is there of a chat.
func (w *world) left(id, customer string) (n int) {
	ctx := w.t.Context()
	count := func(there bool) {
		if there {
			n++
		}
	}
	_, err := w.store.Session(ctx, id)
	count(err == nil)
	_, err = w.store.SessionOf(ctx, instance, id)
	count(err == nil)
	items, err := w.store.Items(ctx, id, store.Page{Limit: 9})
	count(err != nil || len(items) > 0)
	found, err := w.store.Said(ctx, store.SaidQuery{Instance: instance, Customer: customer, Terms: []said.Term{{Words: []string{"said"}}}, Limit: 9})
	count(err != nil || len(found) > 0)
	for _, kind := range []string{"told", "undelivered", "waiting", "erasure"} {
		rows, err := w.store.Resources(ctx, instance, kind, "", 100)
		for _, r := range rows {
			count(strings.HasPrefix(r.ID, id) || kind == "erasure" && strings.Contains(string(r.Document), customer))
		}
		count(err != nil)
	}
	due, err := w.store.Due(ctx, w.clock.Now().Add(time.Hour), 100)
	for _, d := range due {
		count(d.Owner == id)
	}
	count(err != nil)
	return n
}
