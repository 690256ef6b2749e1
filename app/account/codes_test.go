package account_test

import (
	"encoding/base32"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/app/account"
	"parley/app/people"
	"parley/domain/totp"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/internal/seal"
	"parley/work/audit"
)

// enrol turns codes on and returns the secret and the recovery codes.
func (w *world) enrol(n *account.Service, name string) ([]byte, []string) {
	w.t.Helper()
	c := w.signIn(n, name).Caller
	e, err := n.Enrol(w.t.Context(), c, secret)
	must(w.t, err)
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(e.Secret)
	must(w.t, err)
	recovery, err := n.Confirm(w.t.Context(), c, totp.Code(key, totp.Step(w.clock.Now())))
	must(w.t, err)
	w.clock.SetOffset(w.clock.Offset() + 30*time.Second) // that code is used up
	return key, recovery
}

func (w *world) code(key []byte) string { return totp.Code(key, totp.Step(w.clock.Now())) }

func withCode(name, code string) account.Attempt {
	a := attempt(name, secret)
	a.Code = code
	return a
}

func TestCodes(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		id := w.user("ada", people.AgentProfile)
		n := w.node()
		other := w.signIn(n, "ada")
		key, recovery := w.enrol(n, "ada")
		_, err := n.Caller(t.Context(), other.Cookie)
		faulttest.Want(t, "a sign-in from before codes were turned on", err, fault.SignedOut)
		asked, err := n.SignIn(t.Context(), attempt("ada", secret))
		if must(t, err); !asked.CodeNeeded || asked.Cookie != "" {
			t.Fatalf("without a code: %+v", asked)
		}
		_, err = n.SignIn(t.Context(), withCode("ada", "000000"))
		faulttest.Want(t, "a wrong code", err, fault.SignedOut)
		code := w.code(key)
		ticket, err := n.SignIn(t.Context(), withCode("ada", code))
		must(t, err)
		_, err = w.node().SignIn(t.Context(), withCode("ada", code))
		faulttest.Want(t, "the same code again, on another node", err, fault.SignedOut)
		_, err = n.SignIn(t.Context(), withCode("ada", strings.ToLower(recovery[0])))
		must(t, err)
		_, err = n.SignIn(t.Context(), withCode("ada", recovery[0]))
		faulttest.Want(t, "a recovery code again", err, fault.SignedOut)
		on, left, err := n.Codes(t.Context(), ticket.Caller)
		if must(t, err); !on || left != len(recovery)-1 {
			t.Errorf("codes on: %v, recovery codes left: %d", on, left)
		}
		faulttest.Want(t, "turning codes off with a wrong password", n.RemoveCodes(t.Context(), ticket.Caller, "wrong"), fault.Denied)
		must(t, n.RemoveCodes(t.Context(), ticket.Caller, secret))
		w.signIn(n, "ada")
		row, err := w.store.Resource(t.Context(), instance, "account", id)
		if must(t, err); strings.Contains(string(row.Document), totp.Text(key)) {
			t.Error("the secret is stored as it is")
		}
	})
}

// One code, many nodes at the same moment: one of them lets in.
func TestACodeLetsInOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.user("ada", people.AgentProfile)
		key, _ := w.enrol(w.node(), "ada")
		code, let := w.code(key), atomic.Int32{}
		var group sync.WaitGroup
		for range 4 {
			n := w.node()
			group.Go(func() {
				if _, err := n.SignIn(t.Context(), withCode("ada", code)); err == nil {
					let.Add(1)
				} else if !fault.Is(err, fault.SignedOut) {
					t.Error(err)
				}
			})
		}
		if group.Wait(); let.Load() != 1 {
			t.Errorf("let in %d times", let.Load())
		}
	})
}

func TestWrongCodesAreSlowed(t *testing.T) {
	w := small(t)
	w.user("ada", people.AgentProfile)
	n := w.node()
	key, _ := w.enrol(n, "ada")
	for range 5 {
		_, err := n.SignIn(t.Context(), withCode("ada", "000000"))
		faulttest.Want(t, "wrong", err, fault.SignedOut)
	}
	_, err := n.SignIn(t.Context(), withCode("ada", w.code(key)))
	faulttest.Want(t, "the sixth", err, fault.Throttled)
}

