package push_test

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"parley/app/push"
	"parley/bus/memory"
	"parley/domain/change"
	"parley/domain/presence"
	rules "parley/domain/push"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/clock"
	"parley/outbound/egress"
	"parley/outbound/webpush"
	"parley/store"
	"parley/store/sqlite/sqlitetest"
	"parley/work"
)

const (
	instance = "aaaaaaaa-0000-4000-8000-000000000001"
	chat     = "00000000-0000-4000-8000-000000000001"
	customer = "00000000-0000-4000-8000-000000000002"
)

// world is a chat whose customer has registered at a push service of the test's.
type world struct {
	*push.Service
	t      *testing.T
	store  store.Store
	status int // that the push service answers with
	asked  int // how often it was
}

func (w *world) ServeHTTP(answer http.ResponseWriter, _ *http.Request) {
	w.asked++
	answer.WriteHeader(w.status)
}

func newWorld(t *testing.T) *world {
	t.Helper()
	st := sqlitetest.Open(t)
	w := &world{t: t, store: st, status: http.StatusCreated}
	service := httptest.NewServer(w)
	t.Cleanup(service.Close)
	policy, err := egress.NewPolicy([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	sender, err := webpush.New(egress.New(egress.Options{Policy: policy}), policy, bytes.Repeat([]byte{1}, 32), "")
	if err != nil {
		t.Fatal(err)
	}
	sessions := work.NewSessions(st, memory.New(), func() {})
	sessions.Before = append(sessions.Before, func(_ context.Context, before *session.Session, set *change.Set) { rules.Before(before, set) })
	w.Service = &push.Service{Sessions: sessions, Clock: &clock.Clock{}, Sender: sender, Log: slog.New(slog.DiscardHandler)}
	at := w.Clock.Now()
	next := &session.Session{ID: chat, InstanceID: instance, Status: session.Active, State: session.State{
		CreatedAt: at, Contacts: []session.Contact{{ID: chat, AssociationID: chat, InitiatedAt: at}},
		Participants: []session.Participant{{ID: customer, Role: transcript.Customer, JoinedAt: at}},
	}}
	w.commit(&change.Set{
		ID: "start", At: at, Session: &change.Session{ID: chat, Create: true, Next: next}, Contacts: []change.Contact{{ID: chat, SessionID: chat, InstanceID: instance}},
	})
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	text := base64.RawURLEncoding.EncodeToString
	if _, err := w.Register(t.Context(), instance, chat, fmt.Sprintf(`{"endpoint":"%s","keys":{"p256dh":%q,"auth":%q}}`, service.URL, text(key.PublicKey().Bytes()), text(make([]byte, 16)))); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) commit(set *change.Set) {
	w.t.Helper()
	if _, err := w.store.Commit(w.t.Context(), set); err != nil {
		w.t.Fatal(err)
	}
}

// say has an agent say something, and returns the deadline at which the customer is told.
func (w *world) say(text string) change.DueRef {
	w.t.Helper()
	_, err := w.Sessions.Decide(w.t.Context(), chat, func(snap *session.Session) (*change.Set, error) {
		return &change.Set{
			ID: "say " + text, At: w.Clock.Now(), Session: &change.Session{ID: chat, Version: snap.Version},
			Items: []transcript.Item{{Type: transcript.Message, ContentType: transcript.Plain, Content: text, ContactID: chat, Author: transcript.Author{Role: transcript.Agent}}},
		}, nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.due(1)[0].DueRef
}

// due are the deadlines that stand.
func (w *world) due(want int) []store.Due {
	w.t.Helper()
	list, err := w.store.Due(w.t.Context(), w.Clock.Now().Add(time.Hour), 9)
	if err != nil || len(list) != want {
		w.t.Fatalf("the deadlines are %v, %v, want %d", list, err, want)
	}
	return list
}

// registered are the registrations as they are stored.
func (w *world) registered() []session.Push {
	w.t.Helper()
	snap, err := w.store.Session(w.t.Context(), chat)
	if err != nil {
		w.t.Fatal(err)
	}
	return snap.State.Pushes
}

// TestWhoIsTold: each message once, none while a socket is open, and nobody whose subscription is over.
func TestWhoIsTold(t *testing.T) {
	w := newWorld(t)
	handle := func(ref change.DueRef, asked int) {
		t.Helper()
		if err := w.Handle(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
		if w.asked != asked {
			t.Errorf("the push service was asked %d times, want %d", w.asked, asked)
		}
		w.due(0)
	}
	handle(w.say("one"), 1)
	handle(w.say("two"), 2)
	socket := change.Resource{Kind: presence.KindSocket, ID: presence.Sockets(chat, customer) + "ticket", Document: []byte("{}")}
	w.commit(&change.Set{ID: "open", At: w.Clock.Now(), Resources: []change.Resource{socket}})
	handle(w.say("three"), 2)
	socket.Version, socket.Delete = 1, true
	w.commit(&change.Set{ID: "close", At: w.Clock.Now(), Resources: []change.Resource{socket}})
	handle(w.say("four"), 3) // and not three, which the socket had
	w.status = http.StatusGone
	handle(w.say("five"), 4)
	if got := w.registered(); len(got) != 0 {
		t.Errorf("a subscription that is over is kept: %v", got)
	}
}

// TestAServiceThatIsDown: the deadline stands until the message is ten minutes old; then it is given up, and the subscription is kept.
func TestAServiceThatIsDown(t *testing.T) {
	w := newWorld(t)
	w.status = http.StatusServiceUnavailable
	ref := w.say("one")
	if err := w.Handle(t.Context(), ref); err == nil {
		t.Error("what was not sent is done")
	}
	w.due(1)
	if got := w.registered(); len(got) != 1 || got[0].After != 0 {
		t.Errorf("the chat has %+v", got)
	}
	w.Clock.SetOffset(11 * time.Minute)
	if err := w.Handle(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
	w.due(0)
	if got := w.registered(); len(got) != 1 || got[0].After != 1 {
		t.Errorf("the chat has %+v", got)
	}
}
