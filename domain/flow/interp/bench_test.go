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

// silent is a World that keeps nothing, so that the benchmark sees only the
// interpreter.
type silent struct {
	doc             *flow.Document
	interp.Contacts // not asked for
	interp.Instance
	interp.Authentication
}

func (silent) Lookup(flow.Path) (flow.Value, bool)                    { return flow.TextValue("gold"), true }
func (silent) ContactData() json.RawMessage                           { return json.RawMessage(`{}`) }
func (silent) SetAttributes(map[string]string) error                  { return nil }
func (silent) BotPresent() bool                                       { return true }
func (w silent) Document(string) (*flow.Document, bool)               { return w.doc, true }
func (silent) Flow(string) (interp.Target, error)                     { return interp.Target{}, nil }
func (silent) Module(string) (interp.Target, error)                   { return interp.Target{}, nil }
func (silent) Prompt(string) (string, bool)                           { return "", false }
func (silent) Say(string) error                                       { return nil }
func (silent) SayBot(string, string) error                            { return nil }
func (silent) View(string, string) (interp.ViewRef, error)            { return interp.ViewRef{}, nil }
func (silent) ShowView(string, interp.ViewRef, json.RawMessage) error { return nil }
func (silent) Logging() bool                                          { return false }
func (silent) SetLogging(bool)                                        {}
func (silent) SetTargetQueue(string) error                            { return nil }
func (silent) SetTargetAgent(string) error                            { return nil }
func (silent) SetRecording(json.RawMessage)                           {}
func (silent) SetProcessor(string, bool) error                        { return nil }
func (silent) SetRedaction(bool, bool, []string) error                { return nil }
func (silent) Enqueue() error                                         { return nil }

