package interp_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/flow"
	"parley/domain/flow/interp"
)

// drive gives a new run of the document the inputs that the bytes name, and
// checks after each what holds of every Advance. The others are flows and modules
// that it may go to.
func drive(t *testing.T, inputs []byte, doc *flow.Document, others ...*flow.Document) interp.Run {
	t.Helper()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	run := interp.New("run-1", "flow-1", "1")
	world := newChat()
	world.contents["1"] = doc
	for i, other := range others {
		name := fmt.Sprint("m", i)
		world.flows[name], world.contents[name] = name, other
	}
	world.flows["unread"] = "unread"
	world.takes = append(world.takes, interactive)
	world.attributes["list"] = `["x", {"a": [1]}, "<b>", null]`
	world.bot, world.logging = len(inputs)%2 == 0, len(inputs)%3 == 0
	for _, b := range append([]byte{0}, inputs...) {
		in := inputOf(run, b)
		now = now.Add(time.Duration(b) * time.Minute)
		run = advance(t, run, world, in, now, uint64(b))
	}
	return run
}

// inputOf is the input that a byte stands for; answers are those of the call under way.
func inputOf(run interp.Run, b byte) interp.Input {
	key := "run-1/1"
	if run.Call != nil {
		key = run.Call.Key
	}
	return []interp.Input{
		interp.Start{}, interp.Timer{}, interp.CustomerMessage{ContentType: "text/plain", Content: "hi"},
		interp.ParticipantLeft{Role: "CUSTOM_BOT"}, interp.Result{Key: "run-1/1"},
		interp.Result{Key: key, Payload: json.RawMessage(`{"a":"1","b":{"c":[1]}}`)}, interp.Result{Key: key, Payload: json.RawMessage(`{"a":"x", "<b>": ["&\\u003c\\\\u003c"]}`)},
		interp.Result{Key: key, Err: "down"}, interp.Started{Key: key},
		interp.Result{Key: key, Payload: json.RawMessage(`{"messages":[{"content":"hello","contentType":"PlainText"}],"sessionState":{"dialogAction":{"type":"ElicitSlot"},"sessionAttributes":{"a":"b"}}}`)},
		interp.Result{Key: key, Payload: json.RawMessage(`{"sessionState":{"dialogAction":{"type":"Close"},"intent":{"name":"x","slots":{"s":null}}},"interpretations":[{},{}]}`)},
		interp.CustomerMessage{ContentType: interactive + ".response", Content: `{"action":"5","data":{"FormData":{"a":["x"]}}}`},
		interp.CustomerMessage{ContentType: interactive + ".response", Content: `null`},
		interp.Result{Key: key, Payload: json.RawMessage(nested(9_999))},
		interp.CustomerMessage{ContentType: interactive + ".response", Content: `{"action":"5","data":` + nested(9_998) + `}`},
	}[int(b)%15]
}

// advance is one Advance on the run and one on its stored copy; both must do
// the same, and neither may change what it was given.
func advance(t *testing.T, run interp.Run, world *chat, in interp.Input, now time.Time, random uint64) interp.Run {
	t.Helper()
	world.log = nil
	before, stored, twin := encode(t, run), reread(t, run), *world
	rnd := func() uint64 { return random }
	next, out, trace := interp.Advance(run, world, in, now, rnd)
	next2, out2, trace2 := interp.Advance(stored, &twin, in, now, rnd)
	if a, b := encode(t, []any{next, out, trace}), encode(t, []any{next2, out2, trace2}); a != b {
		t.Fatalf("a stored run goes on differently:\n%s", cmp.Diff(a, b))
	}
	if diff := cmp.Diff(world.log, twin.log); diff != "" {
		t.Fatalf("a stored run has other effects:\n%s", diff)
	}
	if after := encode(t, run); after != before {
		t.Fatalf("Advance changed the run that it was given:\n%s", cmp.Diff(before, after))
	}
	checkBounds(t, run, next, out, trace)
	return next
}

func checkBounds(t *testing.T, run, next interp.Run, out interp.Outcome, trace []interp.Trace) {
	t.Helper()
	if len(trace) > 2*interp.MaxStepsPerAdvance+2 || next.Steps > interp.MaxStepsPerRun {
		t.Fatalf("%d steps in one Advance, %d in the run", len(trace), next.Steps)
	}
	want := interp.Ended
	switch out.Kind {
	case interp.Ignored, interp.NeedDocument, interp.NeedMetrics, interp.NeedContact, interp.Noted:
		want = run.Status
	case interp.Blocked:
		want = interp.Waiting
	case interp.CallOut:
		want = interp.Calling
	}
	if next.Status != want || (next.Wait != nil) != (next.Status == interp.Waiting) {
		t.Fatalf("outcome %s leaves the status %s, wait %v", out.Kind, next.Status, next.Wait)
	}
	if (next.Call != nil) != (next.Status == interp.Calling) {
		t.Fatalf("outcome %s leaves the status %s, call %v", out.Kind, next.Status, next.Call)
	}
	if (out.Kind == interp.Unwired || out.Kind == interp.Budget) == (out.Reason == "") {
		t.Fatalf("outcome %s has the reason %q", out.Kind, out.Reason)
	}
}

