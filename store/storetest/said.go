package storetest

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"parley/domain/change"
	"parley/domain/said"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
	"parley/store/batch"
)

func saidTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"EveryQuery":      testEverySaidQuery,
		"IsReplaced":      testSaidIsReplaced,
		"GuardedByDue":    testSaidIsGuarded,
		"SameMillisecond": testSaidInOneMillisecond,
		"LongAgo":         testSaidLongAgo,
		"Rewrite":         testRewrite,
		"Empty":           testEmpty,
		"Scrub":           testScrub,
	}
}

func saidIn(session, contact string, words ...string) said.Contact {
	return said.Contact{ID: contact, SessionID: session, InstanceID: instance, At: start(), Words: words}
}

func saidOf(contacts ...said.Contact) *change.Set { return &change.Set{At: start(), Said: contacts} }

// randomSaid has few words, so that searches find something, and some that a database may take for something else.
func randomSaid(r *rand.Rand, session, contact string) said.Contact {
	c := saidIn(session, contact)
	c.At = randomTime(r)
	if r.IntN(10) == 0 {
		c.InstanceID = "another"
	}
	for _, id := range []*string{&c.Queue, &c.Agent, &c.Customer} {
		if r.IntN(3) > 0 {
			*id = pick(r, "id-", 3)
		}
	}
	for range 1 + r.IntN(12) {
		if c.Words = append(c.Words, word(r)); r.IntN(6) == 0 {
			c.Words = append(c.Words, "")
		}
	}
	return c
}

func word(r *rand.Rand) string {
	return []string{"w1", "w2", "w3", "w33", "not", "and", "or", "near", "é", "e", "京", "1e5", "007", "ß", "ss", "i̇", "ı"}[r.IntN(17)]
}

// testEverySaidQuery asks random questions of a store and of the model.
func testEverySaidQuery(t *testing.T, s store.Store) {
	model := NewMemory()
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 30 {
		set := &change.Set{At: start()}
		for k := range 10 {
			set.Said = append(set.Said, randomSaid(r, sessionID(i), fmt.Sprintf("c%02d-%d", i, k)))
		}
		commit(t, s, set)
		commit(t, model, set)
	}
	total := 0
	for i := range 400 {
		q := randomSaidQuery(r)
		want := must[[]store.Found](t)(model.Said(t.Context(), q))
		same(t, fmt.Sprintf("%d: %+v", i, q), must[[]store.Found](t)(s.Said(t.Context(), q)), want)
		total += len(want)
		if t.Failed() {
			return
		}
	}
	if total < 400 {
		t.Errorf("only %d contacts were found in all: the questions are too narrow", total)
	}
}

func randomSaidQuery(r *rand.Rand) store.SaidQuery {
	q := store.SaidQuery{Instance: instance, Limit: 1 + r.IntN(50)}
	for range 1 + r.IntN(2) {
		term := said.Term{Words: []string{word(r)}, Prefix: r.IntN(5) == 0}
		if r.IntN(3) == 0 {
			term.Words = append(term.Words, word(r))
		}
		q.Terms = append(q.Terms, term)
	}
	if r.IntN(3) == 0 {
		q.From = randomTime(r).Add(time.Duration(r.IntN(3)) * 300 * time.Microsecond)
	}
	if r.IntN(3) == 0 {
		q.Until = randomTime(r).Add(10 * time.Minute)
	}
	if r.IntN(4) == 0 {
		q.Queues = some(r, "id-", 3)
	}
	if r.IntN(4) == 0 {
		q.Agents = some(r, "id-", 3)
	}
	if r.IntN(4) == 0 {
		q.Customer = pick(r, "id-", 3)
	}
	if r.IntN(4) == 0 {
		q.Before = said.First(randomTime(r))
	}
	return q
}

// finds returns the contacts in which a word was said.
func finds(t testing.TB, s store.Store, word string) (contacts []string) {
	t.Helper()
	for _, f := range must[[]store.Found](t)(s.Said(t.Context(), store.SaidQuery{Instance: instance, Terms: []said.Term{{Words: []string{word}}}, Limit: 100})) {
		contacts = append(contacts, f.Contact)
	}
	return contacts
}

func testSaidIsReplaced(t *testing.T, s store.Store) {
	commit(t, s, saidOf(saidIn(sessionID(1), "c1", "old"), saidIn(sessionID(1), "c2", "other")))
	commit(t, s, saidOf(saidIn(sessionID(1), "c1", "middle"), saidIn(sessionID(1), "c1", "new")))
	for word, want := range map[string][]string{"old": nil, "middle": nil, "new": {"c1"}, "other": {"c2"}} {
		same(t, word, finds(t, s, word), want)
	}
}

func testSaidIsGuarded(t *testing.T, s store.Store) {
	commit(t, s, setting("x", 0))
	set := saidOf(saidIn(sessionID(1), "c1", "word"))
	set.Done = []change.DueRef{dues(t, s)[0].DueRef}
	commit(t, s, setting("x", time.Hour))
	refuse(t, s, set, fault.Conflict)
	same(t, "found", finds(t, s, "word"), []string(nil))
}

