package storetest

import (
	"fmt"
	"testing"
	"time"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/store"
)

func dueTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"Order":       testDueOrder,
		"Generations": testDueGenerations,
		"DoneAndSet":  testDueDoneAndSet,
		"Drop":        testDueDrop,
		"Claim":       testClaim,
	}
}

func dueKey(subject string) change.DueKey {
	return change.DueKey{Owner: sessionID(1), Kind: "idle", Subject: subject}
}

func setting(subject string, at time.Duration) *change.Set {
	return &change.Set{At: start(), Due: []change.Due{{DueKey: dueKey(subject), At: start().Add(at)}}}
}

func done(refs ...change.DueRef) *change.Set { return &change.Set{At: start(), Done: refs} }

// dues returns all deadlines.
func dues(t testing.TB, s store.Store) []store.Due {
	t.Helper()
	return must[[]store.Due](t)(s.Due(t.Context(), start().Add(1000*time.Hour), 1000))
}

func testDueOrder(t *testing.T, s store.Store) {
	next := func(want time.Time) {
		t.Helper()
		if got := must[time.Time](t)(s.NextDue(t.Context())); !got.Equal(want) {
			t.Errorf("NextDue %v, want %v", got, want)
		}
	}
	next(time.Time{})
	for _, hour := range []int{3, 1, 2} {
		commit(t, s, setting(fmt.Sprint(hour), time.Duration(hour)*time.Hour))
	}
	next(start().Add(time.Hour))
	subjects := func(until time.Duration, limit int) (out []string) {
		for _, d := range must[[]store.Due](t)(s.Due(t.Context(), start().Add(until), limit)) {
			out = append(out, d.Subject)
		}
		return out
	}
	same(t, "before all", subjects(time.Hour-time.Millisecond, 9), []string(nil))
	same(t, "up to the second", subjects(2*time.Hour, 9), []string{"1", "2"})
	same(t, "limited", subjects(9*time.Hour, 1), []string{"1"})
	got := dues(t, s)
	if !got[2].At.Equal(start().Add(3*time.Hour)) || got[2].DueKey != dueKey("3") {
		t.Errorf("third: %+v", got[2])
	}
}

// testDueGenerations shows that a reference to an earlier setting never
// matches again, not even after the deadline was deleted and set anew.
func testDueGenerations(t *testing.T, s store.Store) {
	seen := map[int64]bool{}
	var old []change.DueRef
	for i := range 4 {
		commit(t, s, setting("x", time.Duration(i)*time.Hour))
		ref := dues(t, s)[0].DueRef
		if seen[ref.Generation] {
			t.Fatalf("generation %d was given twice", ref.Generation)
		}
		seen[ref.Generation] = true
		for _, stale := range old {
			refuse(t, s, done(stale), fault.Conflict)
		}
		old = append(old, ref)
		if i%2 == 1 {
			commit(t, s, done(ref))
			refuse(t, s, done(ref), fault.Conflict)
		}
	}
	if n := len(dues(t, s)); n != 0 {
		t.Errorf("%d deadlines stand, want none", n)
	}
	refuse(t, s, done(change.DueRef{DueKey: dueKey("never set")}), fault.Conflict)
	refuse(t, s, done(change.DueRef{DueKey: dueKey("never set"), Generation: 1}), fault.Conflict)
}

// testDueDoneAndSet shows that one Set can handle a deadline and set it again.
func testDueDoneAndSet(t *testing.T, s store.Store) {
	commit(t, s, setting("x", time.Hour))
	first := dues(t, s)[0]
	again := setting("x", 2*time.Hour)
	again.Done = []change.DueRef{first.DueRef}
	commit(t, s, again)
	refuse(t, s, again, fault.Conflict)
	got := dues(t, s)
	if len(got) != 1 || got[0].Generation == first.Generation || !got[0].At.Equal(start().Add(2*time.Hour)) {
		t.Errorf("deadlines: %+v", got)
	}
}

func testDueDrop(t *testing.T, s store.Store) {
	commit(t, s, setting("x", time.Hour))
	commit(t, s, setting("y", time.Hour))
	set := setting("z", time.Hour)
	set.Drop = []change.DueKey{dueKey("x"), dueKey("never set"), dueKey("z")}
	commit(t, s, set)
	var got []string
	for _, d := range dues(t, s) {
		got = append(got, d.Subject)
	}
	same(t, "deadlines", got, []string{"y", "z"})
}
