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

// nested is JSON of so many levels of lists in an object.
func nested(levels int) string {
	return `{"a":` + strings.Repeat("[", levels-1) + strings.Repeat("]", levels-1) + "}"
}

// What comes from outside and nests deeper than a flow may is refused: a run that kept it could not be read again.
func TestWhatNestsTooDeepIsRefused(t *testing.T) {
	slots := func(levels int) string { // of which each is two: an object and a list
		return `{"sessionState":{"intent":{"name":"i","slots":{"s":` + strings.Repeat(`{"values":[`, levels/2) + strings.Repeat(`]}`, levels/2) + `}}}}`
	}
	for name, c := range map[string]struct {
		block  string
		inputs func(levels int) []interp.Input
		good   int // levels that are taken
	}{
		"a function": {`"InvokeLambdaFunction","Parameters":{"LambdaFunctionARN":"f","ResponseValidation":{"ResponseType":"JSON"}}`,
			func(n int) []interp.Input {
				return []interp.Input{interp.Result{Key: "r/1", Payload: json.RawMessage(nested(n))}}
			}, flow.MaxDepth},
		"a bot": {`"ConnectParticipantWithLexBot","Parameters":{"LexV2Bot":{"AliasArn":"b"},"LexInitializationData":{"InitialMessage":"x"}}`,
			func(n int) []interp.Input {
				return []interp.Input{interp.Result{Key: "r/1", Payload: json.RawMessage(slots(n))}}
			}, flow.MaxDepth - 4},
		"a view": {`"ShowView","Parameters":{"ViewResource":{"Id":"form"}}`,
			func(n int) []interp.Input {
				return []interp.Input{interp.CustomerMessage{ContentType: interactive + ".response", Content: `{"action":"x","data":` + nested(n) + `}`}}
			}, flow.MaxDepth - 1},
	} {
		for levels, want := range map[int]string{c.good: "good", c.good + 2: "bad", 4000: "bad", 9_998: "bad"} {
			world := newChat()
			world.takes = append(world.takes, interactive)
			world.contents["1"] = parse(t, `{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":`+c.block+`,
				"Transitions":{"NextAction":"good","Conditions":[{"NextAction":"good","Condition":{"Operator":"Equals","Operands":["x"]}}],
					"Errors":[{"NextAction":"bad","ErrorType":"NoMatchingError"},{"NextAction":"bad","ErrorType":"NoMatchingCondition"}]}},
				{"Identifier":"good","Type":"Wait","Parameters":{"TimeLimitSeconds":"1"}},{"Identifier":"bad","Type":"Wait","Parameters":{"TimeLimitSeconds":"1"}}]}`)
			run := interp.New("r", "f", "1")
			for _, in := range append([]interp.Input{interp.Start{}}, c.inputs(levels)...) {
				run, _, _ = interp.Advance(run, world, in, time.Unix(0, 0), nil)
			}
			if name == "a bot" && want == "good" && run.Status == interp.Waiting && run.Action == "a" {
				continue // it asks on
			}
			if run.Action != want {
				t.Errorf("%s with %d levels leads to %s %s, want %s", name, levels, run.Status, run.Action, want)
			}
			reread(t, run)
		}
	}
}

// A result of an asynchronous call that nests too deep is a failure of the call.
func TestALateAnswerThatNestsTooDeepIsRefused(t *testing.T) {
	world := newChat()
	world.contents["1"] = parse(t, `{"Version":"2019-10-30","StartAction":"a","Actions":[
		{"Identifier":"a","Type":"InvokeLambdaFunction","Parameters":{"LambdaFunctionARN":"f","InvocationType":"ASYNCHRONOUS","ResponseValidation":{"ResponseType":"JSON"}},"Transitions":{"NextAction":"w"}},
		{"Identifier":"w","Type":"Wait","Parameters":{"TimeLimitSeconds":"1"}}]}`)
	run := interp.New("r", "f", "1")
	for _, in := range []interp.Input{interp.Start{}, interp.Started{Key: "r/1"}, interp.Result{Key: "r/1", Payload: json.RawMessage(nested(9_990))}} {
		run, _, _ = interp.Advance(run, world, in, time.Unix(0, 0), nil)
	}
	if len(run.Async) != 1 || run.Async[0].Answer != nil || !strings.Contains(run.Async[0].Err, "deeper") {
		t.Errorf("it keeps %+v", run.Async)
	}
	reread(t, reread(t, run))
}

