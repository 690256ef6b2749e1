package change_test

import (
	"testing"

	"parley/domain/change"
)

// A client token is its caller's own: the same one from another participant or
// for another operation must not find the first one's answer.
func TestClientTokensOfDifferentCallersDiffer(t *testing.T) {
	first := change.OnceKey("SendMessage", "p1", "abc")
	if again := change.OnceKey("SendMessage", "p1", "abc"); again != first {
		t.Error("the same call has another key")
	}
	for name, other := range map[string][32]byte{
		"operation":            change.OnceKey("DisconnectParticipant", "p1", "abc"),
		"caller":               change.OnceKey("SendMessage", "p2", "abc"),
		"token":                change.OnceKey("SendMessage", "p1", "abd"),
		"case":                 change.OnceKey("SendMessage", "p1", "ABC"),
		"caller runs on":       change.OnceKey("SendMessage", "p1a", "bc"),
		"operation runs on":    change.OnceKey("SendMessagep1", "", "abc"),
		"nothing but a token":  change.OnceKey("", "", "abc"),
		"token in caller":      change.OnceKey("SendMessage", "p1abc", ""),
		"caller in operation ": change.OnceKey("SendMessagep1", "abc", ""),
	} {
		if other == first {
			t.Errorf("another %s has the same key", name)
		}
	}
}
