package account_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/app/account"
	"parley/app/people"
	rules "parley/domain/account"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/internal/password"
)

func TestSigningInAndOut(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		id := w.user("ada", people.AdminProfile)
		a, b := w.node(), w.node()
		ticket := w.signIn(a, "ada")
		for _, n := range []*account.Service{a, b} {
			c, err := n.Caller(t.Context(), ticket.Cookie)
			must(t, err)
			if c.ID != id || c.Name != "ada" || c.CSRF != ticket.Caller.CSRF || !c.Permissions.Has("Users.Edit") {
				t.Errorf("the caller is %+v", c)
			}
		}
		must(t, a.Revoke(t.Context(), instance, id, ticket.Caller.Session.ID))
		_, err := a.Caller(t.Context(), ticket.Cookie)
		faulttest.Want(t, "after signing out, where it happened", err, fault.SignedOut)
		eventually(t, "another node, without a hint", 1500*time.Millisecond, func() bool {
			_, err := b.Caller(t.Context(), ticket.Cookie)
			return fault.Is(err, fault.SignedOut)
		})
		want := []string{"signed in", "sign-in ended"}
		if got := w.events(); !slices.Equal(got, want) {
			t.Errorf("the audit log tells %q, want %q", got, want)
		}
	})
}

// What is wrong is not told, neither by words nor by doing less work.
func TestRefusalsAreAlike(t *testing.T) {
	w := small(t)
	w.user("ada", people.AgentProfile)
	n := w.node()
	var said []string
	for name, a := range map[string]account.Attempt{
		"a wrong password": attempt("ada", secret+"x"), "no password": attempt("ada", ""), "nobody": attempt("eve", secret), "no name": attempt("", ""),
		"another instance": {Instance: "other", Username: "ada", Password: secret}, "a long password": attempt("ada", strings.Repeat("x", 5_000)),
		"another case": attempt("ada", strings.ToUpper(secret)),
	} {
		_, err := n.SignIn(t.Context(), a)
		faulttest.Want(t, name, err, fault.SignedOut)
		said = append(said, err.Error())
	}
	if slices.Sort(said); len(slices.Compact(said)) != 1 {
		t.Errorf("refusals differ: %q", said)
	}
}

func TestMadeUpCookiesAreRefused(t *testing.T) {
	w := small(t)
	id := w.user("ada", people.AgentProfile)
	n := w.node()
	good := w.signIn(n, "ada").Cookie
	row := w.signIn(n, "ada").Caller.Session.ID
	for _, cookie := range []string{"", ".", id, id + ".", good + "x", good[:len(good)-1], row, "x" + good, strings.ToUpper(good), id + "." + strings.Repeat("A", 43)} {
		_, err := n.Caller(t.Context(), cookie)
		faulttest.Want(t, cookie, err, fault.SignedOut)
	}
}

// Whoever reads the database finds nothing to call with.
func TestNothingStoredSignsIn(t *testing.T) {
	w := small(t)
	w.user("ada", people.AgentProfile)
	ticket := w.signIn(w.node(), "ada")
	_, random, _ := strings.Cut(ticket.Cookie, ".")
	rows, err := w.store.Resources(t.Context(), "", "sign-in", "", 10)
	must(t, err)
	if len(rows) != 1 {
		t.Fatalf("%d sign-ins are stored", len(rows))
	}
	for _, private := range []string{random, secret, ticket.Caller.CSRF} {
		if strings.Contains(rows[0].ID, private) || bytes.Contains(rows[0].Document, []byte(private)) {
			t.Errorf("the row holds %q", private)
		}
	}
}

