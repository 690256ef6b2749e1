package pages_test

import (
	"strings"
	"testing"

	"parley/e2e/harness"
)

// TestWebPush: a customer who asked for it is told on the device of what is said while the chat is closed, and led back to it; nobody else can
// have a device told, and the log has no subscription.
func TestWebPush(t *testing.T) {
	needed(t)
	s := harness.Start(t, harness.Flags("--allow-outbound", "127.0.0.1", "--log-level", "debug"))
	ben := s.Agent("Ben", true, 9)
	ben.Online()
	run(t, "notify.mjs", worldOf(s, ben))
	if log := s.Log(); strings.Contains(log, "/of/this/browser") || !strings.Contains(log, "Subscribe") {
		t.Error("the log has a subscription, or not that there was one")
	}
}
