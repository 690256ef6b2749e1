package outside_test

import (
	"testing"

	"parley/domain/outside"
	"parley/internal/fault"
)

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
