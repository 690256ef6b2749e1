package storetest

import (
	"encoding/json"
	"testing"
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/store"
)

func sessionTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"CreateAndRead":         testCreateAndRead,
		"CreateTwice":           testCreateTwice,
		"Version":               testVersion,
		"Parts":                 testParts,
		"Missing":               testMissing,
		"Contacts":              testContacts,
		"ContactsAreAllOrNone":  testContactsAreAllOrNone,
		"Heads":                 testHeads,
		"SessionsArePaged":      testSessionsArePaged,
		"MalformedSet":          testMalformedSet,
		"SnapshotIsIndependent": testSnapshotIsIndependent,
	}
}

func testCreateAndRead(t *testing.T, s store.Store) {
	set := newSession(sessionID(1))
	set.Session.Next.Attributes = map[string]string{"a": "ä", "b": ""}
	set.Session.Next.Flow = &session.Flow{ContactID: "c1", FlowID: "f", Run: json.RawMessage(`{"at":1}`), Listening: true}
	res := commit(t, s, set)
	if res.Version != 1 {
		t.Errorf("version %d, want 1", res.Version)
	}
	want := *set.Session.Next
	want.Version = 1
	same(t, "session", must[*session.Session](t)(s.Session(t.Context(), sessionID(1))), &want)
}

func testCreateTwice(t *testing.T, s store.Store) {
	commit(t, s, newSession(sessionID(1)))
	refuse(t, s, newSession(sessionID(1)), fault.Conflict)
}

func testVersion(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	next := sessionValue(id)
	next.Status, next.Head, next.LastAt, next.Version = session.Active, 77, start().Add(time.Hour), 99
	res := commit(t, s, &change.Set{At: start(), Session: &change.Session{ID: id, Version: 1, Next: next, Parts: change.State}})
	if res.Version != 2 {
		t.Errorf("version %d, want 2", res.Version)
	}
	got := must[*session.Session](t)(s.Session(t.Context(), id))
	if got.Version != 2 || got.Status != session.Active || got.Head != 0 || !got.LastAt.IsZero() {
		t.Errorf("version %d status %d head %d last %v; want 2, active, nothing appended", got.Version, got.Status, got.Head, got.LastAt)
	}
	for _, version := range []int64{0, 1, 3} {
		refuse(t, s, say(id, version, "stale"), fault.Conflict)
	}
	if res := commit(t, s, say(id, 2, "fresh")); res.Version != 2 {
		t.Errorf("an append made version %d, want 2", res.Version)
	}
}

// testParts shows that only the named documents are rewritten.
func testParts(t *testing.T, s store.Store) {
	id := sessionID(1)
	set := newSession(id)
	set.Session.Next.Attributes = map[string]string{"k": "old"}
	commit(t, s, set)
	next := sessionValue(id)
	next.State.ResponseMode = "COMPLETE"
	next.Attributes = map[string]string{"k": "new"}
	next.Flow = &session.Flow{FlowID: "f"}
	change2 := func(version int64, parts change.Parts) {
		commit(t, s, &change.Set{At: start(), Session: &change.Session{ID: id, Version: version, Next: next, Parts: parts}})
	}
	expect := func(mode, attribute string, flow bool) {
		t.Helper()
		got := must[*session.Session](t)(s.Session(t.Context(), id))
		if got.State.ResponseMode != mode || got.Attributes["k"] != attribute || (got.Flow != nil) != flow {
			t.Errorf("mode %q attribute %q flow %v", got.State.ResponseMode, got.Attributes["k"], got.Flow)
		}
	}
	change2(1, 0)
	expect("", "old", false)
	change2(2, change.Attributes)
	expect("", "new", false)
	change2(3, change.State|change.Flow)
	expect("COMPLETE", "new", true)
	next.Flow, next.Attributes = nil, nil
	change2(4, change.AllParts)
	expect("COMPLETE", "", false)
}

func testMissing(t *testing.T, s store.Store) {
	if _, err := s.Session(t.Context(), sessionID(1)); !fault.Is(err, fault.NotFound) {
		t.Errorf("Session: %v, want NotFound", err)
	}
	if _, err := s.SessionOf(t.Context(), instance, "c"); !fault.Is(err, fault.NotFound) {
		t.Errorf("SessionOf: %v, want NotFound", err)
	}
	refuse(t, s, say(sessionID(1), 0, "x"), fault.Conflict)
	refuse(t, s, say(sessionID(1), 1, "x"), fault.Conflict)
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("Ping: %v", err)
	}
}