func encode(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestFlowsAreBounded runs the flows of the language's corpus, and those in the
// directory that PARLEY_FLOWS names, until they end.
func TestFlowsAreBounded(t *testing.T) {
	inputs := make([]byte, 100)
	for i := range inputs {
		inputs[i] = byte(i*7 + 1)
	}
	count := 0
	for _, dir := range []string{"../testdata/flows", os.Getenv("PARLEY_FLOWS")} {
		files, _ := filepath.Glob(filepath.Join(dir, "*.json")) // the pattern is well-formed
		for _, file := range files {
			count++
			if run := drive(t, inputs, read(t, file)); run.Status != interp.Ended {
				t.Errorf("%s is %s at %q after %d inputs", file, run.Status, run.Action, len(inputs))
			}
		}
	}
	if count < 4 {
		t.Errorf("only %d flows ran", count)
	}
}

func read(t testing.TB, file string) *flow.Document {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := flow.Parse(content)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// A run that waits in a module, returns and calls another one: what it was given
// stays as it was (see advance).
func TestTheRunThatAdvanceIsGivenStays(t *testing.T) {
	caller := parse(t, `{"Version":"2019-10-30","StartAction":"a","Actions":[
		{"Identifier":"a","Type":"InvokeFlowModule","Parameters":{"FlowModuleId":"m0"},"Transitions":{"NextAction":"b"}},
		{"Identifier":"b","Type":"InvokeFlowModule","Parameters":{"FlowModuleId":"m0"},"Transitions":{"NextAction":"a"}}]}`)
	module := parse(t, `{"Version":"2019-10-30","StartAction":"w","Actions":[
		{"Identifier":"w","Type":"Wait","Parameters":{"TimeLimitSeconds":"1"},"Transitions":{"NextAction":"r"}},
		{"Identifier":"r","Type":"EndFlowModuleExecution"}]}`)
	if run := drive(t, []byte{1, 1, 1, 1}, caller, module); len(run.Callers) != 1 || run.Steps != 14 {
		t.Errorf("%d callers, %d steps", len(run.Callers), run.Steps)
	}
}

func FuzzAdvance(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		f.Add([]byte(readScript(f, file).flows[""]), []byte{1, 2, 3, 60, 61})
	}
	f.Fuzz(func(t *testing.T, content, inputs []byte) {
		if doc, err := flow.Parse(content); err == nil {
			drive(t, inputs[:min(len(inputs), 30)], doc, doc)
		}
	})
}

// FuzzRandomFlow runs flows that are put together at random, so that most of
// them get further than bytes that a fuzzer invents.
func FuzzRandomFlow(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed, []byte{1, 8, 5, 2, 9, 2, 10, 7, 3, 121, 5, 61, 11, 2, 2, 12, 1, 1, 6, 8, 10, 5, 2, 13, 1, 14, 5, 13, 2})
	}
	f.Fuzz(func(t *testing.T, seed uint64, inputs []byte) {
		drive(t, inputs[:min(len(inputs), 30)], randomFlow(t, seed), randomFlow(t, seed+1), randomFlow(t, seed+2))
	})
}

func TestManyWaitsEndInBudget(t *testing.T) {
	doc := parse(t, `{"Version":"2019-10-30","StartAction":"w","Actions":[
		{"Identifier":"w","Type":"Wait","Parameters":{"TimeLimitSeconds":"1"},
		 "Transitions":{"Conditions":[{"NextAction":"w","Condition":{"Operator":"Equals","Operands":["WaitCompleted"]}}]}}]}`)
	world := newChat()
	world.contents["1"] = doc
	now := time.Unix(0, 0)
	run := interp.New("r", "f", "1")
	run.Steps = interp.MaxStepsPerRun - 50
	run, out, _ := interp.Advance(run, world, interp.Start{}, now, nil)
	inputs := 1
	for ; run.Status == interp.Waiting; inputs++ {
		now = now.Add(time.Second)
		run, out, _ = interp.Advance(run, world, interp.Timer{}, now, nil)
	}
	if out.Kind != interp.Budget || out.Reason != `100000 actions in one run, now at "w" of flow f` || inputs != 51 {
		t.Errorf("%d inputs, then %s: %s", inputs, out.Kind, out.Reason)
	}
}

