package token_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/fault"
	"parley/internal/token"
)

var (
	start   = time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)
	session = [16]byte{1, 2, 3, 15: 9}
	person  = [16]byte{7, 8, 15: 1}
	oldKey  = bytes.Repeat([]byte{1}, 32)
	newKey  = bytes.Repeat([]byte{2}, 32)
)

func ring(t testing.TB, current uint32, keys map[uint32][]byte) *token.Keyring {
	t.Helper()
	k, err := token.NewKeyring(current, keys)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func single(t testing.TB) *token.Keyring { return ring(t, 1, map[uint32][]byte{1: oldKey}) }

func claims(kind token.Kind) token.Claims {
	return token.Claims{Kind: kind, Session: session, Participant: person, Expiry: start.Add(24 * time.Hour), Extra: []byte("pos=7")}
}

func wantDenied(t *testing.T, what string, err error) {
	t.Helper()
	if !fault.Is(err, fault.Denied) {
		t.Errorf("%s: got %v, want fault.Denied", what, err)
	}
	var f *fault.Error
	if errors.As(err, &f) && f.Message != "Access denied" {
		t.Errorf("%s: message %q tells more than that access is denied", what, f.Message)
	}
}

func TestRoundTrip(t *testing.T) {
	k := single(t)
	for _, want := range []token.Claims{
		claims(token.Participant),
		{Kind: token.Page},
		{Kind: token.Socket, Session: session, Expiry: start.Add(time.Millisecond)},
		{Kind: token.Agent, Extra: bytes.Repeat([]byte{0xff}, token.MaxExtra)},
	} {
		tok := k.Sign(want)
		if len(tok) > token.MaxLen {
			t.Errorf("%d characters, more than %d", len(tok), token.MaxLen)
		}
		got, err := k.Verify(want.Kind, tok, start)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("err %v, claims (-want +got):\n%s", err, diff)
		}
	}
}

