package account

import (
	"testing"

	"parley/internal/password"
)

// TestALightHashTakesNoLessTime: whoever still has a generated password cannot be told by the time of an attempt.
func TestALightHashTakesNoLessTime(t *testing.T) {
	const secret = "9vQm2Zt0cXw7kLr4sN1bYpEe"
	for _, c := range []struct {
		name, hash  string
		given       string
		slow, match bool
	}{
		{"nobody", "", secret, true, false},
		{"light, right", password.HashRandom(secret), secret, true, true},
		{"light, wrong", password.HashRandom(secret), "x", true, false},
		{"slow", password.Hash(secret), secret, false, true},
	} {
		asked := false
		slow := password.Hash("of nobody")
		s := &Service{hashing: make(chan struct{}, 1), nobody: func() string { asked = true; return slow }}
		if match, err := s.matches(t.Context(), c.hash, c.given); err != nil || match != c.match || asked != c.slow {
			t.Errorf("%s: matches %v, compared with nobody %v, %v", c.name, match, asked, err)
		}
	}
}
