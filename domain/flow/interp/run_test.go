package interp_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/flow/interp"
)

// TestStoredForm holds the format in which runs lie in stores: a change here
// needs a new format number and a way to read the old one.
func TestStoredForm(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	run := interp.New("r", "f", "7")
	run.Status, run.Action, run.Steps, run.Calls = interp.Waiting, "wait", 3, 2
	run.Wait = &interp.Wait{Until: now, Events: []string{"CustomerReturned"}, Bot: "arn", Hide: true}
	run.Call = &interp.Call{Key: "r/3", Kind: "lambda", Target: "arn", Payload: json.RawMessage(`{}`), Timeout: time.Second,
		Async: true, Attempt: 1, Until: now}
	run.Loops, run.Waits = map[string]int{"l": 2}, map[string]time.Time{"w": now}
	run.Items = map[string]json.RawMessage{"l": json.RawMessage(`["x"]`)}
	run.FlowAttributes = map[string]string{"k": "v"}
	run.External, run.Lex = json.RawMessage(`{"a":1.50}`), json.RawMessage(`{}`)
	run.Views, run.StoredCustomerInput = json.RawMessage(`[]`), json.RawMessage(`"1"`)
	run.Metrics, run.Customer, run.Case, run.Wisdom = json.RawMessage(`1`), json.RawMessage(`2`), json.RawMessage(`3`), json.RawMessage(`4`)
	run.Modules, run.Invocation, run.Module = json.RawMessage(`5`), "r/1", true
	run.Callers = []interp.Frame{{FlowID: "g", Content: "6", Action: "call"}}
	run.Async = []interp.AsyncCall{{Key: "r/1", JSON: true, Done: true, Answer: json.RawMessage(`{}`), Err: "e"}}
	run.Bots = map[string]json.RawMessage{"bot": json.RawMessage(`{}`)}
	want := `{"v":2,"id":"r","flow":"f","content":"7","module":true,"action":"wait","loops":{"l":2},"items":{"l":["x"]},"waits":{"w":"2026-05-01T12:00:00Z"},` +
		`"attributes":{"k":"v"},"external":{"a":1.50},"lex":{},"views":[],"input":"1",` +
		`"metrics":1,"customer":2,"case":3,"wisdom":4,"modules":5,"invocation":"r/1",` +
		`"status":"waiting","steps":3,"calls":2,"wait":{"until":"2026-05-01T12:00:00Z","events":["CustomerReturned"],"bot":"arn","hide":true},` +
		`"call":{"key":"r/3","kind":"lambda","target":"arn","payload":{},"timeout":1000000000,"async":true,"attempt":1,"until":"2026-05-01T12:00:00Z"},` +
		`"callers":[{"flow":"g","content":"6","action":"call"}],` +
		`"async":[{"key":"r/1","any":true,"done":true,"answer":{},"err":"e"}],"bots":{"bot":{}}}`
	if got := encode(t, run); got != want {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, got))
	}
	if diff := cmp.Diff(run, reread(t, run)); diff != "" {
		t.Errorf("a run read back is another (-written +read):\n%s", diff)
	}
}

// A run that an older version stored goes on.
func TestTheFirstFormatIsRead(t *testing.T) {
	data := `{"v":1,"id":"r","flow":"f","content":"7","status":"waiting","action":"wait","steps":3,` +
		`"wait":{"until":"2026-05-01T12:00:00Z","events":["CustomerReturned"]},` +
		`"loops":{"l":2},"attributes":{"k":"v"},"external":{"a":1.50},"lex":{},"views":[],"input":"1"}`
	want := interp.New("r", "f", "7")
	want.Status, want.Action, want.Steps = interp.Waiting, "wait", 3
	want.Wait = &interp.Wait{Until: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC), Events: []string{"CustomerReturned"}}
	want.Loops, want.FlowAttributes = map[string]int{"l": 2}, map[string]string{"k": "v"}
	want.External, want.Lex = json.RawMessage(`{"a":1.50}`), json.RawMessage(`{}`)
	want.Views, want.StoredCustomerInput = json.RawMessage(`[]`), json.RawMessage(`"1"`)
	var run interp.Run
	if err := json.Unmarshal([]byte(data), &run); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, run); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestUnknownFormatIsRefused(t *testing.T) {
	for _, data := range []string{`{"id":"r"}`, `{"v":3,"id":"r"}`, `{"v":1,"steps":"x"}`} {
		var run interp.Run
		if err := json.Unmarshal([]byte(data), &run); err == nil || !strings.Contains(err.Error(), "flow run") {
			t.Errorf("%s: error %v", data, err)
		}
	}
}
