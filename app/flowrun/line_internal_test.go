package flowrun

import (
	"encoding/json"
	"testing"

	"parley/domain/catalog"
	"parley/domain/flow/interp"
	"parley/domain/session"
	"parley/internal/clock"
)

// A line of the flow log is JSON, whatever the names in it are and though its parameters are none.
func TestALineOfTheFlowLogIsJSON(t *testing.T) {
	r := &Runner{clock: &clock.Clock{}}
	on := &session.Session{State: session.State{Contacts: []session.Contact{{ID: "contact"}}}}
	for _, parameters := range []string{`{"a":"b"}`, `{"a"`} {
		raw := r.lines(on, catalog.Config{}, interp.Trace{Action: "a\x07\u0085\"", Flow: "flow", Log: &interp.Log{Parameters: json.RawMessage(parameters), Results: "done"}})[0]
		var line map[string]any
		if err := json.Unmarshal(raw, &line); err != nil || line["Identifier"] != "a\x07\u0085\"" || line["Results"] != "done" || line["ContactFlowId"] != "flow" {
			t.Errorf("%s: %v", raw, err)
		}
	}
}
