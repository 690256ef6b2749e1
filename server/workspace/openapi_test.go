package workspace_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/server/workspace"
)

// document is what of openapi.json is held against the routes.
type document struct {
	Paths map[string]map[string]struct {
		OperationID string `json:"operationId"`
		Needs       string `json:"x-needs"`
	}
}

// The document describes every route and nothing else, and says of each what it
// needs. A route that declares nothing fails here.
func TestEveryRouteIsDescribed(t *testing.T) {
	raw, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc document
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	described := map[string]workspace.Route{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			pattern := strings.ToUpper(method) + " " + path
			described[pattern] = workspace.Route{Pattern: pattern, Operation: op.OperationID, Needs: op.Needs}
		}
	}
	served := map[string]workspace.Route{}
	for _, r := range workspace.New(workspace.Options{}).Routes() {
		if served[r.Pattern] = r; r.Needs == "nobody" {
			t.Errorf("%s does not declare what it needs", r.Pattern)
		}
		if !strings.Contains(r.Pattern, " "+workspace.Prefix) {
			t.Errorf("%s is not under %s", r.Pattern, workspace.Prefix)
		}
	}
	if diff := cmp.Diff(described, served); diff != "" {
		t.Errorf("described (-) and served (+) differ:\n%s", diff)
	}
}