func TestSignIsDeterministic(t *testing.T) {
	a, b := single(t), single(t)
	inZone := claims(token.Participant)
	inZone.Expiry = inZone.Expiry.In(time.FixedZone("x", 3600)).Add(999 * time.Microsecond)
	want := a.Sign(claims(token.Participant))
	for _, got := range []string{a.Sign(claims(token.Participant)), b.Sign(claims(token.Participant)), b.Sign(inZone)} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// The spelling is a promise: tokens outlive the binary that signed them.
func TestFormatIsStable(t *testing.T) {
	const want = "AQIAAAABAQIDAAAAAAAAAAAAAAAACQcIAAAAAAAAAAAAAAAAAAEAAAGbgc_rLnBvcz03qUEp3KQuqEAG_Y11sMkjE_PkfQBDl_QXMrl4Y_H9M2I"
	if got := single(t).Sign(claims(token.Connection)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestKindsAreNotInterchangeable(t *testing.T) {
	k := single(t)
	kinds := []token.Kind{token.Participant, token.Connection, token.Socket, token.Page, token.Upload, token.Download, token.Agent}
	for _, signed := range kinds {
		tok := k.Sign(claims(signed))
		for _, asked := range kinds {
			_, err := k.Verify(asked, tok, start)
			if signed == asked && err != nil {
				t.Errorf("kind %d: %v", signed, err)
			}
			if signed != asked {
				wantDenied(t, "another kind", err)
			}
		}
	}
}

func TestEveryOtherSpellingIsDenied(t *testing.T) {
	k := single(t)
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=\n\r\x00 "
	for extra := range 4 { // every number of spare bits at the end
		c := claims(token.Participant)
		c.Extra = c.Extra[:extra]
		tok := k.Sign(c)
		for i := range len(tok) {
			for _, other := range []byte(alphabet) {
				if other != tok[i] {
					check(t, k, tok[:i]+string(other)+tok[i+1:])
				}
			}
			check(t, k, tok[:i])
			check(t, k, tok[:i]+tok[i+1:])
			check(t, k, tok[:i]+"\n"+tok[i:])
			check(t, k, tok[:i]+"\r"+tok[i:])
			check(t, k, tok[:i]+"\r\n"+tok[i:])
		}
		for _, suffix := range []string{"A", "=", "==", " ", "\n", "\r\n\r\n", "AAAA"} {
			check(t, k, tok+suffix)
		}
	}
}

func check(t *testing.T, k *token.Keyring, tok string) {
	t.Helper()
	if _, err := k.Verify(token.Participant, tok, start); err == nil {
		t.Errorf("accepted %q", tok)
	}
}

func TestGarbageIsDenied(t *testing.T) {
	k := single(t)
	tok := k.Sign(claims(token.Participant))
	for name, bad := range map[string]string{
		"empty":         "",
		"1 MB":          strings.Repeat("A", 1<<20),
		"1 MB behind":   tok + strings.Repeat("A", 1<<20),
		"a JWT":         "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
		"full width":    strings.Replace(tok, "A", "Ａ", 1),
		"Cyrillic":      strings.Replace(tok, "A", "А", 1),
		"invalid UTF-8": "\xff" + tok[1:],
		"std alphabet":  base64.StdEncoding.EncodeToString([]byte(tok)),
	} {
		_, err := k.Verify(token.Participant, bad, start)
		wantDenied(t, name, err)
	}
}

func TestExpiry(t *testing.T) {
	k := single(t)
	c := claims(token.Connection)
	tok := k.Sign(c)
	if _, err := k.Verify(token.Connection, tok, c.Expiry.Add(-time.Millisecond)); err != nil {
		t.Errorf("1 ms before expiry: %v", err)
	}
	for _, late := range []time.Duration{0, time.Millisecond} {
		_, err := k.Verify(token.Connection, tok, c.Expiry.Add(late))
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Denied || !errors.Is(err, token.ErrExpired) || f.Message != "Access denied: the token has expired" {
			t.Errorf("%v after expiry: got %v, want fault.Denied that says so", late, err)
		}
	}
	if _, err := k.Verify(token.Participant, tok, c.Expiry); errors.Is(err, token.ErrExpired) {
		t.Error("an expired token of another kind is called expired")
	}
}

func TestRotation(t *testing.T) {
	before := single(t)
	during := ring(t, 2, map[uint32][]byte{1: oldKey, 2: newKey})
	after := ring(t, 2, map[uint32][]byte{2: newKey})
	swapped := ring(t, 1, map[uint32][]byte{1: newKey, 2: oldKey})
	old, fresh := before.Sign(claims(token.Participant)), during.Sign(claims(token.Participant))
	if old == fresh {
		t.Error("the new key signs like the old one")
	}
	for _, tok := range []string{old, fresh} {
		if _, err := during.Verify(token.Participant, tok, start); err != nil {
			t.Errorf("during rotation: %v", err)
		}
		_, err := swapped.Verify(token.Participant, tok, start)
		wantDenied(t, "key ids swapped between issuers", err)
	}
	_, err := after.Verify(token.Participant, old, start)
	wantDenied(t, "retired key", err)
	_, err = before.Verify(token.Participant, fresh, start)
	wantDenied(t, "unknown key", err)
}

func TestKeyringRefusesBadKeys(t *testing.T) {
	for name, keys := range map[string]map[uint32][]byte{"no current": {2: oldKey}, "short": {1: oldKey[:31]}, "none": nil} {
		if _, err := token.NewKeyring(1, keys); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestKeyringCopiesItsKeys(t *testing.T) {
	mine := bytes.Clone(oldKey)
	k := ring(t, 1, map[uint32][]byte{1: mine})
	clear(mine)
	if k.Sign(claims(token.Page)) != single(t).Sign(claims(token.Page)) {
		t.Error("changing the caller's bytes changed the keyring")
	}
}

func TestClaimsOutliveTheNextCheck(t *testing.T) {
	k := single(t)
	other := claims(token.Page)
	other.Extra = []byte("pos=8")
	first, err := k.Verify(token.Page, k.Sign(claims(token.Page)), start)
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if _, err := k.Verify(token.Page, k.Sign(other), start); err != nil {
			t.Fatal(err)
		}
	}
	if string(first.Extra) != "pos=7" {
		t.Errorf("Extra became %q", first.Extra)
	}
}

func TestConcurrentUse(t *testing.T) {
	k := single(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 200 {
				c := token.Claims{Kind: token.Page, Session: [16]byte{byte(i), byte(j)}}
				if got, err := k.Verify(token.Page, k.Sign(c), start); err != nil || got.Session != c.Session {
					t.Errorf("got %v, %v", got, err)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzVerify(f *testing.F) {
	k := single(f)
	tok := k.Sign(claims(token.Participant))
	f.Add(tok)
	f.Add(tok[:len(tok)-1] + "B")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := k.Verify(token.Participant, s, start)
		if err == nil && k.Sign(c) != s {
			t.Errorf("accepted %q, which is spelled %q", s, k.Sign(c))
		}
	})
}

func BenchmarkSign(b *testing.B) {
	k, c := single(b), claims(token.Participant)
	b.ReportAllocs()
	for b.Loop() {
		k.Sign(c)
	}
}

func BenchmarkVerify(b *testing.B) {
	k := single(b)
	c := claims(token.Connection)
	c.Extra = nil
	tok := k.Sign(c)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := k.Verify(token.Connection, tok, start); err != nil {
			b.Fatal(err)
		}
	}
}
