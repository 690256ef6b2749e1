package account_test

import (
	"context"
	"testing"

	"parley/app/account"
)

// A user leaves its chats with its last sign-in, whoever ends that, and not before.
func TestWhoseLastSignInEndsLeavesItsChats(t *testing.T) {
	w := small(t)
	n := w.node()
	ada := w.user("ada", "Agent")
	w.user("boss", "Admin")
	boss := w.signIn(n, "boss").Caller
	var left []string
	n.Depart = func(_ context.Context, _, user string) error { left = append(left, user); return nil }
	for name, end := range map[string]func(a, b account.Ticket) error{
		"all ended by an administrator": func(_, _ account.Ticket) error { return n.RevokeAll(t.Context(), instance, ada, "") },
		"a new password":                func(_, _ account.Ticket) error { return n.SetPassword(t.Context(), boss, ada, secret) },
		"one after the other": func(a, b account.Ticket) error {
			return orNext(n.SignOut(t.Context(), a.Caller), func() error { return n.SignOut(t.Context(), b.Caller) })
		},
	} {
		first, second := w.signIn(n, "ada"), w.signIn(n, "ada")
		left = nil
		must(t, end(first, second))
		if len(left) == 0 || left[0] != ada {
			t.Errorf("%s: %q leave their chats", name, left)
		}
	}
	bob := w.user("bob", "Agent") // whose password is its own
	for name, end := range map[string]func(a, b account.Ticket) error{
		"one of two signs out": func(a, _ account.Ticket) error { return n.SignOut(t.Context(), a.Caller) },
		"all the others end":   func(a, _ account.Ticket) error { return n.RevokeAll(t.Context(), instance, bob, a.Caller.Session.ID) },
		"its own new password": func(a, _ account.Ticket) error {
			_, err := n.ChangePassword(t.Context(), a.Caller, secret, secret, account.From{})
			return err
		},
	} {
		first, second := w.signIn(n, "bob"), w.signIn(n, "bob")
		left = nil
		must(t, end(first, second))
		if len(left) > 0 {
			t.Errorf("%s: %q leave their chats", name, left)
		}
		must(t, n.RevokeAll(t.Context(), instance, bob, ""))
	}
}

func orNext(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}
