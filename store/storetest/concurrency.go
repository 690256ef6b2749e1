package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
)

func concurrencyTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"Appends":         testConcurrentAppends,
		"OneWins":         testOneWins,
		"OneChanges":      testOneChanges,
		"OneCreates":      testOneCreates,
		"OneHandles":      testOneHandles,
		"OneHandlesAlone": testOneHandlesAlone,
		"OneReuses":       testOneReuses,
		"OneOwnsContact":  testOneOwnsContact,
		"UsageBound":      testConcurrentUsage,
		"SameToken":       testSameToken,
		"Neighbours":      testNeighboursUnharmed,
		"Cancelled":       testCancelled,
		"StateAndAppends": testStateAgainstAppends,
		"ReadYourWrites":  testReadYourWrites,
		"LargeSets":       testLargeSets,
		"Marks":           testConcurrentMarks,
	}
}

const senders = 64

// together runs n calls at the same time.
func together(n int, call func(i int)) {
	var all sync.WaitGroup
	gate := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-gate
			call(i)
		})
	}
	close(gate)
	all.Wait()
}

// testConcurrentAppends lets many senders append to few sessions.
func testConcurrentAppends(t *testing.T, s store.Store) {
	const sessions, rounds = 3, 20
	for i := range sessions {
		commit(t, s, newSession(sessionID(i)))
	}
	var mu sync.Mutex
	told := map[string]transcript.Item{} // by id
	together(senders, func(i int) {
		id := sessionID(i % sessions)
		for round := range rounds {
			set := say(id, 1, fmt.Sprintf("%d/%d", i, round), "second")
			set.At = start().Add(time.Duration(i*round%7) * time.Millisecond)
			res, err := s.Commit(context.Background(), set)
			if err != nil || len(res.Items) != 2 || res.Items[1].Position != res.Items[0].Position+1 {
				t.Errorf("sender %d: %v %+v", i, err, res.Items)
				return
			}
			mu.Lock()
			told[res.Items[0].ID], told[res.Items[1].ID] = res.Items[0], res.Items[1]
			mu.Unlock()
		}
	})
	if len(told) != senders*rounds*2 {
		t.Errorf("%d ids were told, want %d", len(told), senders*rounds*2)
	}
	for i := range sessions {
		checkDense(t, s, sessionID(i), told)
	}
}

// checkDense checks that a transcript has no holes, that its times grow, and
// that it holds what the senders were told.
func checkDense(t testing.TB, s store.Store, id string, told map[string]transcript.Item) {
	t.Helper()
	items := must[[]transcript.Item](t)(s.Items(t.Context(), id, store.Page{Limit: 1 << 20}))
	var last time.Time
	for i := range items {
		position, ok := transcript.PositionOf(id, items[i].ID)
		if !ok || position != int64(i+1) || items[i].Position != position || !items[i].Time.After(last) {
			t.Fatalf("item %d has position %d, id %s, time %v after %v", i, items[i].Position, items[i].ID, items[i].Time, last)
		}
		last = items[i].Time
		same(t, "an item as it was told", told[items[i].ID], items[i])
	}
	if head := must[map[string]store.Head](t)(s.Heads(t.Context(), []string{id}))[id]; head.Head != int64(len(items)) {
		t.Errorf("head %d, but %d items", head.Head, len(items))
	}
}

// testOneWins lets many callers change the same version; again and again
// exactly one of them does.
func testOneWins(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	for version := range int64(5) {
		var won, lost atomic.Int32
		together(senders, func(i int) {
			next := sessionValue(id)
			next.Attributes = map[string]string{"winner": fmt.Sprint(i)}
			set := say(id, version+1, fmt.Sprintf("winner %d", i))
			set.Session.Next, set.Session.Parts = next, change.Attributes
			switch _, err := s.Commit(context.Background(), set); {
			case err == nil:
				won.Add(1)
			case fault.Is(err, fault.Conflict):
				lost.Add(1)
			default:
				t.Error(err)
			}
		})
		if won.Load() != 1 || lost.Load() != senders-1 {
			t.Fatalf("%d won and %d lost, want 1 and %d", won.Load(), lost.Load(), senders-1)
		}
		got := must[*session.Session](t)(s.Session(t.Context(), id))
		items := must[[]transcript.Item](t)(s.Items(t.Context(), id, store.Page{Limit: 99}))
		if got.Version != version+2 || int64(len(items)) != version+1 || items[version].Content != "winner "+got.Attributes["winner"] {
			t.Fatalf("version %d with %d items, attributes %v", got.Version, len(items), got.Attributes)
		}
	}
}

