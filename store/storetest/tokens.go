package storetest

import (
	"testing"
	"time"

	"parley/domain/change"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
)

func tokenTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"Replay":             testReplay,
		"ReplayWins":         testReplayWins,
		"RefusedIsForgotten": testRefusedTokenIsForgotten,
		"Expiry":             testTokenExpiry,
		"CaseSensitive":      testTokenCase,
		"Purge":              testPurge,
		"ForgetAnswers":      testForgetAnswers,
	}
}

// once makes a Set happen at most once.
func once(set *change.Set, scope, token string) *change.Set {
	set.Once = &change.Once{
		Scope: scope, Key: change.OnceKey("op", "caller", token),
		Fingerprint: change.OnceKey("body", "", token), Answer: []byte("answer to " + token),
	}
	return set
}

func testReplay(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	first := commit(t, s, once(say(id, 1, "a", "b"), id, "token"))
	if first.Replay != nil || len(first.Items) != 2 {
		t.Fatalf("first: %+v", first)
	}
	again := once(say(id, 1, "other body"), id, "token")
	again.Once.Answer, again.Once.Fingerprint, again.At = []byte("another"), [32]byte{1}, start().Add(time.Hour)
	want := store.Result{Replay: &store.Replay{
		Fingerprint: change.OnceKey("body", "", "token"), Answer: []byte("answer to token"),
		Position: first.Items[0].Position, Time: first.Items[0].Time,
	}}
	same(t, "second", commit(t, s, again), want)
	same(t, "Answer", must[*store.Replay](t)(s.Answer(t.Context(), id, again.Once.Key, start())), want.Replay)
	if got := must[[]transcript.Item](t)(s.Items(t.Context(), id, store.Page{Limit: 9})); len(got) != 2 {
		t.Errorf("%d items, want 2", len(got))
	}
	if res := commit(t, s, once(say(id, 1, "x"), sessionID(2), "token")); res.Replay != nil {
		t.Error("the token of another scope was replayed")
	}
	if got := must[*store.Replay](t)(s.Answer(t.Context(), "unknown", again.Once.Key, start())); got != nil {
		t.Errorf("Answer of an unknown scope: %+v", got)
	}
}

// testReplayWins shows that a used token answers before any guard and count.
func testReplayWins(t *testing.T, s store.Store) {
	id := sessionID(1)
	set := once(newSession(id), instance, "token")
	set.Usage = []change.Usage{{Key: "chats", Delta: 1, Max: 1}}
	set.Contacts = []change.Contact{{ID: "c1", SessionID: id, InstanceID: instance}}
	set.Due = []change.Due{{DueKey: change.DueKey{Owner: id, Kind: "connect"}, At: start()}}
	commit(t, s, set)
	res := commit(t, s, set)
	if res.Replay == nil || string(res.Replay.Answer) != "answer to token" || res.Replay.Position != 0 || !res.Replay.Time.IsZero() {
		t.Errorf("replay: %+v", res.Replay)
	}
	if n := must[int64](t)(s.Usage(t.Context(), "chats")); n != 1 {
		t.Errorf("usage %d, want 1", n)
	}
}

// testRefusedTokenIsForgotten shows that a token is used only by a Set that holds.
func testRefusedTokenIsForgotten(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	refuse(t, s, once(say(id, 7, "a"), id, "token"), fault.Conflict)
	if res := commit(t, s, once(say(id, 1, "a"), id, "token")); res.Replay != nil {
		t.Errorf("a refused Set used up the token: %+v", res.Replay)
	}
}

func testTokenExpiry(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	send := func(at time.Duration, text string) *store.Replay {
		set := once(say(id, 1, text), id, "token")
		set.At, set.Once.Expires = start().Add(at), start().Add(at+time.Hour)
		set.Once.Answer = []byte(text)
		return commit(t, s, set).Replay
	}
	if r := send(0, "first"); r != nil {
		t.Fatalf("first: %+v", r)
	}
	if r := send(time.Hour-time.Millisecond, "second"); r == nil || string(r.Answer) != "first" {
		t.Errorf("before its expiry: %+v, want the first answer", r)
	}
	key := change.OnceKey("op", "caller", "token")
	if r := must[*store.Replay](t)(s.Answer(t.Context(), id, key, start().Add(time.Hour))); r != nil {
		t.Errorf("Answer at its expiry: %+v", r)
	}
	if r := send(time.Hour, "third"); r != nil {
		t.Errorf("at its expiry: %+v, want a new use", r)
	}
	if r := send(time.Hour+1, "fourth"); r == nil || string(r.Answer) != "third" || r.Position != 2 {
		t.Errorf("after a new use: %+v, want the third answer", r)
	}
}

func testTokenCase(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	for _, token := range []string{"token", "Token", "TOKEN"} {
		if res := commit(t, s, once(say(id, 1, token), id, token)); res.Replay != nil {
			t.Errorf("token %q was taken for another", token)
		}
	}
}

func testPurge(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	for i, token := range []string{"a", "b", "c", "for ever"} {
		set := once(say(id, 1, "x"), id, token)
		if token != "for ever" {
			set.Once.Expires = start().Add(time.Duration(i+1) * time.Hour)
		}
		commit(t, s, set)
	}
	purge := func(at, want int) {
		t.Helper()
		total := 0
		for {
			n := must[int](t)(s.Purge(t.Context(), start().Add(time.Duration(at)*time.Hour)))
			if total += n; n == 0 {
				break
			}
		}
		if total != want {
			t.Errorf("purged %d after %d h, want %d", total, at, want)
		}
	}
	purge(0, 0)
	purge(2, 2)
	purge(1000, 1)
	if r := must[*store.Replay](t)(s.Answer(t.Context(), id, change.OnceKey("op", "caller", "for ever"), start().Add(9999*time.Hour))); r == nil {
		t.Error("a token without an expiry was purged")
	}
}

func testForgetAnswers(t *testing.T, s store.Store) {
	for i := range 2 {
		id := sessionID(i)
		commit(t, s, newSession(id))
		commit(t, s, once(say(id, 1, "x"), id, "for ever"))
		limited := once(say(id, 1, "x"), id, "limited")
		limited.Once.Expires = start().Add(time.Hour)
		commit(t, s, limited)
	}
	if err := s.ForgetAnswers(t.Context(), sessionID(0)); err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{false, true} {
		for token, want := range map[string]bool{"for ever": want, "limited": true} {
			r := must[*store.Replay](t)(s.Answer(t.Context(), sessionID(i), change.OnceKey("op", "caller", token), start()))
			if (r != nil) != want {
				t.Errorf("session %d: token %q is remembered: %v, want %v", i, token, r != nil, want)
			}
		}
	}
}
