package flow_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/domain/flow"
	"parley/internal/fault"
)

func parse(t *testing.T, content string) *flow.Document {
	t.Helper()
	d, err := flow.Parse([]byte(content))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// document puts actions into the smallest document that starts at "a".
func document(actions ...string) string {
	return `{"Version":"2019-10-30","StartAction":"a","Actions":[` + strings.Join(actions, ",") + `]}`
}

func TestParseReadsAnAction(t *testing.T) {
	d := parse(t, document(`{"Identifier":"a","Type":"Wait",
		"Parameters":{"TimeLimitSeconds":60,"Deep":{"On":[true,"$.Attributes.x",1.50],"Off":null}},
		"Transitions":{"NextAction":"n","Errors":[{"NextAction":"e","ErrorType":"NoMatchingError"}],
			"Conditions":[{"NextAction":"c","Condition":{"Operator":"Equals","Operands":["x"]}}]}}`))
	a, ok := d.Action("a")
	if !ok || d.StartAction() != "a" || d.Len() != 1 {
		t.Fatalf("Action(a) = %v; start %q, %d actions", ok, d.StartAction(), d.Len())
	}
	if a.Type != "Wait" || a.NextAction != "n" {
		t.Errorf("type %q, next %q", a.Type, a.NextAction)
	}
	if diff := cmp.Diff([]flow.ErrorBranch{{ErrorType: "NoMatchingError", NextAction: "e"}}, a.Errors); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	c := a.Conditions[0]
	if c.Operator != flow.Equals || c.Operands[0].Source() != "x" || c.NextAction != "c" {
		t.Errorf("condition %+v", c)
	}
	if got := a.Parameters.Field("TimeLimitSeconds").Text().Source(); got != "60" {
		t.Errorf("a number reads as %q, want 60", got)
	}
	deep := a.Parameters.Field("Deep")
	if deep.Field("Off").Present() || deep.Field("None").Present() || deep.Field("On").Len() != 3 {
		t.Errorf("Deep is not what was written")
	}
	for i, item := range deep.Field("On").Items() {
		if want := []string{"true", "$.Attributes.x", "1.50"}[i]; item.Text().Source() != want {
			t.Errorf("item %d is %q, want %q", i, item.Text().Source(), want)
		}
	}
}

func TestActionWithoutIdentifierIsNoTarget(t *testing.T) {
	d := parse(t, document(`{"Type":"EndFlowExecution"}`))
	if _, ok := d.Action(""); ok || d.Len() != 1 {
		t.Errorf("an action without an identifier is found by the empty one")
	}
}

func TestParseRefuses(t *testing.T) {
	deep := strings.Repeat("[", 200) + strings.Repeat("]", 200)
	tests := map[string]string{
		"no JSON":             `{"Version":`,
		"trailing bytes":      document() + `{}`,
		"bad UTF-8":           document(`{"Identifier":"` + "\xff" + `","Type":"Wait"}`),
		"not an object":       `[]`,
		"legacy format":       `{"modules":[],"version":"1","type":"contactFlow"}`,
		"another version":     `{"Version":"2019-10-31","StartAction":"a","Actions":[]}`,
		"another case":        `{"version":"2019-10-30","StartAction":"a","Actions":[]}`,
		"no actions":          `{"Version":"2019-10-30","StartAction":"a"}`,
		"actions an object":   `{"Version":"2019-10-30","StartAction":"a","Actions":{}}`,
		"start a number":      `{"Version":"2019-10-30","StartAction":1,"Actions":[]}`,
		"member twice":        `{"Version":"2019-10-30","StartAction":"a","StartAction":"b","Actions":[]}`,
		"action a string":     document(`"a"`),
		"action null":         document(`null`),
		"type a list":         document(`{"Identifier":"a","Type":[]}`),
		"parameters a list":   document(`{"Identifier":"a","Type":"Wait","Parameters":[]}`),
		"parameter twice":     document(`{"Identifier":"a","Type":"Wait","Parameters":{"x":{"y":1,"y":2}}}`),
		"parameters too deep": document(`{"Identifier":"a","Type":"Wait","Parameters":{"x":` + deep + `}}`),
		"errors an object":    document(`{"Identifier":"a","Type":"Wait","Transitions":{"Errors":{}}}`),
		"error a string":      document(`{"Identifier":"a","Type":"Wait","Transitions":{"Errors":["x"]}}`),
		"no condition":        document(`{"Identifier":"a","Type":"Wait","Transitions":{"Conditions":[{"NextAction":"a"}]}}`),
		"operand an object":   document(`{"Identifier":"a","Type":"Wait","Transitions":{"Conditions":[{"Condition":{"Operands":[{}]}}]}}`),
		"too large":           document(`{"Identifier":"a","Type":"Wait","Note":"` + strings.Repeat("x", flow.MaxBytes) + `"}`),
	}
	for name, content := range tests {
		_, err := flow.Parse([]byte(content))
		if !fault.Is(err, fault.FlowInvalid) {
			t.Errorf("%s: error %v, want fault.FlowInvalid", name, err)
		}
	}
}

func TestParseSaysWhatToDoWithAnOldExport(t *testing.T) {
	_, err := flow.Parse([]byte(`{"modules":[],"version":"1","type":"contactFlow"}`))
	if err == nil || !strings.Contains(err.Error(), "parley flow convert") {
		t.Errorf("the refusal is %v", err)
	}
}

// A content that is not JSON is refused with the place where it stops being so.
func TestWhereTheJSONBreaks(t *testing.T) {
	for content, want := range map[string]string{
		"{\n  \"Version\": \"2019-10-30\",,\n}": "line 2, column 27",
		"{\"é\": nul}":                          "line 1, column 10",
		"{\"Version\":\"2019-10-30\"":           "line 1, column 23",
		"":                                      "line 1, column 1",
		"{\"a\":\"\xff\"}":                      "not text in UTF-8",
		"<html>":                                "line 1, column 1",
	} {
		_, err := flow.Parse([]byte(content))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", content, err, want)
		}
	}
}

func TestLines(t *testing.T) {
	d := parse(t, "{\"Version\":\"2019-10-30\",\n\"StartAction\":\"a\",\"Metadata\":{\"Actions\":[\n1]},\"Actions\":[\n\n  {\"Identifier\":\"a\",\n\"Type\":\"X\"} , {\"Identifier\":\"b\"},\n{\"Identifier\":\"c\"}]}")
	if diff := cmp.Diff([]int{5, 6, 7}, d.Lines()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	twice := parse(t, "{\"Version\":\"2019-10-30\",\"StartAction\":\"a\",\"Actions\":[{\"Identifier\":\"a\",\"Type\":\"X\"},\n{\"Identifier\":\"a\",\"Type\":\"X\"}]}")
	for message, want := range map[string]int{"Path: Actions[1].Type": 2, "Path: Actions[0].Type": 1, "Path: Actions[7]": 1, "Path: StartAction": 1} {
		if got := twice.LineOfProblem("a", message); got != want {
			t.Errorf("%s is on line %d, want %d", message, got, want)
		}
	}
	if d.LineOf("b") != 6 || d.LineOf("nobody") != 1 {
		t.Errorf("b on %d, nobody on %d", d.LineOf("b"), d.LineOf("nobody"))
	}
}