// testOneChanges is the same without items: nothing but the version tells the
// changes from one another.
func testOneChanges(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	for version := range int64(5) {
		var won atomic.Int32
		together(senders, func(i int) {
			next := sessionValue(id)
			next.Attributes = map[string]string{"winner": fmt.Sprint(i)}
			_, err := s.Commit(context.Background(), &change.Set{At: start(), Session: &change.Session{
				ID: id, Version: version + 1, Next: next, Parts: change.Attributes,
			}})
			if err == nil {
				won.Add(1)
			} else if !fault.Is(err, fault.Conflict) {
				t.Error(err)
			}
		})
		got := must[*session.Session](t)(s.Session(t.Context(), id))
		if won.Load() != 1 || got.Version != version+2 {
			t.Fatalf("%d won, version %d; want 1 and %d", won.Load(), got.Version, version+2)
		}
	}
}

func testOneCreates(t *testing.T, s store.Store) {
	var won atomic.Int32
	together(senders, func(i int) {
		if _, err := s.Commit(context.Background(), newSession(sessionID(1))); err == nil {
			won.Add(1)
		} else if !fault.Is(err, fault.Conflict) {
			t.Error(err)
		}
	})
	if won.Load() != 1 {
		t.Errorf("%d created the session, want 1", won.Load())
	}
}

// testOneOwnsContact lets many sessions claim the same contact.
func testOneOwnsContact(t *testing.T, s store.Store) {
	var won atomic.Int32
	together(senders, func(i int) {
		set := newSession(sessionID(i))
		set.Contacts = []change.Contact{{ID: "c", SessionID: sessionID(i), InstanceID: instance}}
		if _, err := s.Commit(context.Background(), set); err == nil {
			won.Add(1)
		} else if !fault.Is(err, fault.Conflict) {
			t.Error(err)
		}
	})
	if n := len(must[[]string](t)(s.Sessions(t.Context(), "", 99))); won.Load() != 1 || n != 1 {
		t.Errorf("%d own the contact and %d sessions stand, want 1 and 1", won.Load(), n)
	}
}

// testOneHandles lets many nodes handle the same deadline.
func testOneHandles(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	commit(t, s, setting("x", time.Hour))
	ref := dues(t, s)[0].DueRef
	var won atomic.Int32
	together(senders, func(i int) {
		set := say(id, 1, "fired")
		set.Done = []change.DueRef{ref}
		if _, err := s.Commit(context.Background(), set); err == nil {
			won.Add(1)
		} else if !fault.Is(err, fault.Conflict) {
			t.Error(err)
		}
	})
	items := must[[]transcript.Item](t)(s.Items(t.Context(), id, store.Page{Limit: 99}))
	if won.Load() != 1 || len(items) != 1 {
		t.Errorf("%d handled the deadline with %d items, want 1 and 1", won.Load(), len(items))
	}
}

// testOneHandlesAlone is the same for Sets that have nothing else in common.
func testOneHandlesAlone(t *testing.T, s store.Store) {
	for round := range 5 {
		commit(t, s, setting("x", time.Hour))
		ref := dues(t, s)[0].DueRef
		var won atomic.Int32
		together(senders, func(i int) {
			set := using(change.Usage{Key: fmt.Sprint(i), Delta: 1})
			set.Done = []change.DueRef{ref}
			if _, err := s.Commit(context.Background(), set); err == nil {
				won.Add(1)
			} else if !fault.Is(err, fault.Conflict) {
				t.Error(err)
			}
		})
		if won.Load() != 1 {
			t.Fatalf("round %d: %d handled the deadline, want 1", round, won.Load())
		}
	}
}

