package flow_test

import (
	"encoding/json"
	"testing"

	"parley/domain/flow"
)

// A value is spelled as it was written, also after encoding/json has escaped it
// for HTML; escapes of its own stay.
func TestAValueIsSpelledAlikeOnceItWasStored(t *testing.T) {
	for raw, want := range map[string]string{
		`{"a": "<b>&"}`:          `{"a":"<b>&"}`,
		`["x\\u003cy", "\\\\<"]`: `["x\\u003cy","\\\\<"]`,
		`["\u003C\u0041\n\""]`:   `["\u003C\u0041\n\""]`,
		`["\\"]`:                 `["\\"]`,
		`[1.50, true, null]`:     `[1.50,true,null]`,
		`"<b>"`:                  `<b>`,
		"[\"\u2028\"]":           "[\"\u2028\"]",
	} {
		stored, err := json.Marshal(json.RawMessage(raw))
		if err != nil {
			t.Fatal(err)
		}
		for what, v := range map[string]flow.Value{"new": flow.JSONValue(json.RawMessage(raw)), "stored": flow.JSONValue(stored)} {
			if got := v.String(); got != want {
				t.Errorf("%s %s is %s, want %s", what, raw, got, want)
			}
		}
	}
}
