package diff_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/domain/flow"
	"parley/domain/flow/diff"
)

const base = `{"Version":"2019-10-30","StartAction":"a","Metadata":{"x":1},"Actions":[
{"Identifier":"a","Type":"MessageParticipant","Parameters":{"Text":"Hi"},"Transitions":{"NextAction":"b"}},
{"Identifier":"b","Type":"UpdateContactTargetQueue","Parameters":{"QueueId":"arn:aws:connect:r:1:instance/i1/queue/q1"},"Transitions":{"NextAction":"c","Errors":[{"NextAction":"z","ErrorType":"NoMatchingError"}]}},
{"Identifier":"c","Type":"Compare","Parameters":{"ComparisonValue":"$.Channel"},"Transitions":{"NextAction":"z","Conditions":[{"NextAction":"d","Condition":{"Operator":"Equals","Operands":["CHAT"]}},{"NextAction":"z","Condition":{"Operator":"Equals","Operands":["VOICE"]}}],"Errors":[{"NextAction":"z","ErrorType":"NoMatchingCondition"}]}},
{"Identifier":"d","Type":"TransferContactToQueue","Parameters":{},"Transitions":{"NextAction":"z","Errors":[{"NextAction":"z","ErrorType":"QueueAtCapacity"},{"NextAction":"z","ErrorType":"NoMatchingError"}]}},
{"Identifier":"z","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`

func parse(t *testing.T, content string) *flow.Document {
	t.Helper()
	d, err := flow.Parse([]byte(content))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestCompare(t *testing.T) {
	block := func(kind diff.Kind, action, actionType string, parts ...diff.Part) []diff.Block {
		return []diff.Block{{Kind: kind, Action: action, Type: actionType, Parts: parts}}
	}
	tests := []struct {
		name, old, new string
		want           diff.Result
	}{
		{"layout", `{"x":1}`, `{"x":2}`, diff.Result{Layout: true}},
		{"white space", `"Text":"Hi"`, `"Text" : "Hi"`, diff.Result{Layout: true}},
		{"a copy that is never taken", `"Parameters":{"ComparisonValue":"$.Channel"},"Transitions":{"NextAction":"z"`, `"Parameters":{"ComparisonValue":"$.Channel"},"Transitions":{"NextAction":"a"`, diff.Result{Layout: true}},
		{"start", `"StartAction":"a"`, `"StartAction":"b"`, diff.Result{Document: []diff.Part{{Kind: diff.Changed, Place: "StartAction", Old: "a", New: "b"}}}},
		{"settings", `"Metadata"`, `"Settings":{"b":1,"a":2},"Metadata"`, diff.Result{Document: []diff.Part{{Kind: diff.Added, Place: "Settings", New: `{"a":2,"b":1}`}}}},
		{"text", `"Text":"Hi"`, `"Text":"Hello"`, diff.Result{Blocks: block(diff.Changed, "a", "MessageParticipant", diff.Part{Kind: diff.Changed, Place: "Parameters.Text", Old: "Hi", New: "Hello"})}},
		{"parameter", `"Text":"Hi"`, `"Text":"Hi","SkipWhenDTMFBufferEnabled":"True"`, diff.Result{Blocks: block(diff.Changed, "a", "MessageParticipant", diff.Part{Kind: diff.Added, Place: "Parameters.SkipWhenDTMFBufferEnabled", New: "True"})}},
		{"type", `"Type":"MessageParticipant"`, `"Type":"Loop"`, diff.Result{Blocks: block(diff.Changed, "a", "Loop", diff.Part{Kind: diff.Changed, Place: "Type", Old: "MessageParticipant", New: "Loop"})}},
		{"branch", `"NextAction":"b"`, `"NextAction":"c"`, diff.Result{Blocks: block(diff.Changed, "a", "MessageParticipant", diff.Part{Kind: diff.Changed, Place: "branch on success", Old: "b", New: "c"})}},
		{"error", `"ErrorType":"NoMatchingError"}]}},
{"Identifier":"c"`, `"ErrorType":"Other"}]}},
{"Identifier":"c"`, diff.Result{Blocks: block(diff.Changed, "b", "UpdateContactTargetQueue", diff.Part{Kind: diff.Removed, Place: "branch NoMatchingError", Old: "z"}, diff.Part{Kind: diff.Added, Place: "branch Other", New: "z"})}},
		{"renamed", `"Identifier":"d"`, `"Identifier":"e"`, diff.Result{Blocks: []diff.Block{{Kind: diff.Added, Action: "e", Type: "TransferContactToQueue"}, {Kind: diff.Removed, Action: "d", Type: "TransferContactToQueue"}}}},
		{"another queue", `queue/q1`, `queue/q2`, diff.Result{Blocks: block(diff.Changed, "b", "UpdateContactTargetQueue", diff.Part{Kind: diff.Changed, Place: "Parameters.QueueId", Old: "arn:aws:connect:r:1:instance/i1/queue/q1", New: "arn:aws:connect:r:1:instance/i1/queue/q2"})}},
		{"another instance", `instance/i1/queue/q1`, `instance/i2/queue/q2`, diff.Result{Blocks: block(diff.Changed, "b", "UpdateContactTargetQueue", diff.Part{Kind: diff.Instance, Place: "Parameters.QueueId", Old: "arn:aws:connect:r:1:instance/i1/queue/q1", New: "arn:aws:connect:r:1:instance/i2/queue/q2"})}},
	}
	for _, test := range tests {
		changed := strings.Replace(base, test.old, test.new, 1)
		if changed == base {
			t.Fatalf("%s changes nothing", test.name)
		}
		got := diff.Compare(parse(t, base), parse(t, changed))
		if d := cmp.Diff(test.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, d)
		}
		if got.Same(false) != test.want.Layout {
			t.Errorf("%s: Same says %v", test.name, got.Same(false))
		}
		if want := test.want.Layout || test.name == "another instance"; got.Same(true) != want {
			t.Errorf("%s: Same on another instance says %v", test.name, got.Same(true))
		}
	}
}

