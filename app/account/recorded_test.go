package account_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/app/account"
	"parley/app/people"
	rules "parley/domain/account"
	"parley/domain/change"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/store"
)

// recorder is a store that remembers what was committed, and fails where it is told to.
type recorder struct {
	store.Store
	mu   sync.Mutex
	sets []*change.Set
	fail func(*change.Set) bool
}

func (r *recorder) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	r.mu.Lock()
	fail := r.fail != nil && r.fail(set)
	r.mu.Unlock()
	if fail {
		return store.Result{}, fault.New(fault.Unavailable, "the store is away")
	}
	res, err := r.Store.Commit(ctx, set)
	if err == nil {
		r.mu.Lock()
		r.sets = append(r.sets, set)
		r.mu.Unlock()
	}
	return res, err
}

// kinds are the kinds that each commit since the last call changed, without those of counts and of the audit log.
func (r *recorder) kinds() (list []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, set := range r.sets {
		var kinds []string
		for _, row := range set.Resources {
			if row.Kind != "guess" && !strings.HasPrefix(row.Kind, "audit") {
				kinds = append(kinds, row.Kind)
			}
		}
		if slices.Sort(kinds); len(kinds) > 0 {
			list = append(list, strings.Join(kinds, " "))
		}
	}
	r.sets = nil
	return list
}

func recorded(w *world) *recorder {
	r := &recorder{Store: w.store}
	w.store = r
	return r
}

// whole fails unless one commit changed all these kinds, and no other one any.
func whole(t *testing.T, what string, got []string, want string) {
	t.Helper()
	if len(got) != 1 || got[0] != want {
		t.Errorf("%s is committed as %q, want %q", what, got, want)
	}
}

// A new password, whoever sets it, is one commit with all that follows from it.
func TestANewPasswordIsOneCommit(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		r := recorded(w)
		n := w.node()
		first, err := n.First(t.Context(), instance, "admin", people.AdminProfile, false)
		must(t, err)
		mine, err := n.SignIn(t.Context(), attempt("admin", first.Password))
		must(t, err)
		ada := w.user("ada", people.AgentProfile)
		w.signIn(n, "ada")
		r.kinds()

		fresh, err := n.ChangePassword(t.Context(), mine.Caller, first.Password, "another long secret", account.From{})
		must(t, err)
		whole(t, "a generated password that is changed", r.kinds(), "first-password instance sign-in sign-in user")
		must(t, n.SetPassword(t.Context(), fresh.Caller, ada, "another long secret"))
		whole(t, "a password that somebody else sets", r.kinds(), "account instance sign-in user")
		given, err := n.SignIn(t.Context(), attempt("ada", "another long secret"))
		must(t, err)
		r.kinds()
		own, err := n.ChangePassword(t.Context(), given.Caller, "another long secret", secret, account.From{})
		must(t, err)
		whole(t, "the user's own choice", r.kinds(), "account instance sign-in sign-in user")

		r.fail = func(set *change.Set) bool {
			return slices.ContainsFunc(set.Resources, func(row change.Resource) bool { return row.Kind == "user" })
		}
		if _, err := n.ChangePassword(t.Context(), own.Caller, secret, "a third long secret", account.From{}); !fault.Is(err, fault.Unavailable) {
			t.Errorf("while the store is away: %v", err)
		}
		if _, err := w.node().Caller(t.Context(), own.Cookie); err != nil {
			t.Errorf("a password that was not changed has ended a sign-in: %v", err)
		}
		if got := r.kinds(); len(got) > 0 {
			t.Errorf("a password that was not changed has changed %q", got)
		}
	})
}

// Whoever was given a password must choose one; one that came with the server only where others reach the server.
func TestAPasswordThatWasGiven(t *testing.T) {
	w := small(t)
	n, exposed := w.node(), w.node()
	exposed.Exposed = true
	w.user("boss", people.AdminProfile)
	ada := w.user("ada", people.AgentProfile)
	boss := w.signIn(n, "boss").Caller
	if n.MustChange(boss) || exposed.MustChange(boss) {
		t.Error("a password that came with CreateUser is the user's own")
	}
	const reset = "a reset long secret"
	must(t, n.SetPassword(t.Context(), boss, ada, reset))
	given, err := n.SignIn(t.Context(), attempt("ada", reset))
	must(t, err)
	if !n.MustChange(given.Caller) {
		t.Error("a password that somebody else has set is good for everything")
	}
	_, err = n.ChangePassword(t.Context(), given.Caller, reset, reset, account.From{})
	faulttest.Want(t, "the same password again", err, fault.Invalid)
	own, err := n.ChangePassword(t.Context(), given.Caller, reset, secret, account.From{})
	must(t, err)
	again := w.signIn(n, "ada")
	if n.MustChange(own.Caller) || n.MustChange(again.Caller) {
		t.Error("who has chosen a password is to choose one again")
	}

	first, err := n.First(t.Context(), instance, "admin", people.AdminProfile, false)
	must(t, err)
	admin, err := n.SignIn(t.Context(), attempt("admin", first.Password))
	must(t, err)
	if n.MustChange(admin.Caller) || !exposed.MustChange(admin.Caller) {
		t.Errorf("the first password: to be changed on this machine %v, where others reach the server %v", n.MustChange(admin.Caller), exposed.MustChange(admin.Caller))
	}
}

