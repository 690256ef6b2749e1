package article_test

import (
	"testing"

	"parley/internal/article"
)

func TestA(t *testing.T) {
	for noun, want := range map[string]string{
		"queue": "a queue", "user": "a user", "agent status": "an agent status", "override": "an override", "hours of operation": "hours of operation",
		"AGENT_HOLD flow": "an AGENT_HOLD flow", "CUSTOMER_QUEUE flow": "a CUSTOMER_QUEUE flow", "OUTBOUND_WHISPER flow": "an OUTBOUND_WHISPER flow", "": "a ",
	} {
		if got := article.A(noun); got != want {
			t.Errorf("%q: %q, want %q", noun, got, want)
		}
	}
}
