package account_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/app/account"
	"parley/app/people"
	"parley/internal/fault"
	"parley/internal/faulttest"
)

// guesses are the counts that the store holds.
func (w *world) guesses() int {
	w.t.Helper()
	rows, err := w.store.Resources(w.t.Context(), "", "guess", "", 1_000)
	must(w.t, err)
	return len(rows)
}

// However many nodes are asked, one after the other or at once, they let as many guesses through as one node does.
func TestNodesCountTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.user("ada", people.AgentProfile)
		nodes := []*account.Service{w.node(), w.node(), w.node()}
		for i := range 5 {
			_, err := nodes[i%3].SignIn(t.Context(), attempt("ada", "wrong password"))
			faulttest.Want(t, "wrong", err, fault.SignedOut)
		}
		for _, n := range append(nodes, w.node()) { // the last is one that has just been started
			_, err := n.SignIn(t.Context(), attempt("ada", secret))
			faulttest.Want(t, "the sixth, on whatever node", err, fault.Throttled)
		}
		var let atomic.Int32
		var group sync.WaitGroup
		for i := range 24 {
			group.Go(func() {
				_, err := nodes[i%3].SignIn(t.Context(), attempt("nobody", "wrong password"))
				if fault.Is(err, fault.SignedOut) {
					let.Add(1)
				} else if !fault.Is(err, fault.Throttled) {
					t.Error(err)
				}
			})
		}
		if group.Wait(); let.Load() != 5 {
			t.Errorf("at once %d guesses are let through, want 5", let.Load())
		}
	})
}

// Who signs in rightly leaves no count behind, and one of who does not goes once it is full again.
func TestCountsAreForgotten(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.user("ada", people.AgentProfile)
		n := w.node()
		w.signIn(n, "ada")
		if got := w.guesses(); got != 0 {
			t.Errorf("a right sign-in leaves %d counts", got)
		}
		_, err := n.SignIn(t.Context(), attempt("ada", "wrong password"))
		if faulttest.Want(t, "wrong", err, fault.SignedOut); w.guesses() != 3 {
			t.Errorf("a failure leaves %d counts, want 3", w.guesses())
		}
		w.clock.SetOffset(w.clock.Offset() + time.Minute)
		due, err := w.store.Due(t.Context(), w.clock.Now(), 10)
		must(t, err)
		for _, d := range due {
			if d.Kind == account.DueGuess {
				must(t, n.HandleGuess(t.Context(), d.DueRef))
			}
		}
		if got := w.guesses(); got != 0 {
			t.Errorf("%d counts are left of a failure a minute ago", got)
		}
	})
}

// A deadline that comes early, because somebody guessed again, forgets nothing.
func TestACountThatIsNotFullStays(t *testing.T) {
	w := small(t)
	n := w.node()
	_, err := n.SignIn(t.Context(), attempt("ada", "wrong password"))
	faulttest.Want(t, "wrong", err, fault.SignedOut)
	for range 2 {
		due, err := w.store.Due(t.Context(), w.clock.Now().Add(time.Hour), 10)
		must(t, err)
		for _, d := range due {
			must(t, n.HandleGuess(t.Context(), d.DueRef))
		}
		if len(due) != 3 || w.guesses() != 3 {
			t.Errorf("%d deadlines, %d counts, want 3 and 3", len(due), w.guesses())
		}
	}
}

// Whoever is refused leaves nothing behind, and a long name takes no more than a short one.
func TestWhoIsRefusedLeavesNothing(t *testing.T) {
	w := small(t)
	n := w.node()
	for i := range 60 {
		_, _ = n.SignIn(t.Context(), attempt(fmt.Sprint("first", i), strings.Repeat("x", 2_000)))
	}
	before := w.guesses()
	for i := range 100 {
		_, err := n.SignIn(t.Context(), attempt(fmt.Sprint(i, strings.Repeat("x", 60_000)), "x"))
		faulttest.Want(t, "an attempt of a slowed address", err, fault.Throttled)
	}
	if got := w.guesses(); got != before {
		t.Errorf("100 refused attempts are remembered as %d more counts", got-before)
	}
	rows, err := w.store.Resources(t.Context(), "", "guess", "", 1_000)
	must(t, err)
	for _, r := range rows {
		if len(r.ID) != 64 || len(r.Document) > 200 {
			t.Errorf("a count takes %d bytes", len(r.Document))
		}
	}
}

// An IPv6 network guesses as often as an IPv4 address, whatever addresses it takes.
func TestAnIPv6NetworkIsOneGuesser(t *testing.T) {
	for name, nth := range map[string]func(int) string{
		"IPv4":           func(int) string { return "192.0.2.1" },
		"IPv4 in IPv6":   func(i int) string { return []string{"192.0.2.1", "::ffff:192.0.2.1"}[i%2] },
		"IPv6":           func(i int) string { return fmt.Sprintf("2001:db8::%x", i+1) },
		"IPv6 of a link": func(i int) string { return fmt.Sprintf("fe80::%x%%eth%d", i+1, i) },
	} {
		w, let := small(t), 0
		n := w.node()
		for i := range 60 {
			a := attempt(fmt.Sprint("user", i), strings.Repeat("x", 2_000)) // too long to be compared
			a.Address = nth(i)
			if _, err := n.SignIn(t.Context(), a); fault.Is(err, fault.SignedOut) {
				let++
			}
		}
		if let != 50 {
			t.Errorf("%s: %d attempts are let through, want 50", name, let)
		}
	}
}

// The audit log is told of a user or an address that is refused once a minute, not at every attempt, and by one node.
func TestTheAuditLogIsToldOnceAMinute(t *testing.T) {
	w := small(t)
	nodes := []*account.Service{w.node(), w.node()}
	refused := func() {
		for i := range 40 {
			_, _ = nodes[i%2].SignIn(t.Context(), attempt("ada", strings.Repeat("x", 2_000)))
		}
	}
	told := func() (n int) {
		for _, e := range w.events() {
			if strings.HasPrefix(e, "sign-ins refused") {
				n++
			}
		}
		return n
	}
	if refused(); told() != 1 {
		t.Errorf("told %d times of one minute: %q", told(), slices.Compact(w.events()))
	}
	w.clock.SetOffset(w.clock.Offset() + 61*time.Second)
	if refused(); told() != 2 {
		t.Errorf("told %d times of two minutes", told())
	}
}
