package access_test

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/api"
	"parley/api/connect"
	"parley/e2e/harness"
)

const unknownID = "00000000-0000-4000-8000-000000000000"

// withoutRow are operations that create or list what belongs to the caller.
var withoutRow = []string{"CreateInstance", "ListInstances", "DeleteInstance"}

func TestObjectAccess(t *testing.T) {
	w := newWorld(t)
	before := w.foreignContact(t, w.other.contact)
	known := rows(t)
	for _, op := range connect.Operations() {
		row, has := known[op.Name]
		if has {
			t.Run(op.Name, func(t *testing.T) { checkOperation(t, w, op.Info, row) })
			continue
		}
		if !slices.Contains(withoutRow, op.Name) && built(w, op.Info) {
			t.Errorf("%s is built and has no row: say in rows() what is its own and what is not", op.Name)
		}
	}
	ignored := cmpopts.IgnoreUnexported(types.Contact{}, types.CustomerVoiceActivity{}, types.SegmentAttributeValue{}, types.ContactDetails{})
	if diff := cmp.Diff(before, w.foreignContact(t, w.other.contact), ignored); diff != "" {
		t.Errorf("a refused call changed the other instance's contact (-before +after):\n%s", diff)
	}
}

// built tells whether an operation answers anything but "not built".
func built(w *world, op api.Info) bool {
	path := op.Path
	for strings.Contains(path, "{") {
		open, end := strings.Index(path, "{"), strings.Index(path, "}")
		path = path[:open] + unknownID + path[end+1:]
	}
	return w.Signed(op.Method, path, "{}").Status != 501
}

// checkOperation sends the row as it is, then with each id replaced.
func checkOperation(t *testing.T, w *world, op api.Info, r row) {
	send(w, op, r.members(t, w)).Want(t, 200, "")
	for _, id := range op.IDs {
		if strings.ContainsAny(id.Path, ".[]{}") || strings.HasSuffix(id.Path, "Token") || slices.Contains(r.free, id.Path) {
			continue // nested ids are set by the cases below
		}
		for name, value := range wrongIDs(w, id.Path, r.wide) {
			members := maps.Clone(r.members(t, w))
			if _, used := members[id.Path]; !used {
				continue
			}
			members[id.Path] = value
			wantRefused(t, id.Path+" is "+name, send(w, op, members))
		}
	}
}

// wrongIDs returns what a member must not accept.
func wrongIDs(w *world, member string, wide bool) map[string]string {
	wrong := map[string]string{
		"unknown": unknownID, "no id": "nonsense", "a path": "../../" + w.own.instance, "SQL": "' OR '1'='1", "a wildcard": "%",
		"of another account": "arn:aws:connect:us-east-1:999999999999:instance/" + unknownID,
	}
	foreign := map[string]string{
		"ContactId": w.other.contact, "InitialContactId": w.other.contact, "SourceContactId": w.other.ended, "RelatedContactId": w.other.ended,
		"ContactFlowId": w.other.flow, "QueueId": w.other.queue, "HoursOfOperationId": w.other.hours,
	}
	if id := foreign[member]; id != "" {
		wrong["another instance's"] = id
		wrong["another kind's"] = w.own.instance
	}
	if member == "InstanceId" && !wide {
		wrong["another instance"] = w.other.instance
	}
	return wrong
}

func wantRefused(t *testing.T, what string, answer harness.Response) {
	t.Helper()
	if !slices.Contains([]int{400, 403, 404, 410}, answer.Status) {
		t.Errorf("%s: answer %d %s, want a refusal: %.200s", what, answer.Status, answer.Error(), answer.Body)
	}
	if strings.Contains(string(answer.Body), canary) {
		t.Errorf("%s: the answer holds the other instance's data: %.200s", what, answer.Body)
	}
}

// send puts members into the path and the body, or the query where the method
// has no body.
func send(w *world, op api.Info, members map[string]any) harness.Response {
	members = maps.Clone(members)
	path := op.Path
	for name, value := range members {
		if slot := "{" + name + "}"; strings.Contains(path, slot) {
			path = strings.ReplaceAll(path, slot, url.PathEscape(value.(string)))
			delete(members, name)
		}
	}
	if op.Method != "GET" && op.Method != "DELETE" {
		return w.Signed(op.Method, path, members)
	}
	query := url.Values{}
	for name, value := range members {
		query.Set(name, value.(string))
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return w.Signed(op.Method, path, "")
}
