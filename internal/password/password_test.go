package password_test

import (
	"errors"
	"strings"
	"testing"

	"parley/internal/password"
)

func TestOnlyTheSamePasswordMatches(t *testing.T) {
	long := strings.Repeat("é", 300)
	for _, secret := range []string{"", "correct horse", "trailing ", long} {
		hash := password.Hash(secret)
		for other, want := range map[string]bool{
			secret: true, secret + " ": false, strings.ToUpper(secret + "x"): false, strings.TrimSuffix(secret, "é") + "e": false, secret + "\x00": false,
		} {
			if got, err := password.Matches(hash, other); err != nil || got != want {
				t.Errorf("%.20q against %.20q: %v, %v, want %v", secret, other, got, err, want)
			}
		}
	}
}

func TestHashOfARandomSecret(t *testing.T) {
	const secret = "9vQm2Zt0cXw7kLr4sN1bYpEe"
	hash := password.HashRandom(secret)
	for other, want := range map[string]bool{secret: true, secret + "x": false, "": false} {
		if got, err := password.Matches(hash, other); err != nil || got != want {
			t.Errorf("%q: %v, %v, want %v", other, got, err, want)
		}
	}
	if hash == password.HashRandom(secret) {
		t.Error("two hashes of one secret are equal")
	}
	if !password.Light(hash) || password.Light(password.Hash("x")) || password.Light("nothing") {
		t.Error("the wrong hashes are light")
	}
}

func TestHashesAreSalted(t *testing.T) {
	if first, second := password.Hash("x"), password.Hash("x"); first == second {
		t.Error("two hashes of one password are equal")
	}
}

// A hash of other parameters (argon2's own test program: echo -n password | argon2 somesalt -id -t 2 -m 16 -p 4 -l 24).
func TestParametersComeFromTheHash(t *testing.T) {
	const other = "$argon2id$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$GpZ3sK/oH9p7VIiV56G/64Zo/8GaUw434IimaPqxwCo"
	if ok, err := password.Matches(other, "wrong"); err != nil || ok {
		t.Errorf("got %v, %v", ok, err)
	}
}

func TestWhatIsNoHashIsRefused(t *testing.T) {
	good := password.Hash("x")
	for name, hash := range map[string]string{
		"empty": "", "plain text": "x", "another scheme": strings.Replace(good, "argon2id", "argon2i", 1),
		"another version": strings.Replace(good, "v=19", "v=16", 1), "too much memory": strings.Replace(good, "m=19456", "m=99999999", 1),
		"no passes": strings.Replace(good, "t=2", "t=0", 1), "no lanes": strings.Replace(good, "p=1", "p=0", 1),
		"cut": good[:len(good)-40], "one field less": good[:strings.LastIndex(good, "$")],
	} {
		if ok, err := password.Matches(hash, "x"); ok || !errors.Is(err, password.ErrHash) {
			t.Errorf("%s: got %v, %v", name, ok, err)
		}
	}
}
