package accounts_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"parley/e2e/harness"
)

// TestCaseD4EveryRoute calls every route of the document as everybody: nobody, users
// whose only permission is one that some route asks for, and those of the
// profiles that an instance comes with. Each answer is one that is described.
func TestCaseD4EveryRoute(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	doc := openAPI(t, s)
	people := map[string]map[string]bool{} // by profile: what it grants
	for _, name := range needed(doc) {
		people["only "+name] = map[string]bool{name: true}
	}
	people["nothing"] = map[string]bool{}
	people["all but these"] = map[string]bool{}
	for who, granted := range people {
		names := slices.Collect(maps.Keys(granted))
		if who == "all but these" {
			names = []string{"OutboundCallAccess", "SecurityProfiles.Edit", "Users.Create", "Users.Delete", "Users.EditPermission", "MetricsReports.View"}
		}
		user(t, s, plain(who), profile(t, s, plain(who), names...))
	}
	cells := 0
	for who, granted := range people {
		b := signIn(t, s, plain(who), secret)
		cells += matrix(t, doc, who, b, granted)
	}
	cells += matrix(t, doc, "the agent", signIn(t, s, s.Agents[0].Username, s.Agents[0].Password), map[string]bool{"BasicAgentAccess": true, "TransferContact.Enabled": true})
	all := map[string]bool{}
	for _, name := range needed(doc) {
		all[name] = true
	}
	cells += matrix(t, doc, "the administrator", admin(t, s), all)
	cells += matrix(t, doc, "nobody", newBrowser(t, s), nil)
	t.Logf("%d routes, %d cells", len(operations(doc)), cells)
}

// plain is a name that users and profiles may have.
func plain(name string) string { return strings.NewReplacer(" ", "-", ".", "-").Replace(name) }

// needed are the permissions that some route asks for.
func needed(doc document) []string {
	names := map[string]bool{}
	for _, op := range operations(doc) {
		if op.Needs != "anyone" && op.Needs != "signed in" {
			for _, name := range strings.Split(op.Needs, " or ") {
				names[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// placed is an operation at its place.
type placed struct {
	operation
	method, path string
}

// operations lists the document's operations; the one that signs out comes last.
func operations(doc document) (list []placed) {
	for path, methods := range doc.Paths {
		for method, op := range methods {
			list = append(list, placed{op, strings.ToUpper(method), path})
		}
	}
	slices.SortFunc(list, func(a, b placed) int {
		if last := (a.OperationID == "Logout") != (b.OperationID == "Logout"); last && a.OperationID == "Logout" {
			return 1
		} else if last {
			return -1
		}
		return strings.Compare(a.OperationID, b.OperationID)
	})
	return list
}

// matrix calls every route as one caller; granted is nil for somebody who is not signed in.
func matrix(t *testing.T, doc document, who string, b *browser, granted map[string]bool) (cells int) {
	t.Helper()
	path := strings.NewReplacer("{session}", "none", "{response}", "none", "{note}", "01a214b5-c5a9-72b6-be95-000000000000", "{contact}", "01a214b5-c5a9-72b6-be95-000000000000", "{operation}", "none", "{user}", "01a214b5-c5a9-72b6-be95-000000000000")
	for _, op := range operations(doc) {
		var body any
		if op.RequestBody != nil {
			body = "[]" // who is let in gets to hear that this is wrong
		}
		a := b.call(op.method, path.Replace(op.path), body)
		cells++
		may := op.Needs == "anyone" || op.Needs == "signed in" && granted != nil
		for _, name := range strings.Split(op.Needs, " or ") {
			may = may || granted[name]
		}
		refused := a.status == 403 || a.status == 401
		switch {
		case !may && granted == nil && a.status != 401:
			t.Errorf("%s, %s: %d %.200s, want 401", op.OperationID, who, a.status, a.body)
		case !may && granted != nil && (a.status != 403 || !strings.Contains(string(a.body), "security profiles")):
			t.Errorf("%s, %s: %d %.200s, want 403", op.OperationID, who, a.status, a.body)
		case may && refused && op.OperationID != "FinishProvider":
			t.Errorf("%s, %s: %d %.200s, and it is granted", op.OperationID, who, a.status, a.body)
		}
		if op.OperationID == "OpenSocket" && a.status == 426 {
			continue // it was let in, and is no websocket
		}
		doc.described(t, op.operation, a)
	}
	return cells
}
