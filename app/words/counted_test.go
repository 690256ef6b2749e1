package words_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/app/words"
	"parley/bus/memory"
	"parley/domain/change"
	"parley/domain/said"
	"parley/domain/session"
	"parley/domain/talk"
	"parley/domain/transcript"
	"parley/internal/clock"
	"parley/store"
	"parley/store/sqlite/sqlitetest"
	"parley/work"
)

const second = "0198c3c5-92b2-7000-8000-000000000002"

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// pair is a chat of two contacts, the first of which an agent took and sent on.
type pair struct {
	t        *testing.T
	store    store.Store
	sessions *work.Sessions
	words    *words.Service
}

func newPair(t *testing.T) *pair {
	t.Helper()
	st := sqlitetest.Open(t)
	w := &pair{t: t, store: st, sessions: work.NewSessions(st, memory.New(), func() {})}
	w.words = words.New(w.sessions, &clock.Clock{})
	customer := transcript.Author{ParticipantID: "customer", Role: transcript.Customer}
	agent := transcript.Author{ParticipantID: "ann", Role: transcript.Agent}
	say := func(who transcript.Author, text, contact string) transcript.Item {
		return transcript.Item{Type: transcript.Message, ContentType: transcript.Plain, Content: text, ContactID: contact, Author: who}
	}
	_, err := w.sessions.Commit(t.Context(), &change.Set{ID: "begin", At: noon, Session: &change.Session{
		ID: chat, Create: true, Parts: change.AllParts, Next: &session.Session{ID: chat, InstanceID: instance, Status: session.Active, State: session.State{
			Contacts: []session.Contact{
				{ID: chat, InitiatedAt: noon, Agent: &session.AgentInfo{UserID: "u", ParticipantID: "ann", ConnectedAt: noon}},
				{ID: second, InitiatedAt: noon, PreviousID: chat},
			},
			Participants: []session.Participant{{ID: "customer", Role: transcript.Customer}, {ID: "ann", Role: transcript.Agent}},
		}},
	}, Contacts: []change.Contact{{ID: chat, SessionID: chat, InstanceID: instance}, {ID: second, SessionID: chat, InstanceID: instance}},
		Items: []transcript.Item{say(customer, "hello there", chat), say(agent, "hi", chat), say(customer, "more", second)}})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// change changes a contact of the chat.
func (w *pair) change(contact string, edit func(*session.Contact)) {
	w.t.Helper()
	_, err := w.sessions.Decide(w.t.Context(), chat, func(s *session.Session) (*change.Set, error) {
		next := s.Clone()
		edit(next.Contact(contact))
		return &change.Set{At: noon.Add(time.Minute), Session: &change.Session{ID: chat, Version: s.Version, Next: next, Parts: change.State}}, nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// due are the deadlines that are set.
func (w *pair) due() []change.DueRef {
	w.t.Helper()
	all, err := w.store.Due(w.t.Context(), noon.Add(time.Hour), 100)
	if err != nil {
		w.t.Fatal(err)
	}
	refs := []change.DueRef{}
	for _, d := range all {
		refs = append(refs, d.DueRef)
	}
	return refs
}

func (w *pair) handle() {
	w.t.Helper()
	for _, ref := range w.due() {
		if err := w.words.HandleDue(w.t.Context(), ref); err != nil {
			w.t.Fatal(err)
		}
	}
}

// counted is how much was said in a contact, as the chat and its record tell.
func (w *pair) counted(contact string) *talk.Metrics {
	w.t.Helper()
	s, err := w.store.Session(w.t.Context(), chat)
	if err != nil {
		w.t.Fatal(err)
	}
	records, err := w.store.Contacts(w.t.Context(), store.ContactQuery{Instance: instance, Limit: 9})
	if err != nil || len(records) != 2 {
		w.t.Fatalf("%d records, %v", len(records), err)
	}
	for _, r := range records {
		if diff := cmp.Diff(s.Contact(r.ID).Talk, r.Talk); diff != "" {
			w.t.Errorf("contact %s (-chat +record):\n%s", r.ID, diff)
		}
	}
	return s.Contact(contact).Talk
}

// found are the contacts in which a word was said.
func (w *pair) found(word string) int {
	w.t.Helper()
	all, err := w.store.Said(w.t.Context(), store.SaidQuery{Instance: instance, Terms: []said.Term{{Words: []string{word}}}, Limit: 9})
	if err != nil {
		w.t.Fatal(err)
	}
	return len(all)
}

// A contact that is over is counted and found, and the one that goes on in the same chat is not.
func TestAContactThatIsOver(t *testing.T) {
	w := newPair(t)
	w.handle()
	if w.counted(chat) != nil || w.found("hello") != 0 {
		t.Error("it is found before it is over")
	}
	w.change(chat, func(k *session.Contact) { k.DisconnectedAt = noon.Add(time.Minute) })
	if n := len(w.due()); n != 1 {
		t.Fatalf("%d deadlines, want one", n)
	}
	w.change(second, func(k *session.Contact) { k.Name = "changed meanwhile" })
	w.handle()
	m := w.counted(chat)
	if m == nil || m.Messages != 2 || m.Turns != 1 || m.Agent.Responses != 1 || m.Agent.Chars != 2 || m.Customer.Chars != len("hello there") || m.First.IsZero() {
		t.Fatalf("counted: %+v", m)
	}
	if w.counted(second) != nil || w.found("hello") != 1 || w.found("more") != 0 || len(w.due()) != 0 {
		t.Errorf("the other one is counted as %+v; found %d and %d; deadlines %v", w.counted(second), w.found("hello"), w.found("more"), w.due())
	}
}

// What was counted stays, whatever becomes of the transcript and of the contact.
func TestNumbersOutliveWhatWasSaid(t *testing.T) {
	w := newPair(t)
	w.change(chat, func(k *session.Contact) { k.DisconnectedAt = noon.Add(time.Minute) })
	w.handle()
	before := w.counted(chat)
	s, err := w.store.Session(t.Context(), chat)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.sessions.Decide(t.Context(), chat, func(s *session.Session) (*change.Set, error) {
		next := s.Clone()
		next.Status = session.Ended // else it cannot be emptied
		return &change.Set{At: noon, Session: &change.Session{ID: chat, Version: s.Version, Next: next, Parts: change.State, Empty: true},
			Due: []change.Due{{DueKey: words.Key(chat, chat), At: noon}}}, nil
	}); err != nil {
		t.Fatal(err)
	}
	w.handle()
	w.change(chat, func(k *session.Contact) { k.Name = "named later" })
	if diff := cmp.Diff(before, w.counted(chat)); before == nil || diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	if now, err := w.store.Session(t.Context(), chat); err != nil || now.Version == s.Version || len(w.due()) != 0 {
		t.Errorf("version %d of %d, %v, deadlines %v", now.Version, s.Version, err, w.due())
	}
}
