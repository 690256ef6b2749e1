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
	run := interp.New("r", "f", "7")
	run.Status, run.Action, run.Steps = interp.Waiting, "wait", 3
	run.Wait = &interp.Wait{Until: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC), Events: []string{"CustomerReturned"}}
	run.Call = &interp.Call{Key: "r/3", Kind: "lambda", Target: "arn", Payload: json.RawMessage(`{}`), Timeout: time.Second}
	run.Loops = map[string]int{"l": 2}
	run.FlowAttributes = map[string]string{"k": "v"}
	run.External, run.Lex = json.RawMessage(`{"a":1.50}`), json.RawMessage(`{}`)
	run.Views, run.StoredCustomerInput = json.RawMessage(`[]`), json.RawMessage(`"1"`)
	want := `{"v":1,"id":"r","flow":"f","content":"7","status":"waiting","action":"wait","steps":3,` +
		`"wait":{"until":"2026-05-01T12:00:00Z","events":["CustomerReturned"]},` +
		`"call":{"key":"r/3","kind":"lambda","target":"arn","payload":{},"timeout":1000000000},` +
		`"loops":{"l":2},"attributes":{"k":"v"},"external":{"a":1.50},"lex":{},"views":[],"input":"1"}`
	if got := encode(t, run); got != want {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, got))
	}
	if diff := cmp.Diff(run, reread(t, run)); diff != "" {
		t.Errorf("a run read back is another (-written +read):\n%s", diff)
	}
}

func TestUnknownFormatIsRefused(t *testing.T) {
	for _, data := range []string{`{"id":"r"}`, `{"v":2,"id":"r"}`, `{"v":1,"steps":"x"}`} {
		var run interp.Run
		if err := json.Unmarshal([]byte(data), &run); err == nil || !strings.Contains(err.Error(), "flow run") {
			t.Errorf("%s: error %v", data, err)
		}
	}
}
