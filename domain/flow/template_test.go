package flow_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/domain/flow"
)

func TestTemplateReferences(t *testing.T) {
	tests := []struct {
		text string
		want []flow.Path
	}{
		{"", nil},
		{"plain", nil},
		{"$.Attributes.name", []flow.Path{{"Attributes", "name"}}},
		{"Dear $.Attributes.first-name_2, hello", []flow.Path{{"Attributes", "first-name_2"}}},
		{"It was $.Attributes.x. If not", []flow.Path{{"Attributes", "x"}}},
		{"$.Attributes.A$.Attributes.B", []flow.Path{{"Attributes", "A"}, {"Attributes", "B"}}},
		{"'$.CustomerEndpoint.Address'", []flow.Path{{"CustomerEndpoint", "Address"}}},
		{"arn:aws:lambda:$.AwsRegion:1:x", []flow.Path{{"AwsRegion"}}},
		{"$.Attributes.['key with space']!", []flow.Path{{"Attributes", "key with space"}}},
		{"$['Attributes']['x'].y", []flow.Path{{"Attributes", "x", "y"}}},
		{`$["AwsRegion"]`, []flow.Path{{"AwsRegion"}}},
		{"$.SegmentAttributes['connect:Subtype'].ValueString", []flow.Path{{"SegmentAttributes", "connect:Subtype", "ValueString"}}},
		{"$.Views.ViewResultData.FormData.survey.0", []flow.Path{{"Views", "ViewResultData", "FormData", "survey", "0"}}},
		{"$.Attributes.grüße", []flow.Path{{"Attributes", "gr"}}},
		{"<b>$.Lex.Slots.x</b>", []flow.Path{{"Lex", "Slots", "x"}}},
		{"costs $.50 or $5 or 5$", nil},
		{"${REGION} $ $$ $. $[ $[''] $['x", nil},
		{"$$.Channel", []flow.Path{{"Channel"}}},
		{"$.Attributes['open", []flow.Path{{"Attributes"}}},
	}
	for _, test := range tests {
		got := flow.Compile(test.text)
		if diff := cmp.Diff(test.want, got.References()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.text, diff)
		}
		if got.Source() != test.text || got.Static() != (test.want == nil) {
			t.Errorf("%q: source %q, static %v", test.text, got.Source(), got.Static())
		}
	}
}

// TestCompileIsLinear takes minutes where Compile looks ahead to the end of the
// text for every reference that never closes.
func TestCompileIsLinear(t *testing.T) {
	for _, open := range []string{"$['", `$["`, "$.", "$[", "$.a['"} {
		text := strings.Repeat(open, flow.MaxBytes/len(open))
		if got := flow.Compile(text).Source(); got != text {
			t.Errorf("%s…: the source is another", open)
		}
	}
}

func lookup(path flow.Path) (flow.Value, bool) {
	switch strings.Join(path, ".") {
	case "Attributes.name":
		return flow.TextValue("Ada $.Channel"), true
	case "External.list":
		return flow.JSONValue([]byte(`[1, {"a": 2.50}]`)), true
	}
	return flow.Value{}, false
}

func TestTemplateExpand(t *testing.T) {
	tests := []struct{ text, want string }{
		{"no reference", "no reference"},
		{"Hello $.Attributes.name.", "Hello Ada $.Channel."},
		{"[$.Attributes.none]", "[]"},
		{"$.External.list", `[1,{"a":2.50}]`},
		{"$.Attributes.name$.Attributes.name", "Ada $.ChannelAda $.Channel"},
	}
	for _, test := range tests {
		got, ok := flow.Compile(test.text).Expand(lookup, len(test.want))
		if !ok || got != test.want {
			t.Errorf("%q expands to %q, %v; want %q", test.text, got, ok, test.want)
		}
		if _, ok := flow.Compile(test.text).Expand(lookup, len(test.want)-1); ok {
			t.Errorf("%q expands into one byte too few", test.text)
		}
	}
}

func TestTemplateWhole(t *testing.T) {
	if path, ok := flow.Compile("$.Attributes.q").Whole(); !ok || !cmp.Equal(path, flow.Path{"Attributes", "q"}) {
		t.Errorf("Whole = %v, %v", path, ok)
	}
	for _, text := range []string{"", "x", "$.Attributes.q ", "$.A.b$.A.c"} {
		if path, ok := flow.Compile(text).Whole(); ok {
			t.Errorf("%q is the whole of %v", text, path)
		}
	}
}

func TestValueAt(t *testing.T) {
	v := flow.JSONValue([]byte(` {"s": "te\u0078t", "n": 1.50, "t": true, "z": null, "l": ["a", {"k": "b"}], "o": { "x" : 1 }} `))
	tests := []struct {
		path flow.Path
		want string
		ok   bool
	}{
		{flow.Path{"s"}, "text", true},
		{flow.Path{"n"}, "1.50", true},
		{flow.Path{"t"}, "true", true},
		{flow.Path{"z"}, "", false},
		{flow.Path{"l", "1", "k"}, "b", true},
		{flow.Path{"l", "2"}, "", false},
		{flow.Path{"l", "-1"}, "", false},
		{flow.Path{"l", "x"}, "", false},
		{flow.Path{"o"}, `{"x":1}`, true},
		{flow.Path{"s", "deeper"}, "", false},
		{flow.Path{"none"}, "", false},
	}
	for _, test := range tests {
		got, ok := v.At(test.path)
		if got.String() != test.want || ok != test.ok {
			t.Errorf("%v = %q, %v; want %q, %v", test.path, got.String(), ok, test.want, test.ok)
		}
	}
	if got := string(flow.TextValue(`a"b`).JSON()); got != `"a\"b"` {
		t.Errorf("a text as JSON is %s", got)
	}
}

func TestOperators(t *testing.T) {
	tests := []struct {
		op              flow.Operator
		result, operand string
		want            bool
	}{
		{flow.Equals, "a", "a", true},
		{flow.Equals, "a", "A", false},
		{flow.Equals, "1", "1.0", false},
		{flow.TextStartsWith, "abc", "ab", true},
		{flow.TextStartsWith, "abc", "bc", false},
		{flow.TextEndsWith, "abc", "bc", true},
		{flow.TextEndsWith, "abc", "ab", false},
		{flow.TextContains, "abc", "b", true},
		{flow.TextContains, "abc", "B", false},
		{flow.NumberGreaterThan, "10", "9", true},
		{flow.NumberGreaterThan, "9", "9", false},
		{flow.NumberGreaterOrEqualTo, "9.0", "9", true},
		{flow.NumberGreaterOrEqualTo, "8", "9", false},
		{flow.NumberLessThan, "-1", "0", true},
		{flow.NumberLessThan, "0", "0", false},
		{flow.NumberLessOrEqualTo, "0", " 0 ", true},
		{flow.NumberLessOrEqualTo, "1", "0", false},
		{flow.NumberLessOrEqualTo, "", "0", false},
		{flow.NumberGreaterOrEqualTo, "inf", "0", false},
		{flow.NumberGreaterOrEqualTo, "0x10", "0", false},
		{flow.NumberGreaterThan, "1_000", "0", false},
		{flow.NumberLessThan, "0", "ten", false},
		{"NumberEquals", "1", "1", false},
	}
	for _, test := range tests {
		if got := test.op.Holds(test.result, test.operand); got != test.want {
			t.Errorf("%q %s %q = %v", test.result, test.op, test.operand, got)
		}
	}
}
