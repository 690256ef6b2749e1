package keyed_test

import (
	"testing"
	"time"

	"parley/domain/keyed"
	"parley/domain/session"
	"parley/domain/transcript"
)

func TestKeysTellCustomersApart(t *testing.T) {
	seen := map[string]bool{keyed.Channel("a", "b", "c"): true}
	for _, k := range [][3]string{{"ab", "", "c"}, {"a", "bc", ""}, {"", "ab", "c"}, {"A", "b", "c"}, {"a", "b", "d"}} {
		if key := keyed.Channel(k[0], k[1], k[2]); seen[key] || len(key) != 64 {
			t.Errorf("%q has the key of another, or none: %s", k, key)
		} else {
			seen[key] = true
		}
	}
}

func TestWhenAChatIsOverThere(t *testing.T) {
	chat := func(key string, status session.Status, left time.Time) *session.Session {
		return &session.Session{Status: status, State: session.State{Key: key, Participants: []session.Participant{{Role: transcript.Customer, LeftAt: left}}}}
	}
	for name, c := range map[string]struct {
		s    *session.Session
		over bool
	}{
		"it goes on": {chat("k", session.Active, time.Time{}), false}, "it has ended": {chat("k", session.Ended, time.Time{}), true},
		"the customer has left": {chat("k", session.Active, time.Unix(1, 0)), true}, "no channel's": {chat("", session.Ended, time.Unix(1, 0)), false},
	} {
		if got := keyed.Over(c.s); got != c.over {
			t.Errorf("%s: over is %v", name, got)
		}
	}
}