func TestCompareKnowsTheOrderOfConditions(t *testing.T) {
	swapped := strings.NewReplacer("CHAT", "VOICE", "VOICE", "CHAT", `"NextAction":"d","Condition"`, `"NextAction":"z","Condition"`, `"NextAction":"z","Condition"`, `"NextAction":"d","Condition"`).Replace(base)
	got := diff.Compare(parse(t, base), parse(t, swapped))
	want := []diff.Part{{Kind: diff.Changed, Place: "order of the conditions", Old: `= "CHAT", = "VOICE"`, New: `= "VOICE", = "CHAT"`}}
	if len(got.Blocks) != 1 || !cmp.Equal(got.Blocks[0].Parts, want) {
		t.Errorf("%+v", got)
	}
}

func TestCompareGoesByNames(t *testing.T) {
	named := func(id, name string) *flow.Document {
		return parse(t, strings.NewReplacer(`"x":1`, `"ActionMetadata":{"b":{"parameters":{"QueueId":{"displayName":"`+name+`"}}}}`, "queue/q1", "queue/"+id).Replace(base))
	}
	if got := diff.Compare(named("q1", "Sales"), named("q2", "Sales")); !got.Same(true) || got.Same(false) {
		t.Errorf("the same name on one instance: %+v", got)
	}
	if got := diff.Compare(named("q1", "Sales"), named("q2", "Support")); got.Same(true) {
		t.Errorf("another name: %+v", got)
	}
	byName := parse(t, strings.Replace(base, "arn:aws:connect:r:1:instance/i1/queue/q1", "name:queue/Sales", 1))
	if got := diff.Compare(named("q1", "Sales"), byName); !got.Same(true) {
		t.Errorf("by id and by name: %+v", got)
	}
}

func TestIdentical(t *testing.T) {
	got := diff.Compare(parse(t, base), parse(t, base))
	if !got.Identical || got.Layout || !got.Same(false) {
		t.Errorf("%+v", got)
	}
}
