package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"parley/domain/change"
	"parley/domain/record"
	"parley/domain/talk"
	"parley/internal/fault"
	"parley/store"
)

func contactTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"RecordsAreReplaced":         testRecordsAreReplaced,
		"OnlyKnownContactsChange":    testOnlyKnownContactsChange,
		"ARefusedSetChangesNoRecord": testARefusedSetChangesNoRecord,
		"EveryQuery":                 testEveryQuery,
		"ChangedTogether":            testContactsChangedTogether,
	}
}

// contactOf is a contact with the record of what befell it so far.
func contactOf(session, id string, edit func(*record.Record)) change.Contact {
	r := record.Record{ID: id, SessionID: session, InstanceID: instance, AssociationID: session, Method: "API", InitiatedAt: start(), UpdatedAt: start()}
	edit(&r)
	return change.Contact{ID: id, SessionID: session, InstanceID: instance, Record: &r}
}

// changing is the Set that writes contacts of a session anew.
func changing(id string, version int64, contacts ...change.Contact) *change.Set {
	for i := range contacts {
		contacts[i].Known = true
	}
	return &change.Set{At: start(), Contacts: contacts, Session: &change.Session{
		ID: id, Version: version, Next: sessionValue(id), Parts: change.State,
	}}
}

func everyContact(t testing.TB, s store.Store) []record.Record {
	t.Helper()
	return must[[]record.Record](t)(s.Contacts(t.Context(), store.ContactQuery{Instance: instance, Limit: 1000}))
}

func testRecordsAreReplaced(t *testing.T, s store.Store) {
	id := sessionID(1)
	set := newSession(id)
	set.Contacts = []change.Contact{{ID: "old", SessionID: id, InstanceID: instance}, contactOf(id, "c1", func(*record.Record) {})}
	commit(t, s, set)
	first := everyContact(t, s)
	if len(first) != 1 || first[0].ID != "c1" {
		t.Fatalf("a contact without a record is found: %+v", first)
	}
	after := contactOf(id, "c1", func(r *record.Record) {
		r.EnqueuedAt, r.QueueID, r.CustomerID = start().Add(time.Second), "q", "u"
		r.Agent = &record.Agent{UserID: "ben", ConnectedAt: start().Add(time.Minute)}
		r.Talk = &talk.Metrics{Messages: 2, First: start().Add(time.Minute), Customer: talk.Party{Share: talk.Share{Messages: 1, Chars: 5}, Took: time.Second}}
		r.DisconnectedAt = start().Add(time.Hour)
		r.Tags = map[string]string{"k": "v"}
	})
	late := contactOf(id, "old", func(r *record.Record) { r.InitiatedAt = start().Add(time.Second) })
	commit(t, s, changing(id, 1, after, late))
	same(t, "records", everyContact(t, s), []record.Record{*after.Record, *late.Record})
	for m := range store.Moment(store.Moments) {
		n := must[int](t)(s.CountContacts(t.Context(), store.ContactQuery{Instance: instance, Order: m, Until: start().Add(time.Hour)}, 9))
		if want := map[store.Moment]int{store.Initiated: 2}; n != max(1, want[m]) {
			t.Errorf("%d reached moment %d", n, m)
		}
	}
}

func testOnlyKnownContactsChange(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	refuse(t, s, changing(id, 1, contactOf(id, "c1", func(*record.Record) {})), fault.Conflict)
	if found := everyContact(t, s); len(found) != 0 {
		t.Errorf("%+v", found)
	}
}

func testARefusedSetChangesNoRecord(t *testing.T, s store.Store) {
	id := sessionID(1)
	set := newSession(id)
	set.Contacts = []change.Contact{contactOf(id, "c1", func(*record.Record) {})}
	commit(t, s, set)
	before := everyContact(t, s)
	refuse(t, s, changing(id, 2, contactOf(id, "c1", func(r *record.Record) { r.Name = "changed" })), fault.Conflict)
	same(t, "records", everyContact(t, s), before)
}

// testContactsChangedTogether has many change one contact at a time: each version has one winner, whose record stands.
func testContactsChangedTogether(t *testing.T, s store.Store) {
	id := sessionID(1)
	set := newSession(id)
	set.Contacts = []change.Contact{contactOf(id, "c1", func(*record.Record) {})}
	commit(t, s, set)
	const rounds = 5
	for version := int64(1); version <= rounds; version++ {
		won := make(chan string, senders)
		together(senders, func(i int) {
			name := fmt.Sprint(version, "by", i)
			_, err := s.Commit(context.Background(), changing(id, version, contactOf(id, "c1", func(r *record.Record) { r.Name = name })))
			if err == nil {
				won <- name
			} else if !fault.Is(err, fault.Conflict) {
				t.Error(err)
			}
		})
		close(won)
		if winner, found := <-won, everyContact(t, s); len(found) != 1 || found[0].Name != winner || len(won) != 0 {
			t.Fatalf("version %d: %q won and %d more, stands %+v", version, winner, len(won), found)
		}
	}
}

