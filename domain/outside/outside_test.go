package outside_test

import (
	"testing"
	"time"

	"parley/domain/outside"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

func TestKeysTellCustomersApart(t *testing.T) {
	seen := map[string]bool{outside.Key("a", "b", "c"): true}
	for _, k := range [][3]string{{"ab", "", "c"}, {"a", "bc", ""}, {"", "ab", "c"}, {"A", "b", "c"}, {"a", "b", "d"}} {
		if key := outside.Key(k[0], k[1], k[2]); seen[key] || len(key) != 64 {
			t.Errorf("%q has the key of another, or none: %s", k, key)
		} else {
			seen[key] = true
		}
	}
}

func TestSubtypes(t *testing.T) {
	for in, want := range map[string]string{"": "connect:Chat", "connect:sms": "connect:SMS", "connect:WhatsApp": "connect:WhatsApp", "example:Messenger": "example:Messenger"} {
		if got, err := outside.Subtype(in); err != nil || got != want {
			t.Errorf("%q is %q, %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"connect:Guide", "connect:guide", "connect:", "Messenger", "a:b:c", "a b:c", ":"} {
		if got, err := outside.Subtype(in); !fault.Is(err, fault.Rule) {
			t.Errorf("%q is %q, %v", in, got, err)
		}
	}
}

func TestWhenAChatIsOverThere(t *testing.T) {
	chat := func(key string, status session.Status, left time.Time) *session.Session {
		return &session.Session{Status: status, State: session.State{Outside: key, Participants: []session.Participant{{Role: transcript.Customer, LeftAt: left}}}}
	}
	for name, c := range map[string]struct {
		s    *session.Session
		over bool
	}{
		"it goes on": {chat("k", session.Active, time.Time{}), false}, "it has ended": {chat("k", session.Ended, time.Time{}), true},
		"the customer has left": {chat("k", session.Active, time.Unix(1, 0)), true}, "no channel's": {chat("", session.Ended, time.Unix(1, 0)), false},
	} {
		if got := outside.Over(c.s); got != c.over {
			t.Errorf("%s: over is %v", name, got)
		}
	}
}
