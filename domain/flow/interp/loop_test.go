package interp_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/domain/flow"
	"parley/domain/flow/interp"
)

// over is a flow that says a text and waits for each element of an array.
func over(t testing.TB, items, text string) *flow.Document {
	t.Helper()
	return parse(t, `{"Version":"2019-10-30","StartAction":"l","Actions":[
		{"Identifier":"l","Type":"Loop","Parameters":{"LoopName":"o","LoopItems":`+items+`},"Transitions":{"Conditions":[
			{"NextAction":"say","Condition":{"Operator":"Equals","Operands":["ContinueLooping"]}},
			{"NextAction":"end","Condition":{"Operator":"Equals","Operands":["DoneLooping"]}}]}},
		{"Identifier":"say","Type":"MessageParticipant","Parameters":{"Text":"`+text+`"},"Transitions":{"NextAction":"wait"}},
		{"Identifier":"wait","Type":"Wait","Parameters":{"TimeLimitSeconds":"1"},"Transitions":{"Conditions":[
			{"NextAction":"l","Condition":{"Operator":"Equals","Operands":["WaitCompleted"]}}]}},
		{"Identifier":"end","Type":"DisconnectParticipant"}]}`)
}

// A run in the first round of a loop that an older version stored, which kept no array, goes on; also where the array
// refers to its own loop.
func TestALoopOfAnOlderVersionGoesOn(t *testing.T) {
	const stored = `{"v":2,"id":"r","flow":"f","content":"1","action":"wait","loops":{"l":1},"external":{"list":["x","y","z"]},
		"status":"waiting","wait":{"until":"2026-05-01T12:00:00Z"}}`
	for items, want := range map[string]string{
		`["a","b","c"]`:                   `say "b"|say "c"`,
		`"$.External.list"`:               `say "y"|say "z"`,
		`["a","$.Loop.o.Element","c"]`:    `say "c"`,
		`["a","b","$.Loop.o.Elements"]`:   `say "b"|say "[]"`,
		`"$.Loop.o.Elements"`:             ``,
		`["$.Loop.o.Index","b"]`:          `say "b"`,
		`["a",["$.Loop.o.Elements.0.x"]]`: `say "[\"\"]"`,
	} {
		var run interp.Run
		if err := json.Unmarshal([]byte(stored), &run); err != nil {
			t.Fatal(err)
		}
		world := newChat()
		world.contents["1"] = over(t, items, "$.Loop.o.Element")
		var out interp.Outcome
		for now := run.Wait.Until; run.Status == interp.Waiting; now = now.Add(time.Minute) {
			run, out, _ = interp.Advance(run, world, interp.Timer{}, now, nil)
		}
		if got := strings.Join(world.log, "|"); got != want || out.Kind != interp.Disconnected {
			t.Errorf("%s: %s, %s", items, got, out.Kind)
		}
	}
}

// The run in a loop that Advance is given stays as it was (see advance), and the loop lets go of its array at its end.
func TestALoopThatWaitsEnds(t *testing.T) {
	run := drive(t, []byte{1, 1, 1}, over(t, `["a","b"]`, "$.Loop.o.Element"))
	if run.Status != interp.Ended || len(run.Items) != 0 {
		t.Errorf("%s with %d arrays", run.Status, len(run.Items))
	}
}

// What the flow reads and writes without a wait is bounded, however its blocks do it, and what would be more does nothing.
func TestAnAdvanceResolvesNoMoreThanItMay(t *testing.T) {
	list := `["` + strings.Repeat(`123456789","`, 2500) + `x"]`
	operand := func(o string) string {
		return `{"NextAction":"end","Condition":{"Operator":"Equals","Operands":["` + o + `"]}}`
	}
	names, set := `"k":"x"`, `"k":{"Value":"x"}`
	for i := range 2000 {
		names, set = names+fmt.Sprintf(`,"k%d":"x"`, i), set+fmt.Sprintf(`,"k%d":{"Value":"x"}`, i)
	}
	for name, block := range map[string]string{
		"many members": `"Type":"UpdateContactData","Parameters":{"References":{` + names + `}},"Transitions":{"NextAction":"a"}`,
		"many texts":   `"Type":"UpdateFlowAttributes","Parameters":{"FlowAttributes":{` + set + `}},"Transitions":{"NextAction":"a"}`,
		"a value":      `"Type":"Compare","Parameters":{"ComparisonValue":"$.External"},"Transitions":{"Conditions":[` + operand("no") + `],"Errors":[{"NextAction":"a","ErrorType":"NoMatchingCondition"}]}`,
		"operands":     `"Type":"Compare","Parameters":{"ComparisonValue":"x"},"Transitions":{"Conditions":[` + operand("$.External") + `],"Errors":[{"NextAction":"a","ErrorType":"NoMatchingCondition"}]}`,
		"an object":    `"Type":"UpdateContactData","Parameters":{"References":{"r":"$.External"}},"Transitions":{"NextAction":"a"}`,
		"attributes":   `"Type":"UpdateContactAttributes","Parameters":{"Attributes":{"k":"$.External"}},"Transitions":{"NextAction":"a"}`,
		"a module":     `"Type":"InvokeFlowModule","Parameters":{"FlowModuleId":"m","Input":"$.External"},"Transitions":{"NextAction":"a"}`,
		"inner values": `"Type":"Compare","Parameters":{"ComparisonValue":"$.External$.External.0"},"Transitions":{"Conditions":[` + operand("no") + `],"Errors":[{"NextAction":"a","ErrorType":"NoMatchingCondition"}]}`,
	} {
		world := newChat()
		world.contents["1"] = parse(t, `{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a",`+block+`},{"Identifier":"end","Type":"DisconnectParticipant"}]}`)
		world.flows["m"] = "m"
		world.contents["m"] = parse(t, `{"Version":"2019-10-30","StartAction":"r","Actions":[{"Identifier":"r","Type":"EndFlowModuleExecution"}]}`)
		run := interp.New("r", "f", "1")
		run.External = json.RawMessage(list)
		next, out, trace := interp.Advance(run, world, interp.Start{}, time.Unix(0, 0), nil)
		want := fmt.Sprintf("more than %d bytes resolved without a wait, now at ", interp.MaxResolvedPerAdvance)
		if out.Kind != interp.Budget || next.Status != interp.Ended || !strings.HasPrefix(out.Reason, want) {
			t.Errorf("%s: %d steps, %s %s", name, len(trace), out.Kind, out.Reason)
		}
		if most := interp.MaxResolvedPerAdvance/len(list) + 2; len(trace) > 2*most {
			t.Errorf("%s: %d steps, want no more than %d", name, len(trace), 2*most)
		}
	}
}