func TestGuessingIsSlowed(t *testing.T) {
	w := small(t)
	w.user("ada", people.AgentProfile)
	for _, name := range []string{"ada", "nobody"} { // both alike
		n := w.node()
		for range 5 {
			_, err := n.SignIn(t.Context(), attempt(name, "wrong password"))
			faulttest.Want(t, name, err, fault.SignedOut)
		}
		_, err := n.SignIn(t.Context(), attempt(name, secret))
		faulttest.Want(t, name+", the sixth time, with the right password", err, fault.Throttled)
		elsewhere := attempt(name, secret)
		elsewhere.Address = "198.51.100.7"
		if _, err = n.SignIn(t.Context(), elsewhere); fault.Is(err, fault.Throttled) {
			t.Errorf("%s is kept out elsewhere, too", name)
		}
		w.clock.SetOffset(w.clock.Offset() + 31*time.Second)
		if _, err = n.SignIn(t.Context(), attempt(name, secret)); fault.Is(err, fault.Throttled) {
			t.Errorf("%s after half a minute: %v", name, err)
		}
	}
}

func TestAnAddressIsSlowed(t *testing.T) {
	w := small(t)
	n, refused, began := w.node(), 0, time.Now()
	for i := range 60 {
		w.clock.SetOffset(-time.Since(began)) // however long a guess takes here, they come at once
		_, err := n.SignIn(t.Context(), attempt(strings.Repeat("x", i), "wrong password"))
		if fault.Is(err, fault.Throttled) {
			refused++
		}
	}
	if refused < 5 {
		t.Errorf("60 guesses at as many names from one address: %d refused", refused)
	}
}

func TestSigningInRightlyCostsNothing(t *testing.T) {
	w := small(t)
	w.user("ada", people.AgentProfile)
	n := w.node()
	for range 8 {
		w.signIn(n, "ada")
	}
}

func TestSignInsRunOut(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.user("ada", people.AgentProfile)
		n := w.node()
		idle, used := w.signIn(n, "ada"), w.signIn(n, "ada")
		steps := int(rules.Lifetime / (50 * time.Minute))
		for range steps {
			w.clock.SetOffset(w.clock.Offset() + 50*time.Minute)
			_, err := w.node().Caller(t.Context(), used.Cookie)
			must(t, err)
		}
		_, err := w.node().Caller(t.Context(), idle.Cookie)
		faulttest.Want(t, "one that lay idle", err, fault.SignedOut)
		w.clock.SetOffset(w.clock.Offset() + 50*time.Minute)
		_, err = w.node().Caller(t.Context(), used.Cookie)
		faulttest.Want(t, "one in use, after its lifetime", err, fault.SignedOut)

		due, err := w.store.Due(t.Context(), w.clock.Now(), 10)
		must(t, err)
		for _, d := range due {
			must(t, n.HandleDue(t.Context(), d.DueRef))
		}
		rows, err := w.store.Resources(t.Context(), "", "sign-in", "", 10)
		if must(t, err); len(due) != 2 || len(rows) != 0 {
			t.Errorf("%d deadlines; %d sign-ins are left", len(due), len(rows))
		}
	})
}

func TestSigningInAgainReplacesTheSignIn(t *testing.T) {
	w := small(t)
	w.user("ada", people.AgentProfile)
	n := w.node()
	first := w.signIn(n, "ada")
	again := attempt("ada", secret)
	again.Cookie = first.Cookie
	second, err := n.SignIn(t.Context(), again)
	must(t, err)
	if second.Cookie == first.Cookie {
		t.Error("the cookie stayed the same")
	}
	_, err = n.Caller(t.Context(), first.Cookie)
	faulttest.Want(t, "the cookie before", err, fault.SignedOut)
}

func TestASignInTooManyEndsTheOldest(t *testing.T) {
	w := small(t)
	id := w.user("ada", people.AgentProfile)
	n := w.node()
	first := w.signIn(n, "ada")
	for range rules.MaxSessions {
		w.clock.SetOffset(w.clock.Offset() + time.Second)
		w.signIn(n, "ada")
	}
	all, err := n.Sessions(t.Context(), id)
	must(t, err)
	_, err = n.Caller(t.Context(), first.Cookie)
	if faulttest.Want(t, "the oldest", err, fault.SignedOut); len(all) != rules.MaxSessions {
		t.Errorf("%d sign-ins", len(all))
	}
}

