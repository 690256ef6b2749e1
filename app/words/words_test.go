package words_test

import (
	"slices"
	"testing"
	"time"

	"parley/app/words"
	"parley/bus/memory"
	"parley/domain/change"
	"parley/domain/record"
	"parley/domain/said"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/clock"
	"parley/store"
	"parley/store/sqlite/sqlitetest"
	"parley/work"
)

const (
	instance = "aaaaaaaa-0000-4000-8000-000000000001"
	chat     = "00000000-0000-4000-8000-000000000001"
)

type world struct {
	*words.Service
	t        *testing.T
	store    store.Store
	sessions *work.Sessions
	clock    *clock.Clock
}

// newWorld is a chat that goes on, whose contact has a record if it is not of an earlier release.
func newWorld(t *testing.T, recorded bool) *world {
	t.Helper()
	st := sqlitetest.Open(t)
	w := &world{t: t, store: st, sessions: work.NewSessions(st, memory.New(), func() {}), clock: &clock.Clock{}}
	w.Service = words.New(w.sessions, w.clock)
	at := w.clock.Now()
	next := &session.Session{ID: chat, InstanceID: instance, Status: session.Active, State: session.State{
		CreatedAt: at, Contacts: []session.Contact{{ID: chat, AssociationID: chat, CustomerID: "ada", InitiatedAt: at}},
	}}
	made, r := change.Contact{ID: chat, SessionID: chat, InstanceID: instance}, record.Of(next, next.Current())
	if recorded {
		made.Record = &r
	}
	twin := r // of another contact, which began at the same moment
	twin.ID += "-2"
	set := &change.Set{ID: "start", At: at, Session: &change.Session{ID: chat, Create: true, Next: next}, Contacts: []change.Contact{
		made, {ID: twin.ID, SessionID: chat, InstanceID: instance, Record: &twin},
	}}
	for text, seen := range map[string]transcript.Visibility{
		"parcel": transcript.All, "internal": transcript.AgentOnly, "private": transcript.CustomerOnly, "draft": transcript.AuthorOnly,
	} {
		set.Items = append(set.Items, transcript.Item{Type: transcript.Message, ContentType: transcript.Plain, Content: "the " + text, ContactID: chat, Visibility: seen})
	}
	if _, err := st.Commit(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	return w
}

// change changes the state of the chat.
func (w *world) change(do func(*session.Session)) {
	w.t.Helper()
	_, err := w.sessions.Decide(w.t.Context(), chat, func(snap *session.Session) (*change.Set, error) {
		next := snap.Clone()
		do(next)
		return &change.Set{ID: "change", At: w.clock.Now(), Session: &change.Session{ID: chat, Version: snap.Version, Next: next, Parts: change.State}}, nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) end() {
	w.change(func(s *session.Session) { s.Current().DisconnectedAt = w.clock.Now() })
}

// due are the deadlines of words.
func (w *world) due() (list []change.DueRef) {
	w.t.Helper()
	all, err := w.store.Due(w.t.Context(), w.clock.Now().Add(time.Hour), 9)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, d := range all {
		if d.Kind == words.Due {
			list = append(list, d.DueRef)
		}
	}
	return list
}

// found are those of the words by which the contact is found.
func (w *world) found(any ...string) (by []string) {
	w.t.Helper()
	for _, word := range any {
		list, err := w.store.Said(w.t.Context(), store.SaidQuery{Instance: instance, Terms: []said.Term{{Words: []string{word}}}, Limit: 9})
		if err != nil {
			w.t.Fatal(err)
		}
		if len(list) == 1 && list[0].Contact == chat {
			by = append(by, word)
		}
	}
	return by
}

// TestTheEndOfAContactHasItFound: once, by what agents may see, and not before.
func TestTheEndOfAContactHasItFound(t *testing.T) {
	w := newWorld(t, true)
	w.change(func(s *session.Session) { s.State.LastAgent = "eve" })
	if got := w.due(); len(got) > 0 {
		t.Errorf("a contact that goes on has the deadlines %v", got)
	}
	w.end()
	w.change(func(s *session.Session) { s.State.LastAgent = "ben" })
	due := w.due()
	if len(due) != 1 || due[0].DueKey != words.Key(chat, chat) {
		t.Fatalf("the deadlines are %v", due)
	}
	for range 2 { // a deadline that is handled twice, as after a crash
		if err := w.HandleDue(t.Context(), due[0]); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.found("parcel", "internal", "private", "draft"); !slices.Equal(got, []string{"parcel", "internal"}) {
		t.Errorf("it is found by %q", got)
	}
	if got := w.due(); len(got) > 0 {
		t.Errorf("the deadlines are %v", got)
	}
}

// A contact of an earlier release has its record written, and one that was erased meanwhile nothing.
func TestWhatIsNotAsItWas(t *testing.T) {
	w := newWorld(t, false)
	count := func(want int) {
		t.Helper()
		n, err := w.store.CountContacts(t.Context(), store.ContactQuery{Instance: instance}, 9)
		if err != nil || n != want {
			t.Errorf("%d records, %v, want %d", n, err, want)
		}
	}
	if _, err := w.store.Commit(t.Context(), &change.Set{ID: "again", At: w.clock.Now(), Due: []change.Due{{DueKey: words.Key(chat, chat), At: w.clock.Now()}}}); err != nil {
		t.Fatal(err)
	}
	count(1)
	if err := w.HandleDue(t.Context(), w.due()[0]); err != nil {
		t.Fatal(err)
	}
	count(2)
	if got := w.found("parcel"); len(got) > 0 {
		t.Error("a contact that goes on is found")
	}
	w.change(func(s *session.Session) { s.Status = session.Ended; s.Current().DisconnectedAt = w.clock.Now() })
	due := w.due()
	if err := w.store.Forget(t.Context(), []string{chat}); err != nil {
		t.Fatal(err)
	}
	for _, ref := range due {
		if err := w.HandleDue(t.Context(), ref); err != nil {
			t.Errorf("of one that was erased: %v", err)
		}
	}
	if got := w.found("parcel"); len(got) > 0 {
		t.Error("a contact that was erased is found")
	}
}