// testOneReuses lets many callers use an expired token again at the same time.
func testOneReuses(t *testing.T, s store.Store) {
	for round := range 5 {
		var won atomic.Int32
		together(senders, func(i int) {
			set := once(using(change.Usage{Key: fmt.Sprint(i), Delta: 1}), "scope", "token")
			set.At = start().Add(time.Duration(round) * time.Hour)
			set.Once.Expires = set.At.Add(time.Minute)
			res, err := s.Commit(context.Background(), set)
			if err != nil {
				t.Error(err)
			} else if res.Replay == nil {
				won.Add(1)
			}
		})
		if won.Load() != 1 {
			t.Fatalf("round %d: %d used the token, want 1", round, won.Load())
		}
	}
}

// testConcurrentUsage shows that a count never exceeds its bound, and that
// nobody is refused below it.
func testConcurrentUsage(t *testing.T, s store.Store) {
	const bound = 40
	var granted, refused atomic.Int64
	take := change.Usage{Key: "chats", Delta: 1, Max: bound}
	together(senders, func(int) {
		switch _, err := s.Commit(context.Background(), using(take)); {
		case err == nil:
			granted.Add(1)
		case fault.Is(err, fault.LimitExceeded):
			refused.Add(1)
		default:
			t.Error(err)
		}
	})
	if granted.Load() != bound || refused.Load() != senders-bound {
		t.Errorf("%d granted, %d refused; want %d and %d", granted.Load(), refused.Load(), bound, senders-bound)
	}
	together(senders, func(i int) {
		give := change.Usage{Key: "chats", Delta: -1}
		if _, err := s.Commit(context.Background(), using(give)); err != nil {
			t.Error(err)
		}
		if _, err := s.Commit(context.Background(), using(take)); err != nil {
			t.Errorf("refused below the bound: %v", err)
		}
	})
	if n := must[int64](t)(s.Usage(t.Context(), "chats")); n != bound {
		t.Errorf("usage %d, want %d", n, bound)
	}
}

// testSameToken lets eight callers use one token at the same time.
func testSameToken(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	for round := range 20 {
		token := fmt.Sprint(round)
		results := make([]store.Result, 8)
		together(len(results), func(i int) {
			set := once(say(id, 1, fmt.Sprintf("%s by %d", token, i)), id, token)
			var err error
			if results[i], err = s.Commit(context.Background(), set); err != nil {
				t.Error(err)
			}
		})
		checkOneApplied(t, results)
	}
	items := must[[]transcript.Item](t)(s.Items(t.Context(), id, store.Page{Limit: 99}))
	if len(items) != 20 {
		t.Errorf("%d items, want 20", len(items))
	}
}

func checkOneApplied(t testing.TB, results []store.Result) {
	t.Helper()
	var first transcript.Item
	applied := 0
	for _, r := range results {
		if r.Replay == nil && len(r.Items) == 1 {
			first, applied = r.Items[0], applied+1
		}
	}
	if applied != 1 {
		t.Fatalf("%d of the Sets were applied, want 1", applied)
	}
	for _, r := range results {
		if r.Replay != nil && (r.Replay.Position != first.Position || !r.Replay.Time.Equal(first.Time)) {
			t.Errorf("replay %+v, want position %d and time %v", r.Replay, first.Position, first.Time)
		}
	}
}

// testNeighboursUnharmed commits Sets that hold beside Sets that do not.
func testNeighboursUnharmed(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	commit(t, s, configuring(resource("a", "A", 0)))
	want := []fault.Kind{fault.Internal, fault.Conflict, fault.LimitExceeded, fault.Duplicate}
	together(senders, func(i int) {
		set := say(id, 1, "x")
		switch i % 4 {
		case 1:
			set.Session.Version = 7
		case 2:
			set.Usage = []change.Usage{{Key: "k", Delta: 2, Max: 1}}
		case 3:
			set.Resources = []change.Resource{resource("b", "A", 0)}
		}
		_, err := s.Commit(context.Background(), set)
		if i%4 == 0 && err != nil || i%4 != 0 && !fault.Is(err, want[i%4]) {
			t.Errorf("sender %d: %v", i, err)
		}
	})
	items := must[[]transcript.Item](t)(s.Items(t.Context(), id, store.Page{Limit: 99}))
	if len(items) != senders/4 {
		t.Errorf("%d items, want %d", len(items), senders/4)
	}
}

