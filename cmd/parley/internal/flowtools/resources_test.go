package flowtools_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/cmd/parley/internal/flowtools"
	"parley/domain/flow"
)

const (
	lambda = "arn:aws:lambda:eu-west-1:111122223333:function:"
	there  = "arn:aws:connect:eu-west-1:111122223333:instance/i/"
)

// calls is a flow whose only references are these values of a function's ARN,
// and of a queue.
func calls(function, queue string) string {
	return fmt.Sprintf(`{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":"InvokeLambdaFunction","Parameters":{"LambdaFunctionARN":%q}},{"Identifier":"b","Type":"UpdateContactTargetQueue","Parameters":{"QueueId":%q}}]}`, function, queue)
}

func resources(t *testing.T, list string) *flowtools.Resources {
	t.Helper()
	path := filepath.Join(t.TempDir(), "resources.json")
	if err := os.WriteFile(path, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := flowtools.ReadResources(path)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What was named resolves to what it was, whether the list has functions with
// their alias or without, and whether or not it calls them as their ARNs do.
func TestNamesResolveToWhatTheyWere(t *testing.T) {
	for _, tt := range []struct{ list, function, name string }{
		{`"lookup":"` + lambda + `lookup"`, lambda + "lookup", "name:function/lookup"},
		{`"lookup":"` + lambda + `lookup"`, lambda + "lookup:prod", "name:function/lookup:prod"},
		{`"lookup":"` + lambda + `lookup:prod"`, lambda + "lookup:prod", "name:function/lookup"},
		{`"lookup:prod":"` + lambda + `lookup:prod"`, lambda + "lookup:prod", "name:function/lookup%3Aprod"},
		{`"lookup":"` + lambda + `lookup","lookup:prod":"` + lambda + `lookup:prod"`, lambda + "lookup:prod", "name:function/lookup%3Aprod"},
		{`"Orders":"` + lambda + `lookup"`, lambda + "lookup:$LATEST", "name:function/Orders:$LATEST"},
	} {
		r := resources(t, `{"function":{`+tt.list+`},"queue":{"Sales":"`+there+`queue/q"}}`)
		content := calls(tt.function, there+"queue/q")
		d, err := flow.Parse([]byte(content))
		if err != nil {
			t.Fatal(err)
		}
		named, unknown, err := flowtools.Named(d, r)
		if err != nil || len(unknown) > 0 || !strings.Contains(string(named.Source()), `"`+tt.name+`"`) {
			t.Errorf("%s is named as\n%s\nwant %s (%v, unknown: %v)", tt.function, named.Source(), tt.name, err, unknown)
			continue
		}
		back, unknown, err := flow.Resolve(named, r.ByName)
		if err != nil || len(unknown) > 0 || string(back.Source()) != content {
			t.Errorf("%s resolves to\n%s\n%v, unknown: %v", tt.name, back.Source(), err, unknown)
		}
		for _, ref := range flow.References(named) {
			if !r.Known(ref) {
				t.Errorf("the list does not know %s", ref.Value)
			}
		}
	}
}

// Without a list, a function is called as its ARN calls it, or as the flow does.
func TestFunctionsHaveNames(t *testing.T) {
	for function, want := range map[string]string{lambda + "lookup:prod": "name:function/lookup:prod", "lookup": "name:function/lookup"} {
		d, err := flow.Parse([]byte(calls(function, "name:queue/Sales")))
		if err != nil {
			t.Fatal(err)
		}
		named, unknown, err := flowtools.Named(d, nil)
		if err != nil || len(unknown) > 0 || !strings.Contains(string(named.Source()), `"`+want+`"`) {
			t.Errorf("%s: %s (%v, %v)", function, named.Source(), err, unknown)
		}
	}
}
