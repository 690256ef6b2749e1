package interp

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"parley/domain/flow"
)

// A run that keeps more than there is room for ends, wherever it keeps it.
func TestARunThatKeepsTooMuchEnds(t *testing.T) {
	doc, err := flow.Parse([]byte(`{"Version":"2019-10-30","StartAction":"w","Actions":[{"Identifier":"w","Type":"Wait","Parameters":{"TimeLimitSeconds":"60"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	for name, keep := range map[string]func(*Run, json.RawMessage){
		"an answer":             func(r *Run, raw json.RawMessage) { r.External = raw },
		"of a bot":              func(r *Run, raw json.RawMessage) { r.Lex = raw },
		"a view":                func(r *Run, raw json.RawMessage) { r.Views = raw },
		"a module's input":      func(r *Run, raw json.RawMessage) { r.Modules = raw },
		"attributes":            func(r *Run, raw json.RawMessage) { r.FlowAttributes = map[string]string{"a": string(raw)} },
		"a caller":              func(r *Run, raw json.RawMessage) { r.Callers = []Frame{{}, {Local: Local{External: raw}}} },
		"a call under way":      func(r *Run, raw json.RawMessage) { r.Async = []AsyncCall{{Call: &Call{Payload: raw}}} },
		"an answer nobody took": func(r *Run, raw json.RawMessage) { r.Async = []AsyncCall{{Answer: raw}} },
		"an array of a loop":    func(r *Run, raw json.RawMessage) { r.Items = map[string]json.RawMessage{"l": raw} },
		"a caller's array":      func(r *Run, raw json.RawMessage) { r.Callers = []Frame{{Items: map[string]json.RawMessage{"l": raw}}} },
		"attributes of bots":    func(r *Run, raw json.RawMessage) { r.Bots = map[string]json.RawMessage{"b": raw} },
	} {
		for size, want := range map[int]OutcomeKind{MaxRunBytes - 2: Blocked, MaxRunBytes + 1: Budget} {
			run := New("r", "f", "c")
			keep(&run, bytes.Repeat([]byte("1"), size))
			next, out, _ := Advance(run, shelf{doc: doc}, Start{}, time.Unix(0, 0), nil)
			if out.Kind != want || (next.Status == Ended) != (want == Budget) || want == Budget && !strings.Contains(out.Reason, "bytes") {
				t.Errorf("%s of %d bytes: %s, %s %s", name, size, next.Status, out.Kind, out.Reason)
			}
		}
	}
}
