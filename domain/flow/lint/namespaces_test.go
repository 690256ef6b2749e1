package lint_test

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"parley/domain/flow"
	"parley/domain/flow/interp"
	"parley/domain/flow/lint"
)

// What the interpreter keeps of a flow under a name of its own, and what the manual says can be read, the linter knows.
func TestEveryNamespaceIsKnown(t *testing.T) {
	manual, err := os.ReadFile("../../../docs/flows.md")
	if err != nil {
		t.Fatal(err)
	}
	names := kept(t)
	for _, m := range regexp.MustCompile(`\$\.([A-Z]\w+)`).FindAllSubmatch(manual, -1) {
		names = append(names, string(m[1]))
	}
	for _, must := range []string{"External", "Modules", "Loop", "LambdaInvocation", "Queue"} {
		if !slices.Contains(names, must) {
			t.Errorf("neither the interpreter nor the manual has $.%s: %v", must, names)
		}
	}
	for _, name := range names {
		if got := find(lint.Check(parse(t, say("a", "$."+name+".x.y", "z")), lint.Options{}), "unknown-namespace"); len(got) != 0 {
			t.Errorf("%+v", got)
		}
	}
}

// kept lists the namespaces that a run keeps, each of which can be looked up.
func kept(t *testing.T) (names []string) {
	t.Helper()
	for _, field := range reflect.VisibleFields(reflect.TypeFor[interp.Local]()) {
		if field.Type != reflect.TypeFor[json.RawMessage]() {
			continue
		}
		var run interp.Run
		reflect.ValueOf(&run.Local).Elem().FieldByIndex(field.Index).SetBytes([]byte(`{"x":"here"}`))
		if v, ok := run.Lookup(flow.Path{field.Name, "x"}); !ok || v.String() != "here" {
			t.Errorf("$.%s cannot be read", field.Name)
		}
		names = append(names, field.Name)
	}
	return names
}
