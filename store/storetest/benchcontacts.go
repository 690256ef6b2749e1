package storetest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/record"
	"parley/domain/session"
	"parley/internal/clock"
	"parley/store"
)

// BenchmarkContacts measures searches among so many contacts of eight weeks, in 20 queues with 500 agents and 200,000 customers: a page of
// 100 and, where that is full, a count up to 10,000 is one operation. It reports the 95th percentile of each kind of search in milliseconds, and of all.
func BenchmarkContacts(b *testing.B, s store.Store, contacts int) {
	r := rand.New(rand.NewPCG(1, 1))
	fillContacts(b, s, r, contacts)
	var all []time.Duration
	for _, kind := range searches() {
		var took []time.Duration
		for range 40 {
			q := kind.query(r)
			q.Instance, q.Limit, q.Descending = instance, 100, r.IntN(4) > 0
			began := clock.Wall()
			if len(must[[]record.Record](b)(s.Contacts(b.Context(), q))) == q.Limit {
				must[int](b)(s.CountContacts(b.Context(), q, 10_000))
			}
			took = append(took, clock.Wall().Sub(began))
		}
		b.ReportMetric(percentile(took, 95), kind.name+"-p95-ms")
		all = append(all, took...)
	}
	b.ReportMetric(percentile(all, 95), "all-p95-ms")
	b.ReportMetric(0, "ns/op")
}

// Many is how many rows a benchmark of searches has: 10,000, or 1,000,000 with PARLEY_LONG=1.
func Many() int {
	if os.Getenv("PARLEY_LONG") != "" {
		return 1_000_000
	}
	return 10_000
}

func percentile(took []time.Duration, p int) float64 {
	slices.Sort(took)
	return float64(took[len(took)*p/100].Microseconds()) / 1000
}

const benchWeeks = 8 * 7 * 24 * time.Hour

// fillContacts enters contacts, ten thousand at a time.
func fillContacts(b *testing.B, s store.Store, r *rand.Rand, contacts int) {
	b.Helper()
	for at := 0; at < contacts; at += 10_000 {
		id := uuid.NewString()
		set := &change.Set{At: start(), Session: &change.Session{ID: id, Create: true, Next: &session.Session{InstanceID: instance, Status: session.Active}}}
		for i := range 10_000 {
			set.Contacts = append(set.Contacts, benchContact(r, id, start().Add(benchWeeks/time.Duration(contacts)*time.Duration(at+i))))
		}
		commit(b, s, set)
	}
}

func benchContact(r *rand.Rand, session string, at time.Time) change.Contact {
	return contactOf(session, uuid.Must(uuid.NewV7()).String(), func(c *record.Record) {
		c.InitiatedAt, c.ConnectedAt, c.EnqueuedAt = at, at.Add(time.Second), at.Add(2*time.Second)
		c.CustomerID, c.QueueID, c.FlowID = pick(r, "customer-", 200_000), benchID("00000001", r.IntN(20)), benchID("00000002", 1)
		c.Attributes = map[string]string{"order": pick(r, "", 1_000_000), "tier": pick(r, "tier", 5), "topic": pick(r, "topic", 40)}
		c.Method = "API"
		if n := r.IntN(1000); n < 150 {
			c.Method = []string{"TRANSFER", "QUEUE_TRANSFER", "DISCONNECT", "MONITOR"}[min(n/40, 2)+n/149]
		}
		if r.IntN(10) > 0 {
			taken := at.Add(time.Duration(r.IntN(600)) * time.Second)
			c.Agent = &record.Agent{UserID: benchID("00000003", r.IntN(500)), ConnectedAt: taken, LeftAt: taken.Add(10 * time.Minute)}
		}
		c.DisconnectedAt = at.Add(time.Duration(600+r.IntN(3600)) * time.Second)
	})
}

func benchID(kind string, n int) string { return fmt.Sprintf("%s-0000-4000-8000-%012d", kind, n) }

// search is a kind of question that people ask.
type search struct {
	name  string
	query func(*rand.Rand) store.ContactQuery
}

func searches() []search {
	// within has a query ask for some time: an hour, a day, a week or all.
	within := func(r *rand.Rand, q store.ContactQuery) store.ContactQuery {
		span := []time.Duration{time.Hour, 24 * time.Hour, 7 * 24 * time.Hour, benchWeeks}[r.IntN(4)]
		q.From = start().Add(time.Duration(r.Int64N(int64(benchWeeks-span) + 1)))
		q.Until = q.From.Add(span)
		return q
	}
	filtered := func(m store.Moment, filter func(*rand.Rand) store.ContactFilter) func(*rand.Rand) store.ContactQuery {
		return func(r *rand.Rand) store.ContactQuery {
			return within(r, store.ContactQuery{Order: m, ContactFilter: filter(r)})
		}
	}
	queues := func(n int) func(*rand.Rand) store.ContactFilter {
		return func(r *rand.Rand) (f store.ContactFilter) {
			for range n {
				f.Queues = append(f.Queues, benchID("00000001", r.IntN(20)))
			}
			return f
		}
	}
	agents := func(n int) func(*rand.Rand) store.ContactFilter {
		return func(r *rand.Rand) (f store.ContactFilter) {
			for range n {
				f.Agents = append(f.Agents, benchID("00000003", r.IntN(500)))
			}
			return f
		}
	}
	method := func(m string) func(*rand.Rand) store.ContactFilter {
		return func(*rand.Rand) store.ContactFilter { return store.ContactFilter{Methods: []string{m}} }
	}
	return []search{
		{"time", filtered(store.Initiated, func(*rand.Rand) (f store.ContactFilter) { return f })},
		{"ended", filtered(store.Disconnected, func(*rand.Rand) (f store.ContactFilter) { return f })},
		{"queue", filtered(store.Initiated, queues(1))},
		{"queues", filtered(store.Initiated, queues(4))},
		{"queue-ended", filtered(store.Disconnected, queues(1))},
		{"agent", filtered(store.Initiated, agents(1))},
		{"agent-connected", filtered(store.Connected, agents(1))},
		{"agents", filtered(store.Connected, agents(30))},
		{"customer", filtered(store.Initiated, func(r *rand.Rand) store.ContactFilter {
			return store.ContactFilter{Customer: pick(r, "customer-", 200_000)}
		})},
		{"method", filtered(store.Initiated, method("TRANSFER"))},
		{"rare-method", filtered(store.Initiated, method("MONITOR"))},
		{"queue-and-agent", filtered(store.Disconnected, func(r *rand.Rand) store.ContactFilter {
			f := queues(1)(r)
			f.Agents = agents(1)(r).Agents
			return f
		})},
		{"two-times", func(r *rand.Rand) store.ContactQuery {
			q := within(r, store.ContactQuery{Order: store.Initiated})
			q.Within = []store.Within{{Moment: store.Disconnected, From: q.From, Until: q.Until}}
			return q
		}},
		{"later-page", func(r *rand.Rand) store.ContactQuery {
			q := within(r, store.ContactQuery{Order: store.Initiated})
			q.After = store.ContactPlace{At: q.From.Add(q.Until.Sub(q.From) / 2), ID: "5"}
			return q
		}},
	}
}
