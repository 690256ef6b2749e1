package storetest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/said"
	"parley/internal/clock"
	"parley/store"
)

// Chats is how many chats a benchmark of searches for words has: PARLEY_CHATS, else as Many.
func Chats() int {
	if n, err := strconv.Atoi(os.Getenv("PARLEY_CHATS")); err == nil && n > 0 {
		return n
	}
	return Many()
}

// BenchmarkSaid measures searches for words among so many chats of eight weeks, in 20 queues with 500 agents and 200,000 customers. A
// chat has 60 words of 50,000, some of which nearly every chat has. A page of 50 is one operation. It reports the 95th percentile of
// each kind of search in milliseconds, and of all; and how many chats were entered a second.
func BenchmarkSaid(b *testing.B, s store.Store, chats int) {
	r := rand.New(rand.NewPCG(1, 1))
	speaks := rand.NewZipf(r, 1.1, 3, 49_999)
	began := clock.Wall()
	for at := 0; at < chats; at += 500 {
		set := &change.Set{At: start()}
		for i := range 500 {
			set.Said = append(set.Said, benchSaid(r, speaks, start().Add(benchWeeks/time.Duration(chats)*time.Duration(at+i))))
		}
		commit(b, s, set)
	}
	b.ReportMetric(float64(chats)/clock.Wall().Sub(began).Seconds(), "chats-entered/s")
	var all []time.Duration
	for _, kind := range spoken() {
		var took []time.Duration
		for range 40 {
			q := store.SaidQuery{Instance: instance, Limit: 51}
			kind.ask(r, &q)
			began := clock.Wall()
			must[[]store.Found](b)(s.Said(b.Context(), q))
			took = append(took, clock.Wall().Sub(began))
		}
		b.ReportMetric(percentile(took, 95), kind.name+"-p95-ms")
		all = append(all, took...)
	}
	b.ReportMetric(percentile(all, 95), "all-p95-ms")
	b.ReportMetric(0, "ns/op")
}

func benchSaid(r *rand.Rand, speaks *rand.Zipf, at time.Time) said.Contact {
	c := said.Contact{
		ID: uuid.NewString(), SessionID: uuid.NewString(), InstanceID: instance, At: at, Queue: benchID("00000001", r.IntN(20)),
		Agent: benchID("00000003", r.IntN(500)), Customer: pick(r, "customer-", 200_000),
	}
	for range 60 {
		c.Words = append(c.Words, spell(int(speaks.Uint64())))
	}
	return c
}

// spell is the n-th most frequent word.
func spell(n int) string { return fmt.Sprintf("%c%c%x", 'a'+n%26, 'a'+n/26%26, n) }

// speech is a kind of search for words.
type speech struct {
	name string
	ask  func(r *rand.Rand, q *store.SaidQuery)
}

func spoken() []speech {
	words := func(q *store.SaidQuery, ranks ...int) {
		for _, n := range ranks {
			q.Terms = append(q.Terms, said.Term{Words: []string{spell(n)}})
		}
	}
	some := func(r *rand.Rand) int { return []int{r.IntN(10), 50 + r.IntN(500), 5_000 + r.IntN(40_000)}[r.IntN(3)] }
	within := func(r *rand.Rand, q *store.SaidQuery, span time.Duration) {
		q.From = start().Add(time.Duration(r.Int64N(int64(benchWeeks-span) + 1)))
		q.Until = q.From.Add(span)
	}
	return []speech{
		{"common", func(r *rand.Rand, q *store.SaidQuery) { words(q, r.IntN(10)) }},
		{"medium", func(r *rand.Rand, q *store.SaidQuery) { words(q, 50+r.IntN(500)) }},
		{"rare", func(r *rand.Rand, q *store.SaidQuery) { words(q, 5_000+r.IntN(40_000)) }},
		{"two-common", func(r *rand.Rand, q *store.SaidQuery) { words(q, r.IntN(5), 5+r.IntN(5)) }},
		{"two", func(r *rand.Rand, q *store.SaidQuery) { words(q, some(r), some(r)) }},
		{"phrase", func(r *rand.Rand, q *store.SaidQuery) {
			q.Terms = []said.Term{{Words: []string{spell(r.IntN(10)), spell(r.IntN(200))}}}
		}},
		{"prefix", func(r *rand.Rand, q *store.SaidQuery) {
			q.Terms = []said.Term{{Words: []string{spell(50 + r.IntN(500))[:3]}, Prefix: true}}
		}},
		{"short-prefix", func(r *rand.Rand, q *store.SaidQuery) {
			q.Terms = []said.Term{{Words: []string{spell(r.IntN(26))[:1]}, Prefix: true}}
		}},
		{"rare-phrase", func(r *rand.Rand, q *store.SaidQuery) { // of frequent words, that hardly ever follow one another
			q.Terms = []said.Term{{Words: []string{spell(r.IntN(10)), spell(200 + r.IntN(400)), spell(r.IntN(10))}}}
		}},
		{"queue", func(r *rand.Rand, q *store.SaidQuery) {
			words(q, some(r))
			q.Queues = []string{benchID("00000001", r.IntN(20))}
		}},
		{"agent", func(r *rand.Rand, q *store.SaidQuery) {
			words(q, some(r))
			q.Agents = []string{benchID("00000003", r.IntN(500))}
		}},
		{"customer", func(r *rand.Rand, q *store.SaidQuery) { words(q, some(r)); q.Customer = pick(r, "customer-", 200_000) }},
		{"common-and-customer", func(r *rand.Rand, q *store.SaidQuery) {
			words(q, r.IntN(10))
			q.Customer = pick(r, "customer-", 200_000)
		}},
		{"common-and-agent", func(r *rand.Rand, q *store.SaidQuery) {
			words(q, r.IntN(10))
			q.Agents = []string{benchID("00000003", r.IntN(500))}
		}},
		{"agent-and-queues", func(r *rand.Rand, q *store.SaidQuery) {
			words(q, some(r))
			q.Agents = []string{benchID("00000003", r.IntN(500))}
			for i := range 10 {
				q.Queues = append(q.Queues, benchID("00000001", i))
			}
		}},
		{"day", func(r *rand.Rand, q *store.SaidQuery) { words(q, some(r)); within(r, q, 24*time.Hour) }},
		{"common-and-hour", func(r *rand.Rand, q *store.SaidQuery) { words(q, r.IntN(10)); within(r, q, time.Hour) }},
		{"prefix-and-hour", func(r *rand.Rand, q *store.SaidQuery) {
			q.Terms = []said.Term{{Words: []string{spell(r.IntN(26))[:1]}, Prefix: true}}
			within(r, q, time.Hour)
		}},
		{"week-and-queue", func(r *rand.Rand, q *store.SaidQuery) {
			words(q, some(r))
			within(r, q, 7*24*time.Hour)
			q.Queues = []string{benchID("00000001", r.IntN(20))}
		}},
		{"later-page", func(r *rand.Rand, q *store.SaidQuery) {
			words(q, some(r))
			q.Before = said.First(start().Add(benchWeeks / 2))
		}},
		{"everything", func(r *rand.Rand, q *store.SaidQuery) {
			words(q, some(r), some(r))
			within(r, q, 7*24*time.Hour)
			q.Queues = []string{benchID("00000001", r.IntN(20))}
			q.Agents = []string{benchID("00000003", r.IntN(500))}
			q.Customer = pick(r, "customer-", 200_000)
		}},
	}
}