// BenchmarkAdvance runs a flow of every built action to its first wait and
// reports the time of one step; the budget is 20 µs.
func BenchmarkAdvance(b *testing.B) {
	doc := read(b, "../testdata/flows/every_built_action.json")
	run := interp.New("r", "f", "1")
	now := time.Unix(0, 0)
	steps := 0
	b.ReportAllocs()
	for b.Loop() {
		_, _, trace := interp.Advance(run, silent{doc: doc}, interp.Start{}, now, func() uint64 { return 99 })
		steps += len(trace)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
}

// BenchmarkBlocks reports the time of a step of the blocks that do most: from
// the start of the flow to its end, with the answers that it waits for.
func BenchmarkBlocks(b *testing.B) {
	module := parse(b, `{"Version":"2019-10-30","StartAction":"r","Actions":[{"Identifier":"r","Type":"EndFlowModuleExecution","Parameters":{"Result":"x","ResultData":{"a":"$.Modules.Input.a"}}}]}`)
	bot := json.RawMessage(`{"messages":[{"content":"hello","contentType":"PlainText"}],"sessionState":{"dialogAction":{"type":"Close"},"intent":{"name":"x"}}}`)
	for name, c := range map[string]struct {
		action string
		inputs []interp.Input
	}{
		"module": {`"InvokeFlowModule","Parameters":{"FlowModuleId":"m","Input":{"a":"$.Attributes.a"}}`, nil},
		"lambda": {`"InvokeLambdaFunction","Parameters":{"LambdaFunctionARN":"f","LambdaInvocationAttributes":{"a":"$.Attributes.a"}}`,
			[]interp.Input{interp.Result{Key: "r/1", Payload: json.RawMessage(`{"a":"1","b":"2"}`)}}},
		"view": {`"ShowView","Parameters":{"ViewResource":{"Id":"form"},"ViewData":{"a":"$.Attributes.a","b":["$.Attributes.a"]}}`,
			[]interp.Input{interp.CustomerMessage{ContentType: interactive + ".response", Content: `{"action":"x","data":{}}`}}},
		"bot": {`"ConnectParticipantWithLexBot","Parameters":{"Text":"Hi","LexV2Bot":{"AliasArn":"a"}}`,
			[]interp.Input{interp.CustomerMessage{ContentType: "text/plain", Content: "hi"}, interp.Result{Key: "r/1", Payload: bot}}},
	} {
		doc := parse(b, `{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":`+c.action+`,"Transitions":{"NextAction":"e"}},{"Identifier":"e","Type":"EndFlowExecution"}]}`)
		b.Run(name, func(b *testing.B) {
			world := library{silent{doc: doc}, module}
			steps := 0
			for b.Loop() {
				run := interp.New("r", "f", "1")
				for _, in := range append([]interp.Input{interp.Start{}}, c.inputs...) {
					var trace []interp.Trace
					run, _, trace = interp.Advance(run, world, in, time.Unix(0, 0), nil)
					steps += len(trace)
				}
				if run.Status != interp.Ended {
					b.Fatalf("the flow is %s", run.Status)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
		})
	}
}

// library is silent with one module.
type library struct {
	silent
	module *flow.Document
}

func (l library) Document(content string) (*flow.Document, bool) {
	if content == "m" {
		return l.module, true
	}
	return l.doc, true
}

func (l library) Module(string) (interp.Target, error) {
	return interp.Target{FlowID: "m", Content: "m"}, nil
}

// BenchmarkReferences reads fifty values of an answer of 30 KB in one decision and
// reports the time of one reference.
func BenchmarkReferences(b *testing.B) {
	const references = 50
	texts, order := map[string]string{}, map[string]any{}
	for i := range references {
		texts[fmt.Sprint("k", i)] = fmt.Sprintf("$.External.orders.%d.total ", i)
	}
	var list []any
	for i := range references {
		list = append(list, map[string]any{"total": i, "text": strings.Repeat("x", 580)})
	}
	order["orders"] = list
	attributes, err := json.Marshal(texts)
	if err != nil {
		b.Fatal(err)
	}
	answer, err := json.Marshal(order)
	if err != nil {
		b.Fatal(err)
	}
	doc := parse(b, `{"Version":"2019-10-30","StartAction":"call","Actions":[
		{"Identifier":"call","Type":"InvokeLambdaFunction","Parameters":{"LambdaFunctionARN":"f","ResponseValidation":{"ResponseType":"JSON"}},"Transitions":{"NextAction":"set"}},
		{"Identifier":"set","Type":"UpdateContactAttributes","Parameters":{"Attributes":`+string(attributes)+`},"Transitions":{"NextAction":"end"}},
		{"Identifier":"end","Type":"EndFlowExecution"}]}`)
	run, _, _ := interp.Advance(interp.New("r", "f", "1"), silent{doc: doc}, interp.Start{}, time.Unix(0, 0), nil)
	in := interp.Result{Key: "r/1", Payload: answer}
	b.ReportAllocs()
	for b.Loop() {
		if _, out, _ := interp.Advance(run, silent{doc: doc}, in, time.Unix(0, 0), nil); out.Kind != interp.EndedByFlow {
			b.Fatal(out)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*references), "ns/reference")
}

// BenchmarkLoop goes round in a loop over an array of 4,000 elements until the bound of an Advance, and reports the time
// of one step.
func BenchmarkLoop(b *testing.B) {
	list := make([]int, 4000)
	for i := range list {
		list[i] = 10000 + i
	}
	array, err := json.Marshal(list)
	if err != nil {
		b.Fatal(err)
	}
	for _, references := range []int{1, 10} {
		doc := parse(b, `{"Version":"2019-10-30","StartAction":"l","Actions":[
			{"Identifier":"l","Type":"Loop","Parameters":{"LoopName":"o","LoopItems":"$.External"},"Transitions":{"Conditions":[
				{"NextAction":"say","Condition":{"Operator":"Equals","Operands":["ContinueLooping"]}}]}},
			{"Identifier":"say","Type":"MessageParticipant","Parameters":{"Text":"`+strings.Repeat("$.Loop.o.Element ", references)+`"},"Transitions":{"NextAction":"l"}}]}`)
		run := interp.New("r", "f", "1")
		run.External = array
		b.Run(fmt.Sprint(references), func(b *testing.B) {
			steps := 0
			b.ReportAllocs()
			for b.Loop() {
				_, out, trace := interp.Advance(run, silent{doc: doc}, interp.Start{}, time.Unix(0, 0), nil)
				if out.Kind != interp.Budget || len(trace) != interp.MaxStepsPerAdvance {
					b.Fatal(out, len(trace))
				}
				steps += len(trace)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
		})
	}
}