// testEveryQuery asks random questions of a store and of the model.
func testEveryQuery(t *testing.T, s store.Store) {
	model := NewMemory()
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 20 {
		id := sessionID(i)
		set := newSession(id)
		for k := range 5 {
			set.Contacts = append(set.Contacts, randomContact(r, id, fmt.Sprintf("c%02d-%d", i, k)))
		}
		commit(t, s, set)
		commit(t, model, set)
		again := changing(id, 1, randomContact(r, id, set.Contacts[1].ID), randomContact(r, id, set.Contacts[2].ID))
		commit(t, s, again)
		commit(t, model, again)
	}
	found := 0
	for i := range 500 {
		q := randomQuery(r)
		want := must[[]record.Record](t)(model.Contacts(t.Context(), q))
		got := must[[]record.Record](t)(s.Contacts(t.Context(), q))
		same(t, fmt.Sprintf("%d: %+v", i, q), got, want)
		same(t, fmt.Sprintf("%d: count of %+v", i, q), must[int](t)(s.CountContacts(t.Context(), q, 30)), must[int](t)(model.CountContacts(t.Context(), q, 30)))
		same(t, fmt.Sprintf("%d: pages of %+v", i, q), pages(t, s, q), pages(t, model, q))
		found += len(want)
		if t.Failed() {
			return
		}
	}
	if found < 500 {
		t.Errorf("only %d records were found in all: the questions are too narrow", found)
	}
}

// pages asks a query again from where its answer ended.
func pages(t testing.TB, s store.Store, q store.ContactQuery) (ids []string) {
	for q.Limit = 7; ; {
		page := must[[]record.Record](t)(s.Contacts(t.Context(), q))
		for _, r := range page {
			ids = append(ids, r.ID)
		}
		if len(page) < q.Limit {
			return ids
		}
		q.After = place(&page[len(page)-1], q.Order)
	}
}

func pick(r *rand.Rand, prefix string, of int) string { return prefix + fmt.Sprint(r.IntN(of)) }

func randomTime(r *rand.Rand) time.Time { return start().Add(time.Duration(r.IntN(30)) * time.Minute) }

func randomContact(r *rand.Rand, session, id string) change.Contact {
	return contactOf(session, id, func(c *record.Record) {
		c.InitiatedAt, c.Method = randomTime(r), []string{"API", "m0", "m1", "m2"}[r.IntN(4)]
		c.Attributes = map[string]string{"k": pick(r, "v", 9)}
		if r.IntN(3) == 0 {
			c.CustomerID = pick(r, "u", 3)
		}
		if r.IntN(3) == 0 {
			c.AssociationID = sessionID(r.IntN(20))
		}
		if r.IntN(2) == 0 {
			c.EnqueuedAt, c.QueueID = randomTime(r), pick(r, "q", 4)
			if r.IntN(2) == 0 {
				c.Agent = &record.Agent{UserID: pick(r, "a", 30), ConnectedAt: randomTime(r)}
			}
		}
		if r.IntN(2) == 0 {
			c.DisconnectedAt = randomTime(r)
		}
	})
}

func randomQuery(r *rand.Rand) store.ContactQuery {
	maybe := func(in int, do func()) {
		if r.IntN(in) == 0 {
			do()
		}
	}
	q := store.ContactQuery{Instance: instance, Order: store.Moment(r.IntN(store.Moments)), Descending: r.IntN(2) == 0, Limit: 1 + r.IntN(200)}
	maybe(30, func() { q.Instance = "another" })
	maybe(2, func() { q.From = randomTime(r) })
	maybe(2, func() { q.Until = randomTime(r).Add(10 * time.Minute) })
	maybe(4, func() { q.After = store.ContactPlace{At: randomTime(r), ID: pick(r, "c1", 9)} })
	maybe(4, func() { q.Agents = some(r, "a", 30) })
	maybe(4, func() { q.Queues = some(r, "q", 4) })
	maybe(4, func() { q.Methods = some(r, "m", 3) })
	maybe(9, func() { q.Methods = []string{"API"} })
	maybe(6, func() { q.Customer = pick(r, "u", 3) })
	maybe(8, func() { q.Session = sessionID(r.IntN(20)) })
	maybe(8, func() { q.Association = sessionID(r.IntN(20)) })
	maybe(3, func() {
		w := store.Within{Moment: store.Moment(r.IntN(store.Moments)), Missing: r.IntN(3) == 0}
		maybe(2, func() { w.From = randomTime(r) })
		maybe(2, func() { w.Until = randomTime(r).Add(10 * time.Minute) })
		q.Within = append(q.Within, w)
	})
	return q
}

// some is one value, or a few, or more than are gathered one by one.
func some(r *rand.Rand, prefix string, of int) (list []string) {
	for range []int{1, 2, 25}[r.IntN(3)] {
		list = append(list, pick(r, prefix, of))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// state of a contact in a random history: new, changed, or changed where there is none.
func (h *history) contact(t testing.TB, s store.Store, session string) change.Contact {
	id := fmt.Sprint(h.r.IntN(40))
	c := randomContact(h.r, session, id)
	owner, err := s.SessionOf(t.Context(), instance, id)
	c.Known = err == nil && owner == session && !h.one(4) || err != nil && h.one(8)
	if h.one(5) {
		c.Record = nil
	}
	return c
}
