package account_test

import (
	"context"
	"testing"
	"time"

	"parley/app/account"
	"parley/app/people"
	"parley/bus/memory"
	"parley/domain/permission"
	"parley/internal/password"
)

// attach opens something that is closed with the sign-in, and runs its node.
func attach(t *testing.T, n *account.Service, c account.Caller, need permission.Need) <-chan struct{} {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { n.Run(ctx); close(ended) }()
	t.Cleanup(func() { cancel(); <-ended })
	closed := make(chan struct{})
	n.Attach(c, need, func() { close(closed) })
	return closed
}

func wantClosed(t *testing.T, what string, closed <-chan struct{}, within time.Duration) {
	t.Helper()
	select {
	case <-closed:
	case <-time.After(within):
		t.Errorf("%s: the socket is open after %v", what, within)
	}
}

// Whatever ends a sign-in closes its sockets, on the other node too: soon by a
// hint, and a little later without.
func TestRevocationClosesSockets(t *testing.T) {
	profile := func(w *world, c account.Caller) error {
		return w.people.ChangeUser(w.t.Context(), instance, c.ID, func(u *people.User) error {
			u.SecurityProfileIDs = []string{profileID(people.AgentProfile)}
			return nil
		})
	}
	for _, end := range []struct {
		name   string
		hint   bool
		within time.Duration
		do     func(w *world, a *account.Service, c account.Caller) error
	}{
		{"revoked, by hint", true, 2 * time.Second, func(w *world, a *account.Service, c account.Caller) error {
			return a.RevokeAll(w.t.Context(), instance, c.ID, "")
		}},
		{"revoked", false, 4 * time.Second, func(w *world, a *account.Service, c account.Caller) error {
			return a.RevokeAll(w.t.Context(), instance, c.ID, "")
		}},
		{"password changed", false, 4 * time.Second, func(w *world, a *account.Service, c account.Caller) error {
			_, err := a.ChangePassword(w.t.Context(), c, secret, "another long secret", account.From{})
			return err
		}},
		{"user deleted", false, 4 * time.Second, func(w *world, _ *account.Service, c account.Caller) error {
			return w.people.DeleteUser(w.t.Context(), instance, c.ID)
		}},
		{"profile taken away", false, 4 * time.Second, func(w *world, _ *account.Service, c account.Caller) error { return profile(w, c) }},
	} {
		t.Run(end.name, func(t *testing.T) {
			t.Parallel()
			w := small(t)
			if end.hint {
				w.bus = memory.New()
			}
			w.user("ada", people.AdminProfile)
			w.user("bob", people.AgentProfile)
			a, b := w.node(), w.node()
			c := w.signIn(a, "ada").Caller
			kept := attach(t, w.node(), w.signIn(a, "bob").Caller, permission.SignedIn())
			closed := attach(t, b, c, permission.Of(permission.UsersEdit))
			must(t, end.do(w, a, c))
			wantClosed(t, end.name, closed, end.within)
			select {
			case <-kept:
				t.Error("somebody else's socket was closed, too")
			default:
			}
		})
	}
}

// A socket that is opened while its sign-in ends does not stay.
func TestASocketThatComesLateIsClosed(t *testing.T) {
	w := small(t)
	id := w.user("ada", people.AgentProfile)
	n := w.node()
	c := w.signIn(n, "ada").Caller
	if err := n.RevokeAll(t.Context(), instance, id, ""); err != nil {
		t.Fatal(err)
	}
	wantClosed(t, "late", attach(t, n, c, permission.SignedIn()), 2*time.Second)
}

// The generated password of a first account is known to every node until it is changed.
func TestFirstAccount(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		nodes := []*account.Service{w.node(), w.node(), w.node()}
		got := make([]account.First, len(nodes))
		done := make(chan error, len(nodes))
		for i, n := range nodes {
			go func() {
				var err error
				got[i], err = n.First(context.Background(), instance, "admin", people.AdminProfile, false)
				done <- err
			}()
		}
		for range nodes {
			must(t, <-done)
		}
		first := got[0]
		if first.Password == "" || first.Username != "admin" || got[1] != first || got[2] != first {
			t.Fatalf("nodes know %+v", got)
		}
		ticket, err := nodes[1].SignIn(t.Context(), attempt("admin", first.Password))
		must(t, err)
		if generated, err := nodes[1].Generated(t.Context(), ticket.Caller.Person); err != nil || !generated {
			t.Errorf("generated: %v, %v", generated, err)
		}
		_, err = nodes[1].ChangePassword(t.Context(), ticket.Caller, first.Password, "another long secret", account.From{})
		must(t, err)
		after, err := nodes[2].First(t.Context(), instance, "admin", people.AdminProfile, false)
		if must(t, err); after.UserID != first.UserID || after.Password != "" {
			t.Errorf("after the password was changed: %+v", after)
		}
		must(t, w.people.DeleteUser(t.Context(), instance, first.UserID))
		gone, err := nodes[0].First(t.Context(), instance, "admin", people.AdminProfile, false)
		if must(t, err); gone != (account.First{}) {
			t.Errorf("a deleted administrator is back: %+v", gone)
		}
	})
}

// An operator's own user of that name stays what it is.
func TestAFirstAccountTakesNobodysPlace(t *testing.T) {
	w := small(t)
	id := w.user("admin", people.AgentProfile)
	got, err := w.node().First(t.Context(), instance, "admin", people.AdminProfile, false)
	must(t, err)
	u, err := w.people.User(t.Context(), instance, id)
	must(t, err)
	same, err := password.Matches(u.PasswordHash, secret)
	if got != (account.First{}) || err != nil || !same {
		t.Errorf("got %+v; the user's password is kept: %v, %v", got, same, err)
	}
}