// What grows a level with each round of a flow stops growing at the bound, wherever it is kept.
func TestWhatAFlowBuildsNestsNoDeeperThanItMay(t *testing.T) {
	for name, block := range map[string]string{
		"a module's input": `"InvokeFlowModule","Parameters":{"FlowModuleId":"m","Input":["$.Modules.ResultData"]}`,
		"a recording":      `"UpdateContactRecordingBehavior","Parameters":{"RecordingBehavior":["$.Modules.ResultData"]}`,
		"references":       `"UpdateContactData","Parameters":{"References":{"a":["$.Modules.ResultData"]}}`,
	} {
		world := newChat()
		world.contents["1"] = parse(t, `{"Version":"2019-10-30","StartAction":"a","Actions":[
			{"Identifier":"a","Type":"InvokeFlowModule","Parameters":{"FlowModuleId":"m","Input":["$.Modules.ResultData"]},"Transitions":{"NextAction":"b","Errors":[{"NextAction":"b","ErrorType":"NoMatchingError"}]}},
			{"Identifier":"b","Type":`+block+`,"Transitions":{"NextAction":"a","Errors":[{"NextAction":"a","ErrorType":"NoMatchingError"}]}}]}`)
		world.flows["m"] = "m"
		world.contents["m"] = parse(t, `{"Version":"2019-10-30","StartAction":"r","Actions":[{"Identifier":"r","Type":"EndFlowModuleExecution","Parameters":{"ResultData":"$.Modules.Input"}}]}`)
		run, out, _ := interp.Advance(interp.New("r", "f", "1"), world, interp.Start{}, time.Unix(0, 0), nil)
		if out.Kind != interp.Budget || !strings.Contains(out.Reason, "1000 actions") {
			t.Errorf("%s: %s %s", name, out.Kind, out.Reason)
		}
		for _, kept := range append(world.log, string(run.Modules)) {
			if flow.TooDeep([]byte(strings.Replace(kept, "{", "", 1))) { // but for what it is wrapped in
				t.Errorf("%s: it keeps %.20s… of %d bytes", name, kept, len(kept))
				break
			}
		}
		reread(t, run)
	}
}

// A text that is JSON of an array is no array for a loop where it nests too deep.
func TestAnArrayThatNestsTooDeepIsRefused(t *testing.T) {
	for levels, want := range map[int]interp.Status{flow.MaxDepth: interp.Waiting, flow.MaxDepth + 1: interp.Ended, 9_999: interp.Ended} {
		world := newChat()
		world.contents["1"] = over(t, `"$.Attributes.deep"`, "x")
		world.attributes["deep"] = strings.Repeat("[", levels) + strings.Repeat("]", levels)
		run, out, _ := interp.Advance(interp.New("r", "f", "1"), world, interp.Start{}, time.Unix(0, 0), nil)
		if run.Status != want || want == interp.Ended && out.Cause != "LoopItems is no array" {
			t.Errorf("%d levels: %s, %s %s", levels, run.Status, out.Kind, out.Cause)
		}
	}
}

// What a world gives and cannot be written ends the run, and says so.
func TestWhatCannotBeWrittenIsNotLostInSilence(t *testing.T) {
	doc := parse(t, `{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":"InvokeLambdaFunction","Parameters":{"LambdaFunctionARN":"f"}}]}`)
	run, out, _ := interp.Advance(interp.New("r", "f", "1"), garbled{silent{doc: doc}}, interp.Start{}, time.Unix(0, 0), nil)
	if run.Status != interp.Ended || out.Kind != interp.Budget || out.Reason != `what it comes to cannot be written as JSON, now at "a" of flow f` {
		t.Errorf("%s: %s %s", run.Status, out.Kind, out.Reason)
	}
}

// garbled is silent, with contact data that is no JSON.
type garbled struct{ silent }

func (garbled) ContactData() json.RawMessage { return json.RawMessage(`{`) }

func TestHowDeepIsTooDeep(t *testing.T) {
	text, _ := json.Marshal(strings.Repeat(`[{"\`, 500))
	for raw, want := range map[string]bool{
		``: false, `"`: false, `5`: false, nested(flow.MaxDepth): false, nested(flow.MaxDepth + 1): true,
		strings.Repeat("[", flow.MaxDepth+1): true, `[` + strings.Repeat("[],{},", 500) + `1]`: false,
		string(text): false, fmt.Sprintf(`{%s:[%s]}`, text, text): false, `["` + strings.Repeat(`\\","`, 3) + `",` + nested(flow.MaxDepth) + `]`: true,
	} {
		if got := flow.TooDeep([]byte(raw)); got != want {
			t.Errorf("%.30s: %v", raw, got)
		}
	}
}