// With a user goes, in one commit, what its account has. A first account that was deleted stays away, until all is restored: with another password.
func TestWhatGoesWithAUser(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		r := recorded(w)
		n := w.node()
		w.people.Retire = n.Retire
		ada := w.user("ada", people.AgentProfile)
		w.enrol(n, "ada")
		r.kinds()
		must(t, w.people.DeleteUser(t.Context(), instance, ada))
		_, err := w.store.Resource(t.Context(), instance, "account", ada)
		faulttest.Want(t, "the account of a deleted user", err, fault.NotFound)
		first, err := n.First(t.Context(), instance, "admin", people.AdminProfile, false)
		must(t, err)
		_, err = n.SignIn(t.Context(), attempt("admin", first.Password))
		must(t, err)
		r.kinds()
		must(t, w.people.DeleteUser(t.Context(), instance, first.UserID))
		row, err := w.store.Resource(t.Context(), instance, "first-password", "admin")
		if must(t, err); strings.Contains(string(row.Document), "sealed") {
			t.Errorf("the generated password outlives its user: %s", row.Document)
		}
		rows, err := w.store.Resources(t.Context(), "", "sign-in", "", 10)
		if must(t, err); len(rows) > 0 {
			t.Errorf("%d sign-ins outlive their users", len(rows))
		}
		gone, err := w.node().First(t.Context(), instance, "admin", people.AdminProfile, false)
		if must(t, err); gone != (account.First{}) {
			t.Errorf("a deleted administrator is back: %+v", gone)
		}
		back, err := w.node().First(t.Context(), instance, "admin", people.AdminProfile, true)
		if must(t, err); back.UserID != first.UserID || back.Password == "" || back.Password == first.Password {
			t.Errorf("restored is %+v, was %+v", back, first)
		}
		_, err = n.SignIn(t.Context(), attempt("admin", back.Password))
		must(t, err)
	})
}

// What follows from the end of a sign-in is done, also where the node that ended it could not: for who watches chats, and for who has none left.
func TestWhatFollowsFromTheEndOfASignIn(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		n := w.node()
		ada := w.user("ada", people.AgentProfile)
		var unwatched []time.Time
		departed, away := 0, true
		n.Unwatch = func(_ context.Context, _, user string, before time.Time) error {
			if away || user != ada {
				return fault.New(fault.Unavailable, "the store is away")
			}
			unwatched = append(unwatched, before)
			return nil
		}
		n.Depart = func(context.Context, string, string) error { departed++; return nil }
		handle := func() {
			due, err := w.store.Due(t.Context(), w.clock.Now(), 10)
			must(t, err)
			for _, d := range due {
				_ = n.HandleDue(t.Context(), d.DueRef)
			}
		}
		one, two := w.signIn(n, "ada"), w.signIn(n, "ada")
		must(t, n.Revoke(t.Context(), instance, ada, one.Caller.Session.ID))
		ended := w.clock.Now()
		handle()
		if away = false; len(unwatched) > 0 {
			t.Fatal("this shows nothing")
		}
		w.clock.SetOffset(w.clock.Offset() + time.Minute)
		handle()
		handle()
		if len(unwatched) != 1 || unwatched[0].After(ended) || departed != 0 {
			t.Errorf("one of two was ended at %v: supervision that was begun before %v ends, %d departures", ended, unwatched, departed)
		}
		unwatched = nil
		w.clock.SetOffset(w.clock.Offset() + rules.Idle)
		handle()
		if _, err := n.Caller(t.Context(), two.Cookie); !fault.Is(err, fault.SignedOut) || len(unwatched) != 1 || departed != 0 {
			t.Errorf("one that ran out: %v; supervision ends %v, %d departures", err, unwatched, departed)
		}
		used := w.signIn(n, "ada")
		unwatched = nil
		w.clock.SetOffset(w.clock.Offset() + 50*time.Minute)
		_, err := n.Caller(t.Context(), used.Cookie)
		must(t, err)
		w.clock.SetOffset(w.clock.Offset() + 15*time.Minute)
		handle()
		if _, err := w.node().Caller(t.Context(), used.Cookie); err != nil || len(unwatched) > 0 {
			t.Errorf("one in use is over after an hour: %v, %v", err, unwatched)
		}
		w.clock.SetOffset(w.clock.Offset() + rules.Idle + time.Second)
		handle()
		if len(unwatched) != 1 {
			t.Errorf("one that lay idle after use: supervision ends %d times", len(unwatched))
		}
	})
}
