package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"parley/domain/change"
	"parley/domain/record"
	"parley/domain/said"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
)

func forgetTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"Everything": testForgetEverything,
		"OnlyEnded":  testForgetOnlyEnded,
	}
}

// full makes a session that has everything.
func full(t testing.TB, s store.Store, id string) {
	set := newSession(id)
	set.Items = say("", 0, "a", "b").Items
	set.Marks = []transcript.Mark{receipt("p1", 1, 1, start())}
	set.Contacts = []change.Contact{contactOf(id, "c"+id, func(*record.Record) {})}
	set.Due = []change.Due{{DueKey: change.DueKey{Owner: id, Kind: "expiry"}, At: start()}}
	set.Said = []said.Contact{saidIn(id, "c"+id, "word")}
	commit(t, s, once(set, id, "token"))
}

func end(t testing.TB, s store.Store, id string) {
	ended := sessionValue(id)
	ended.Status = session.Ended
	commit(t, s, &change.Set{At: start(), Session: &change.Session{ID: id, Version: 1, Next: ended}})
}

func testForgetEverything(t *testing.T, s store.Store) {
	gone, kept := sessionID(1), sessionID(2)
	full(t, s, gone)
	full(t, s, kept)
	end(t, s, gone)
	if err := s.Forget(t.Context(), []string{gone, "unknown"}); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]int{gone: 0, kept: 1} {
		if got := traces(t, s, id); got != want*8 {
			t.Errorf("%s: %d kinds of traces, want %d", id, got, want*8)
		}
	}
	full(t, s, gone)
}

// traces counts the kinds of rows that a session has.
func traces(t testing.TB, s store.Store, id string) (n int) {
	count := func(there bool) {
		if there {
			n++
		}
	}
	_, err := s.Session(t.Context(), id)
	count(err == nil)
	_, err = s.SessionOf(t.Context(), instance, "c"+id)
	count(err == nil)
	count(slices.ContainsFunc(everyContact(t, s), func(r record.Record) bool { return r.SessionID == id }))
	count(len(must[[]transcript.Item](t)(s.Items(t.Context(), id, store.Page{Limit: 9}))) > 0)
	count(len(must[[]transcript.Mark](t)(s.Marks(t.Context(), id))) > 0)
	count(must[*store.Replay](t)(s.Answer(t.Context(), id, change.OnceKey("op", "caller", "token"), start())) != nil)
	for _, d := range dues(t, s) {
		count(d.Owner == id)
	}
	found := must[[]store.Found](t)(s.Said(t.Context(), store.SaidQuery{Instance: instance, Terms: []said.Term{{Words: []string{"word"}}}, Limit: 9}))
	count(slices.ContainsFunc(found, func(f store.Found) bool { return f.Session == id }))
	return n
}

func testForgetOnlyEnded(t *testing.T, s store.Store) {
	full(t, s, sessionID(1))
	full(t, s, sessionID(2))
	end(t, s, sessionID(1))
	if err := s.Forget(t.Context(), []string{sessionID(1), sessionID(2)}); !fault.Is(err, fault.Conflict) {
		t.Errorf("Forget of a session that goes on: %v, want Conflict", err)
	}
	if got := traces(t, s, sessionID(1)); got != 8 {
		t.Errorf("a refused Forget left %d of 8 kinds of traces", got)
	}
}

// testReopen shows that what was committed is there after closing.
func testReopen(t *testing.T, open func() store.Store) {
	s := open()
	full(t, s, sessionID(1))
	commit(t, s, configuring(resource("a", "A", 0)))
	commit(t, s, using(change.Usage{Key: "k", Delta: 3}))
	commit(t, s, setting("x", time.Hour))
	ref := dues(t, s)[1]
	commit(t, s, done(ref.DueRef))
	full(t, s, sessionID(2))
	commit(t, s, say(sessionID(1), 1, "before"))
	commit(t, s, say(sessionID(2), 1, "what is emptied"))
	end(t, s, sessionID(2))
	gone := sessionValue(sessionID(2))
	gone.Status = session.Ended
	commit(t, s, &change.Set{At: start(), Session: &change.Session{ID: sessionID(2), Version: 2, Next: gone, Empty: true}})
	before := dump(t, s, []string{sessionID(1), sessionID(2)})
	closeStore(t, s)

	s = open()
	defer closeStore(t, s)
	same(t, "after reopening", dump(t, s, []string{sessionID(1), sessionID(2)}), before)
	commit(t, s, setting("x", time.Hour))
	if again := dues(t, s)[1]; again.Generation == ref.Generation {
		t.Errorf("generation %d was given again after reopening", ref.Generation)
	}
	if res := commit(t, s, say(sessionID(1), 1, "c")); res.Items[0].Position != 4 {
		t.Errorf("position %d after reopening, want 4", res.Items[0].Position)
	}
}

func testClose(t *testing.T, s store.Store) {
	commit(t, s, newSession(sessionID(1)))
	closeStore(t, s)
	if _, err := s.Commit(context.Background(), say(sessionID(1), 1, "late")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Commit after Close: %v, want Unavailable", err)
	}
	if err := s.Ping(context.Background()); err == nil {
		t.Error("Ping after Close: no error")
	}
	closeStore(t, s)
}