// A password that was changed, by whomever, ends every sign-in on every node.
func TestANewPasswordEndsSignIns(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		id := w.user("ada", people.AgentProfile)
		a, b := w.node(), w.node()
		mine, other := w.signIn(a, "ada"), w.signIn(b, "ada")
		fresh, err := a.ChangePassword(t.Context(), mine.Caller, secret, "another long secret", account.From{})
		must(t, err)
		for name, cookie := range map[string]string{"mine": mine.Cookie, "another": other.Cookie} {
			for _, n := range []*account.Service{a, b, w.node()} {
				eventually(t, name, 1500*time.Millisecond, func() bool {
					_, err := n.Caller(t.Context(), cookie)
					return fault.Is(err, fault.SignedOut)
				})
			}
		}
		_, err = b.Caller(t.Context(), fresh.Cookie)
		must(t, err)
		_, err = a.SignIn(t.Context(), attempt("ada", secret))
		faulttest.Want(t, "the old password", err, fault.SignedOut)
		must(t, w.people.ChangeUser(t.Context(), instance, id, func(u *people.User) error {
			u.PasswordHash = password.Hash("set behind our back")
			return nil
		}))
		_, err = w.node().Caller(t.Context(), fresh.Cookie)
		faulttest.Want(t, "after a change that accounts did not make", err, fault.SignedOut)
	})
}

func TestWhatAPasswordChangeNeeds(t *testing.T) {
	w := small(t)
	w.user("ada", people.AgentProfile)
	n := w.node()
	c := w.signIn(n, "ada").Caller
	_, err := n.ChangePassword(t.Context(), c, "wrong", "another long secret", account.From{})
	faulttest.Want(t, "a wrong password", err, fault.Denied)
	_, err = n.ChangePassword(t.Context(), c, secret, "short", account.From{})
	faulttest.Want(t, "a bad password", err, fault.Invalid)
}

func TestADeletedUserIsSignedOut(t *testing.T) {
	w := small(t)
	id := w.user("ada", people.AgentProfile)
	n := w.node()
	ticket := w.signIn(n, "ada")
	must(t, w.people.DeleteUser(t.Context(), instance, id))
	eventually(t, "signed out", 1500*time.Millisecond, func() bool {
		_, err := n.Caller(t.Context(), ticket.Cookie)
		return fault.Is(err, fault.SignedOut)
	})
}

// Whoever may change the passwords of others does not get more rights by that.
func TestNobodyTakesOverWhoMayDoMore(t *testing.T) {
	w := small(t)
	boss, agent := w.user("boss", people.AdminProfile), w.user("agent", people.AgentProfile)
	w.user("manager", "CallCenterManager")
	n := w.node()
	manager := w.signIn(n, "manager").Caller
	faulttest.Want(t, "the administrator's password", n.SetPassword(t.Context(), manager, boss, "another long secret"), fault.Denied)
	faulttest.Want(t, "the administrator's codes", n.RemoveCodesOf(t.Context(), manager, boss), fault.Denied)
	ticket := w.signIn(n, "boss")
	faulttest.Want(t, "the administrator's sign-ins", n.SignOutUser(t.Context(), manager, boss), fault.Denied)
	faulttest.Want(t, "nobody's sign-ins", n.SignOutUser(t.Context(), manager, "none"), fault.NotFound)
	if _, err := n.Caller(t.Context(), ticket.Cookie); err != nil {
		t.Errorf("after a refusal the administrator is %v", err)
	}
	faulttest.Want(t, "nobody's password", n.SetPassword(t.Context(), manager, "none", "another long secret"), fault.NotFound)
	must(t, w.people.ChangeUser(t.Context(), instance, agent, func(u *people.User) error {
		u.SecurityProfileIDs = []string{profileID("QualityAnalyst")}
		return nil
	}))
	if err := n.SetPassword(t.Context(), manager, agent, "another long secret"); err != nil {
		t.Errorf("somebody who may do less: %v", err)
	}
	if _, err := n.SignIn(t.Context(), attempt("agent", "another long secret")); err != nil && !errors.Is(err, nil) {
		t.Errorf("with the new password: %v", err)
	}
}
