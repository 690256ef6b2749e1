package history_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"parley/app/history"
	"parley/domain/change"
	"parley/domain/record"
	"parley/domain/session"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/token"
	"parley/store"
	"parley/store/sqlite/sqlitetest"
)

const instance = "0198c3c5-92b2-7000-8000-000000000001"

var t0 = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// world is a store with some contacts, and the service over it.
type world struct {
	t       *testing.T
	store   store.Store
	service *history.Service
	all     []record.Record
}

func newWorld(t *testing.T, contacts int, make func(i int, r *record.Record)) *world {
	t.Helper()
	st := sqlitetest.Open(t)
	keys, err := token.NewKeyring(1, map[uint32][]byte{1: []byte("0123456789abcdef0123456789abcdef")})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, store: st, service: history.New(st, keys, new(clock.Clock))}
	set := &change.Set{ID: "s", At: t0, Session: &change.Session{ID: "s", Create: true, Next: &session.Session{ID: "s", InstanceID: instance, Status: session.Active}}}
	for i := range contacts {
		r := record.Record{ID: fmt.Sprintf("c%05d", i), SessionID: "s", AssociationID: "s", InstanceID: instance, Method: "API", InitiatedAt: t0.Add(time.Duration(i) * time.Second)}
		make(i, &r)
		w.all = append(w.all, r)
		set.Contacts = append(set.Contacts, change.Contact{ID: r.ID, SessionID: "s", InstanceID: instance, Record: &r})
	}
	if _, err := st.Commit(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	return w
}

// pages goes through a search by pages of so many.
func (w *world) pages(q history.Search, limit int) (ids []string, total *int, pages int) {
	w.t.Helper()
	q.Instance, q.Limit = instance, limit
	for pages = 1; ; pages++ {
		found, err := w.service.Find(w.t.Context(), q)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, r := range found.Records {
			ids = append(ids, r.ID)
		}
		if q.Next = found.Next; q.Next == "" {
			return ids, found.Total, pages
		}
	}
}

func everything() store.Within { return store.Within{From: t0, Until: t0.Add(24 * time.Hour)} }

// Whatever a search is sorted by, its pages are together what sorting all that was found makes, whatever their size.
func TestPagesAreTheWholeInOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	methods := []string{"API", "DISCONNECT", "MONITOR", "QUEUE_TRANSFER", "TRANSFER"}
	w := newWorld(t, 90, func(_ int, c *record.Record) {
		c.InitiatedAt, c.Method = t0.Add(time.Duration(r.IntN(60))*time.Minute), methods[r.IntN(len(methods))]
		if r.IntN(2) == 0 {
			c.DisconnectedAt = c.InitiatedAt.Add(time.Duration(r.IntN(60)) * time.Minute)
		}
		if r.IntN(2) == 0 {
			c.Agent = &record.Agent{UserID: "ben", ConnectedAt: c.InitiatedAt.Add(time.Minute)}
		}
		c.Attributes = map[string]string{"n": fmt.Sprint(r.IntN(3))}
	})
	at := func(c *record.Record, m store.Moment) time.Time {
		switch {
		case m == store.Initiated:
			return c.InitiatedAt
		case m == store.Disconnected:
			return c.DisconnectedAt
		case c.Agent != nil:
			return c.Agent.ConnectedAt
		}
		return time.Time{}
	}
	for _, asked := range []store.Moment{store.Initiated, store.Disconnected} {
		for _, order := range []history.Order{{Moment: store.Initiated}, {Moment: store.Disconnected}, {Moment: store.Connected}, {Moment: asked, ByMethod: true}} {
			for _, descending := range []bool{false, true} {
				for _, narrow := range []bool{false, true} {
					q := history.Search{Range: everything(), Order: order, Descending: descending}
					q.Range.Moment = asked
					if narrow {
						q.Criteria.Attribute = history.Keyed{Criteria: []history.OneOf{{Key: "n", Values: []string{"1"}}}}
					}
					var want []record.Record
					for _, c := range w.all {
						if !at(&c, asked).IsZero() && (!narrow || c.Attributes["n"] == "1") {
							want = append(want, c)
						}
					}
					slices.SortFunc(want, func(a, b record.Record) int { return sorted(&a, &b, order, asked, descending, at) })
					var ids []string
					for _, c := range want {
						ids = append(ids, c.ID)
					}
					for _, limit := range []int{1, 7, 100} {
						got, total, _ := w.pages(q, limit)
						if !slices.Equal(got, ids) || total == nil || *total != len(ids) {
							t.Fatalf("asked %d, order %+v, descending %v, narrow %v, pages of %d: total %v\ngot  %q\nwant %q", asked, order, descending, narrow, limit, total, got, ids)
						}
					}
				}
			}
		}
	}
}

// sorted is the order of two contacts: those that did not reach the moment come last, in the order of the time that is asked about.
func sorted(a, b *record.Record, o history.Order, asked store.Moment, descending bool, at func(*record.Record, store.Moment) time.Time) int {
	moment := o.Moment
	turn := func(n int) int {
		if descending {
			return -n
		}
		return n
	}
	if o.ByMethod {
		return cmp.Or(turn(cmp.Compare(a.Method, b.Method)), turn(at(a, asked).Compare(at(b, asked))), turn(cmp.Compare(a.ID, b.ID)))
	}
	missing := func(c *record.Record) bool { return at(c, moment).IsZero() }
	switch {
	case missing(a) != missing(b):
		if missing(a) {
			return 1
		}
		return -1
	case missing(a):
		moment = asked
	}
	return cmp.Or(turn(at(a, moment).Compare(at(b, moment))), turn(cmp.Compare(a.ID, b.ID)))
}

// A condition that only records tell reads a bounded number of them for a page; the next page goes on from there.
func TestARareAttributeTakesMorePages(t *testing.T) {
	w := newWorld(t, 10_100, func(i int, c *record.Record) {
		if i == 5 || i == 10_050 {
			c.Attributes = map[string]string{"rare": "yes"}
		}
	})
	q := history.Search{Range: everything(), Order: history.Order{Moment: store.Initiated}}
	q.Criteria.Attribute = history.Keyed{Criteria: []history.OneOf{{Key: "rare", Values: []string{"yes"}}}}
	ids, total, pages := w.pages(q, 100)
	if !slices.Equal(ids, []string{"c00005", "c10050"}) || total != nil || pages != 2 {
		t.Errorf("%q on %d pages, total %v", ids, pages, total)
	}
}

func TestAPageTokenIsOfOneSearch(t *testing.T) {
	w := newWorld(t, 3, func(int, *record.Record) {})
	q := history.Search{Instance: instance, Range: everything(), Limit: 1, Fingerprint: [16]byte{1}}
	first, err := w.service.Find(t.Context(), q)
	if err != nil || first.Next == "" {
		t.Fatalf("%+v, %v", first, err)
	}
	for name, change := range map[string]func(*history.Search){
		"another search":   func(q *history.Search) { q.Fingerprint[0] = 2 },
		"another instance": func(q *history.Search) { q.Instance = "other" },
		"a changed token":  func(q *history.Search) { q.Next = q.Next[:len(q.Next)-1] + "!" },
		"no token":         func(q *history.Search) { q.Next = "x" },
	} {
		other := q
		other.Next = first.Next
		change(&other)
		if _, err := w.service.Find(t.Context(), other); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