func parse(t testing.TB, content string) *flow.Document {
	t.Helper()
	doc, err := flow.Parse([]byte(content))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// randomFlow returns a document of the built types, wired at random.
func randomFlow(t *testing.T, seed uint64) *flow.Document {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	n := 1 + r.IntN(12)
	actions := make([]any, n)
	for i := range actions {
		actions[i] = randomAction(r, i, n)
	}
	content, err := json.Marshal(map[string]any{"Version": flow.Version, "StartAction": "0", "Actions": actions})
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, string(content))
}

type object = map[string]any

func randomAction(r *rand.Rand, i, n int) object {
	target := func() string { return fmt.Sprint(r.IntN(n + 1)) } // one of them leads nowhere
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	text := func() string {
		return pick("x", "$.Attributes.a", "$.FlowAttributes.a", "$.Attributes.a$.FlowAttributes.a", "5", "$.Lex", "basic",
			"$.External", "$.External.b.c.0", "$.Views.ViewResultData", "$.Modules.ResultData.a", "$.Modules.Input", "$.LambdaInvocation.InvocationId", "$.Loop.l.Index", "$.Loop.l.Element", "$.Loop.l.Elements")
	}
	items := func() any { // nothing for a loop that counts
		return []any{nil, "$.Attributes.list", text(), "$.Loop.l.Elements", []any{text(), "$.Loop.l.Element", object{"a": text()}}}[r.IntN(5)]
	}
	var conditions, errs []object
	for range r.IntN(4) {
		operand := pick("LambdaReturned", "x", "ContinueLooping", "DoneLooping", "WaitCompleted", "CustomerReturned", text())
		conditions = append(conditions, object{"NextAction": target(), "Condition": object{
			"Operator": pick("Equals", "Equals", "TextContains", "NumberLessThan"), "Operands": []string{operand}}})
	}
	for range r.IntN(3) {
		errs = append(errs, object{"NextAction": target(), "ErrorType": pick("NoMatchingError", "NoMatchingCondition", "QueueAtCapacity")})
	}
	return object{
		"Identifier": fmt.Sprint(i),
		"Type": pick("MessageParticipant", "Wait", "Wait", "Compare", "Loop", "Loop", "Loop", "DistributeByPercentage", "UpdateContactAttributes",
			"UpdateFlowAttributes", "UpdateContactTargetQueue", "TransferContactToQueue", "EndFlowExecution", "DisconnectParticipant", "ShowView", "TransferToFlow", "InvokeFlowModule", "InvokeFlowModule",
			"EndFlowModuleExecution", "InvokeLambdaFunction", "InvokeLambdaFunction", "ConnectParticipantWithLexBot", "UpdateFlowLoggingBehavior", "NoSuchBlock"),
		"Parameters": object{
			"Text": text(), "TimeLimitSeconds": pick("1", "60", "x"), "ContinueExecution": pick("True", "False", "False"), "MinimumWaitTimeSeconds": pick("0", "1", "x"), "Events": []string{"CustomerReturned", "LambdaReturned"}[:r.IntN(3)],
			"ComparisonValue": text(), "LoopCount": pick("0", "1", "100"), "LoopItems": items(), "QueueId": text(),
			"ContactFlowId": pick("m0", "m1", "none", "unread", "m0"), "FlowModuleId": pick("m0", "m1", "none", "m0", "m1"),
			"Input": object{"a": text(), "b": 5, "c": []any{text(), nil}}, "Result": pick("x", "5", "$.Attributes.none"), "ResultData": object{"a": text()},
			"LambdaFunctionARN": text(), "InvocationType": pick("SYNCHRONOUS", "ASYNCHRONOUS"), "ResponseValidation": object{"ResponseType": pick("JSON", "STRING_MAP")},
			"LambdaInvocationAttributes": object{"a": text()}, "LexV2Bot": object{"AliasArn": pick("bot", "$.Lex")}, "LoopName": "l",
			"LexTimeoutSeconds": object{"Text": pick("60", "x")}, "FlowLoggingBehavior": pick("Enabled", "Disabled"),
			"ViewResource": object{"Id": pick("form", "none")}, "ViewData": object{"a": text(), "b": []any{text(), true, 1.5}},
			"Attributes": object{"a": text() + text()}, "FlowAttributes": object{"a": object{"Value": text() + text()}},
		},
		"Transitions": object{"NextAction": target(), "Conditions": conditions, "Errors": errs},
	}
}