// testCancelled shows that a Set is applied completely or not at all,
// whenever its caller gives up, and that the answer tells which.
func testCancelled(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	over, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Commit(over, say(id, 1, "too late")); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that is over: %v, want Canceled", err)
	}
	var applied atomic.Int64
	together(senders, func(i int) {
		for range 10 {
			ctx, cancel := context.WithCancel(context.Background())
			go cancel()
			_, err := s.Commit(ctx, say(id, 1, "x"))
			if err == nil {
				applied.Add(1)
			} else if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}
	})
	head := must[map[string]store.Head](t)(s.Heads(t.Context(), []string{id}))[id].Head
	if head != applied.Load() {
		t.Errorf("%d Sets were answered as applied, but the head is %d", applied.Load(), head)
	}
}

// testStateAgainstAppends lets appends race with a change of state: those
// that were decided on the old state are refused once it has changed.
func testStateAgainstAppends(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	var before atomic.Int64
	together(senders, func(i int) {
		set := say(id, 1, "old state")
		if i == senders/2 {
			set = say(id, 1, "the change")
			set.Session.Next = sessionValue(id)
			set.Session.Next.Status = session.Ended
		}
		if _, err := s.Commit(context.Background(), set); err == nil {
			before.Add(1)
		} else if !fault.Is(err, fault.Conflict) {
			t.Error(err)
		}
	})
	items := must[[]transcript.Item](t)(s.Items(t.Context(), id, store.Page{Limit: 99}))
	if int64(len(items)) != before.Load() || items[len(items)-1].Content != "the change" {
		t.Errorf("%d items, %d acknowledged, the last is %q", len(items), before.Load(), items[len(items)-1].Content)
	}
}

// testReadYourWrites shows that a read that begins after a Commit returned
// sees what it wrote.
func testReadYourWrites(t *testing.T, s store.Store) {
	together(8, func(i int) {
		id := sessionID(i)
		if _, err := s.Commit(context.Background(), newSession(id)); err != nil {
			t.Error(err)
			return
		}
		for n := range int64(30) {
			if _, err := s.Commit(context.Background(), say(id, 1, "x")); err != nil {
				t.Error(err)
				return
			}
			items, err := s.Items(context.Background(), id, store.Page{Limit: 1, Descending: true})
			if err != nil || len(items) != 1 || items[0].Position != n+1 {
				t.Errorf("after item %d: %v %v", n+1, items, err)
				return
			}
		}
	})
}

// testLargeSets commits many items at once, from several senders.
func testLargeSets(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	told := map[string]transcript.Item{}
	var mu sync.Mutex
	together(4, func(i int) {
		set := say(id, 1)
		for range 700 {
			set.Items = append(set.Items, message("one of many"))
		}
		res, err := s.Commit(context.Background(), set)
		if err != nil {
			t.Error(err)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		for _, item := range res.Items {
			told[item.ID] = item
		}
	})
	checkDense(t, s, id, told)
}

// testConcurrentMarks shows that marks only move forward, in whatever order
// they arrive.
func testConcurrentMarks(t *testing.T, s store.Store) {
	id := sessionID(1)
	commit(t, s, newSession(id))
	var moved atomic.Int64
	together(senders, func(i int) {
		res, err := s.Commit(context.Background(), marking(id, 1, receipt("p1", int64(i+1), int64(i), start())))
		if err != nil {
			t.Error(err)
		}
		moved.Add(int64(len(res.Marks)))
	})
	want := []transcript.Mark{receipt("p1", senders, senders-1, start())}
	same(t, "marks", must[[]transcript.Mark](t)(s.Marks(t.Context(), id)), want)
	if moved.Load() < 1 || moved.Load() > senders {
		t.Errorf("%d moves", moved.Load())
	}
}
