package attribute_test

import (
	"testing"

	"parley/domain/attribute"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// Who starts a chat says that the customer has signed in, and neither more of it nor that it has not; later nobody says it.
func TestWhoSaysThatACustomerHasSignedIn(t *testing.T) {
	text := func(s string) session.Value { return session.Value{String: &s} }
	status := func(s string) map[string]session.Value {
		return map[string]session.Value{"Status": text(s)}
	}
	more := status("AUTHENTICATED")
	more["IdentityProvider"] = text("https://evil.example")
	for name, c := range map[string]struct {
		value session.Value
		want  bool
	}{
		"signed in":  {session.Value{Map: status("AUTHENTICATED")}, true},
		"not":        {session.Value{Map: status("FAILED")}, false},
		"more of it": {session.Value{Map: more}, false},
		"a text":     {text("AUTHENTICATED"), false},
		"nothing":    {session.Value{}, false},
	} {
		attrs := map[string]session.Value{session.CustomerAuthentication: c.value, "own": text("x")}
		err := attribute.CheckStart(attrs, []string{transcript.Plain})
		if c.want != (err == nil) || err != nil && !fault.Is(err, fault.Rule) {
			t.Errorf("%s: %v", name, err)
		}
		if len(attrs) != 2 {
			t.Errorf("%s: the attributes are %v", name, attrs)
		}
		if err := attribute.CheckSegments(attrs, []string{transcript.Plain}); !fault.Is(err, fault.Rule) {
			t.Errorf("%s is said later: %v", name, err)
		}
	}
	guide := map[string]session.Value{session.CustomerAuthentication: {Map: status("AUTHENTICATED")}, session.Subtype: text(attribute.Guide)}
	if err := attribute.CheckStart(guide, []string{transcript.Plain}); !fault.Is(err, fault.Rule) {
		t.Errorf("a guide without interactive messages: %v", err)
	}
}
