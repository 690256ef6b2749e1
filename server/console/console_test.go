package console

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/api/connect"
	"parley/domain/permission"
	server "parley/server/connect"
)

// Every operation of the table exists, is served, and asks for something.
func TestTheTableNamesOperations(t *testing.T) {
	known := map[string]bool{}
	for _, op := range connect.Operations() {
		known[op.Name] = op.Supported
	}
	for name, need := range Needs() {
		if !known[name] || !server.Knows(name) {
			t.Errorf("%s is no operation that is served", name)
		}
		if !need.Declared() || need.Open() {
			t.Errorf("%s needs: %s", name, need)
		}
		if changes := !reads(name); changes && need.String() == "signed in" {
			t.Errorf("%s changes something and asks for no permission", name)
		}
	}
}

// A member is found wherever an operation looks for it, and the instance is the caller's, whatever the body says.
func TestSpread(t *testing.T) {
	m, err := membersOf([]byte(`{"QueueId": "q", "maxResults": 5, "queueTypes": ["A", "B"], "Config": [{"Day": "x"}], "None": null, "InstanceId": "another", "On": true}`))
	if err != nil {
		t.Fatal(err)
	}
	r, err := spread(m, "mine")
	if err != nil {
		t.Fatal(err)
	}
	if got := []string{r.Path("QueueId"), r.Path("InstanceId"), r.Path("None"), r.Query.Get("maxResults"), r.Query.Get("On"), strings.Join(r.Query["queueTypes"], " "), r.Query.Get("instanceId")}; !slices.Equal(got, []string{"q", "mine", "", "5", "true", "A B", "mine"}) {
		t.Errorf("%q", got)
	}
	var body map[string]any
	if err := json.Unmarshal(r.Body, &body); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"QueueId": "q", "maxResults": 5.0, "queueTypes": []any{"A", "B"}, "Config": []any{map[string]any{"Day": "x"}}, "None": nil, "InstanceId": "mine", "On": true}
	if diff := cmp.Diff(want, body); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []string{"[]", "null", "1", `"x"`, "{"} {
		if _, err := membersOf([]byte(bad)); err == nil {
			t.Errorf("%s was taken for an object", bad)
		}
	}
}

// What makes a content run is told from a draft, by the permission that it needs.
func TestPublishes(t *testing.T) {
	for _, c := range []struct {
		operation, input string
		want             permission.Name
	}{
		{"CreateContactFlow", `{}`, publish}, {"CreateContactFlow", `{"Status": "SAVED"}`, ""},
		{"CreateContactFlow", `{"Status": "PUBLISHED"}`, publish}, {"CreateContactFlow", `{"Status": ["SAVED"]}`, ""},
		{"UpdateContactFlowContent", `{"ContactFlowId": "a"}`, publish}, {"UpdateContactFlowContent", `{"ContactFlowId": "a:$SAVED"}`, ""},
		{"UpdateContactFlowContent", `{"ContactFlowId": "a:$LATEST"}`, publish},
		{"UpdateContactFlowModuleContent", `{"ContactFlowModuleId": "a"}`, publishModule}, {"UpdateContactFlowModuleContent", `{"ContactFlowModuleId": "a:$SAVED"}`, ""},
		{"UpdateContactFlowModuleContent", `{"ContactFlowId": "a:$SAVED", "ContactFlowModuleId": "a"}`, publishModule},
		{"CreateContactFlowModule", `{}`, ""}, // runs nowhere yet
	} {
		if m, err := membersOf([]byte(c.input)); err != nil || publishes(c.operation, m) != c.want {
			t.Errorf("%s %s: %v, want %q", c.operation, c.input, err, c.want)
		}
	}
}