// testSaidLongAgo: what was said lately and long ago is found as what was said at one time, also where more were over since than a search looks at first.
func testSaidLongAgo(t *testing.T, s store.Store) {
	const many = batch.Lately + 200
	model := NewMemory()
	set := &change.Set{At: start()}
	for i := range many {
		c := saidIn(sessionID(1), fmt.Sprint("c", i), "always")
		c.At = start().Add(time.Duration(i) * time.Second)
		if i < 30 || i >= many-10 {
			c.Words = []string{"w1", "w22", "always"}
			c.Customer = "ada"
		}
		set.Said = append(set.Said, c)
	}
	commit(t, s, set)
	commit(t, model, set)
	for _, q := range []store.SaidQuery{
		{Terms: []said.Term{{Words: []string{"w1"}}}},
		{Terms: []said.Term{{Words: []string{"w1", "w2"}, Prefix: true}}},
		{Terms: []said.Term{{Words: []string{"w2"}, Prefix: true}, {Words: []string{"alw"}, Prefix: true}}},
		{Terms: []said.Term{{Words: []string{"always"}}}, Customer: "ada"},
		{Terms: []said.Term{{Words: []string{"al"}, Prefix: true}}, Customer: "ada"},
		{Terms: []said.Term{{Words: []string{"none"}}}},
	} {
		for _, q.Limit = range []int{5, 10, 11, 35, 50} {
			q.Instance = instance
			same(t, fmt.Sprintf("%+v", q), must[[]store.Found](t)(s.Said(t.Context(), q)), must[[]store.Found](t)(model.Said(t.Context(), q)))
		}
	}
}

func testSaidInOneMillisecond(t *testing.T, s store.Store) {
	set := &change.Set{At: start()}
	for i := range 500 {
		set.Said = append(set.Said, saidIn(sessionID(1), fmt.Sprint("c", i), "word"))
	}
	commit(t, s, set)
	q := store.SaidQuery{Instance: instance, Terms: []said.Term{{Words: []string{"word"}}}, From: start(), Until: start(), Limit: 70}
	seen := map[string]bool{}
	for {
		page := must[[]store.Found](t)(s.Said(t.Context(), q))
		before := len(seen)
		for _, f := range page {
			seen[f.Contact] = true
		}
		if len(page) < q.Limit || len(seen) == before {
			break
		}
		q.Before = page[len(page)-1].Place
	}
	if len(seen) != 500 {
		t.Errorf("the pages have %d contacts, want 500", len(seen))
	}
}

// testRewrite puts an item in the place of one that was just said, and of one that was said long ago.
func testRewrite(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	commit(t, s, say(id, 1, "one", "two"))
	commit(t, s, say(id, 1, "three"))
	before := must[[]transcript.Item](t)(s.Items(t.Context(), id, store.Page{Limit: 9}))
	for version, position := range []int64{3, 1} {
		item := before[position-1]
		item.Content = "gone"
		set := changing(id, int64(version+1))
		set.Session.Rewrite = []transcript.Item{item}
		commit(t, s, set)
		refuse(t, s, set, fault.Conflict)
		before[position-1] = item
		same(t, "items", must[[]transcript.Item](t)(s.Items(t.Context(), id, store.Page{Limit: 9})), before)
	}
	if _, err := s.Commit(t.Context(), &change.Set{At: start(), Session: &change.Session{ID: id, Version: 3, Rewrite: before[:1]}}); !fault.Is(err, fault.Internal) {
		t.Errorf("items were rewritten without a state: %v", err)
	}
}

func testEmpty(t *testing.T, s store.Store) {
	gone, kept := sessionID(1), sessionID(2)
	full(t, s, gone)
	full(t, s, kept)
	end(t, s, gone)
	next := sessionValue(gone)
	if _, err := s.Commit(t.Context(), &change.Set{At: start(), Session: &change.Session{ID: gone, Version: 2, Next: next, Empty: true}}); !fault.Is(err, fault.Internal) {
		t.Errorf("a session that goes on was emptied: %v", err)
	}
	next.Status = session.Ended
	commit(t, s, &change.Set{At: start(), Session: &change.Session{ID: gone, Version: 2, Next: next, Parts: change.State, Empty: true}})
	if got := traces(t, s, gone); got != 4 { // the session, its contact, its record, its deadline
		t.Errorf("%d kinds of traces, want 4", got)
	}
	if got := traces(t, s, kept); got != 8 {
		t.Errorf("%d kinds of traces of another session, want 8", got)
	}
	head := must[map[string]store.Head](t)(s.Heads(t.Context(), []string{gone}))[gone]
	same(t, "head", head, store.Head{Version: 3, Status: session.Ended})
}

func testScrub(t *testing.T, s store.Store) {
	full(t, s, sessionID(1))
	commit(t, s, say(sessionID(1), 1, "c"))
	if err := s.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	commit(t, s, say(sessionID(1), 1, "d"))
	if items := must[[]transcript.Item](t)(s.Items(t.Context(), sessionID(1), store.Page{Limit: 9})); len(items) != 4 {
		t.Errorf("%d items after the scrub, want 4", len(items))
	}
}