// The user of a provider is bound to one person there.
func TestProviderIdentities(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.user("ada", people.AgentProfile)
		n := w.node()
		who := account.Identity{Issuer: "https://id.example", Subject: "1", Username: "ada", SID: "s1"}
		first, err := n.SignInByProvider(t.Context(), "", who, account.From{})
		must(t, err)
		who.SID = "s2"
		second, err := n.SignInByProvider(t.Context(), "", who, account.From{})
		must(t, err)
		byPassword := w.signIn(n, "ada")
		for name, other := range map[string]account.Identity{
			"another person with that name": {Issuer: "https://id.example", Subject: "2", Username: "ada"},
			"another issuer":                {Issuer: "https://evil.example", Subject: "1", Username: "ada"},
			"nobody here":                   {Issuer: "https://id.example", Subject: "3", Username: "eve"},
		} {
			_, err := n.SignInByProvider(t.Context(), "", other, account.From{})
			faulttest.Want(t, name, err, fault.SignedOut)
		}
		must(t, n.EndByProvider(t.Context(), account.Identity{Issuer: "https://id.example", Subject: "1", SID: "s1"}))
		_, err = n.Caller(t.Context(), first.Cookie)
		faulttest.Want(t, "the session that the provider ended", err, fault.SignedOut)
		_, err = n.Caller(t.Context(), second.Cookie)
		must(t, err)
		must(t, n.EndByProvider(t.Context(), account.Identity{Issuer: "https://id.example", Subject: "1"}))
		_, err = n.Caller(t.Context(), second.Cookie)
		faulttest.Want(t, "all of the subject", err, fault.SignedOut)
		_, err = n.Caller(t.Context(), byPassword.Cookie)
		must(t, err)
	})
}

// After sealing anew the old master key opens nothing, and everything works with the new one.
func TestReseal(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.user("ada", people.AgentProfile)
		key, _ := w.enrol(w.node(), "ada")
		first, err := w.node().First(t.Context(), instance, "admin", people.AdminProfile, false)
		must(t, err)
		w.sealer, err = seal.New(seal.Key{2}, seal.Key{1})
		must(t, err)
		for _, want := range []int{2, 0} {
			got, err := w.node().Reseal(t.Context(), instance)
			if must(t, err); got != want {
				t.Errorf("%d values were sealed anew, want %d", got, want)
			}
		}
		_, err = audit.Reseal(t.Context(), w.store, w.sealer, w.clock.Now())
		must(t, err)
		w.sealer, err = seal.New(seal.Key{2}) // without the old one
		must(t, err)
		_, err = w.node().SignIn(t.Context(), withCode("ada", w.code(key)))
		must(t, err)
		again, err := w.node().First(t.Context(), instance, "admin", people.AdminProfile, false)
		if must(t, err); again != first {
			t.Errorf("the first account is %+v, was %+v", again, first)
		}
	})
}

// A sign-in that a provider vouches for stays the provider's when the password changes: it can still end it.
func TestANewPasswordKeepsTheProvidersSession(t *testing.T) {
	w := small(t)
	n := w.node()
	w.user("ada", "Agent")
	who := account.Identity{Issuer: "https://id.example", Subject: "s1", Username: "ada", SID: "sid1"}
	first, err := n.SignInByProvider(t.Context(), "", who, account.From{})
	must(t, err)
	second, err := n.ChangePassword(t.Context(), first.Caller, secret, "another long battery staple", account.From{})
	must(t, err)
	must(t, n.EndByProvider(t.Context(), account.Identity{Issuer: who.Issuer, SID: who.SID}))
	_, err = n.Caller(t.Context(), second.Cookie)
	faulttest.Want(t, "after the provider ended its session", err, fault.SignedOut)
}