func testContacts(t *testing.T, s store.Store) {
	set := newSession(sessionID(1))
	set.Contacts = []change.Contact{{ID: "c1", SessionID: sessionID(1), InstanceID: instance}, {ID: "c2", SessionID: sessionID(1), InstanceID: instance}}
	commit(t, s, set)
	for _, c := range []string{"c1", "c2"} {
		if id := must[string](t)(s.SessionOf(t.Context(), instance, c)); id != sessionID(1) {
			t.Errorf("SessionOf(%s) = %q", c, id)
		}
	}
	if _, err := s.SessionOf(t.Context(), "another", "c1"); !fault.Is(err, fault.NotFound) {
		t.Errorf("of another instance: %v, want NotFound", err)
	}
}

func testContactsAreAllOrNone(t *testing.T, s store.Store) {
	first := newSession(sessionID(1))
	first.Contacts = []change.Contact{{ID: "c1", SessionID: sessionID(1), InstanceID: instance}}
	commit(t, s, first)
	second := newSession(sessionID(2))
	second.Contacts = []change.Contact{{ID: "c2", SessionID: sessionID(2), InstanceID: instance}, {ID: "c1", SessionID: sessionID(2), InstanceID: instance}}
	refuse(t, s, second, fault.Conflict)
	second.Contacts[1].ID = "c2"
	refuse(t, s, second, fault.Conflict)
	if _, err := s.SessionOf(t.Context(), instance, "c2"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a refused Set left a contact: %v", err)
	}
	if _, err := s.Session(t.Context(), sessionID(2)); !fault.Is(err, fault.NotFound) {
		t.Errorf("a refused Set left a session: %v", err)
	}
}

func testHeads(t *testing.T, s store.Store) {
	for i := range 3 {
		commit(t, s, newSession(sessionID(i)))
	}
	commit(t, s, say(sessionID(1), 1, "a", "b"))
	got := must[map[string]store.Head](t)(s.Heads(t.Context(), []string{sessionID(1), sessionID(2), sessionID(9), sessionID(1)}))
	same(t, "heads", got, map[string]store.Head{
		sessionID(1): {Version: 1, Head: 2, Status: session.Pending},
		sessionID(2): {Version: 1, Status: session.Pending},
	})
	if got := must[map[string]store.Head](t)(s.Heads(t.Context(), nil)); len(got) != 0 {
		t.Errorf("heads of nothing: %v", got)
	}
}

func testSessionsArePaged(t *testing.T, s store.Store) {
	for i := range 5 {
		commit(t, s, newSession(sessionID(i)))
	}
	var all []string
	for after := ""; ; after = all[len(all)-1] {
		page := must[[]string](t)(s.Sessions(t.Context(), after, 2))
		if len(page) == 0 {
			break
		}
		all = append(all, page...)
	}
	same(t, "sessions", all, []string{sessionID(0), sessionID(1), sessionID(2), sessionID(3), sessionID(4)})
}

func testMalformedSet(t *testing.T, s store.Store) {
	sets := map[string]*change.Set{
		"items without a session": {At: start(), Items: say("x", 1, "a").Items},
		"create without a state":  {At: start(), Session: &change.Session{ID: "x", Create: true}},
	}
	for name, set := range sets {
		if _, err := s.Commit(t.Context(), set); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	commit(t, s, newSession(sessionID(1)))
}

// testSnapshotIsIndependent shows that later changes of a Set's values do not
// reach the store.
func testSnapshotIsIndependent(t *testing.T, s store.Store) {
	set := newSession(sessionID(1))
	set.Session.Next.Attributes = map[string]string{"k": "v"}
	set.Items = say("", 0, "first").Items
	commit(t, s, set)
	if set.Items[0].Position != 0 || set.Items[0].ID != "" {
		t.Errorf("Commit changed the Set's item: %+v", set.Items[0])
	}
	set.Session.Next.Attributes["k"] = "changed"
	set.Session.Next.State.Participants[0].DisplayName = "changed"
	got := must[*session.Session](t)(s.Session(t.Context(), sessionID(1)))
	if got.Attributes["k"] != "v" || got.State.Participants[0].DisplayName != "Ann" {
		t.Errorf("the store shares memory with its caller: %+v", got)
	}
}
