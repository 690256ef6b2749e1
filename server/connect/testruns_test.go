package connect_test

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
)

// A token that we never gave out is refused, whatever it says.
func TestRecordsOfAnExecutionArePagedWithOurTokensOnly(t *testing.T) {
	w := newWorld(t)
	call := func(method, path string, in, out any) {
		t.Helper()
		if err := w.Call(t.Context(), method, path, in, out); err != nil {
			t.Fatal(err)
		}
	}
	var made struct{ TestCaseId, TestCaseExecutionId string }
	call("PUT", "/test-cases/"+w.ready.InstanceID, map[string]any{
		"Name": "case", "Status": "PUBLISHED",
		"Content":    `{"Version":"2019-10-30","Metadata":{},"Observations":[{"Identifier":"a","Event":{"Type":"TestInitiated","Actor":"System"},"Actions":[],"Transitions":{}}]}`,
		"EntryPoint": map[string]any{"Type": "CHAT", "ChatEntryPointParameters": map[string]any{"FlowId": w.ready.ContactFlowID}},
	}, &made)
	call("PUT", "/test-cases/"+w.ready.InstanceID+"/"+made.TestCaseId+"/start-execution", map[string]any{}, &made)
	path := "/test-cases/" + w.ready.InstanceID + "/" + made.TestCaseId + "/" + made.TestCaseExecutionId + "/records"
	if status, body := w.get(t, path, url.Values{"maxResults": {"1"}}); status != 200 || !strings.Contains(string(body), `"NextToken"`) {
		t.Errorf("the first page: %d %s", status, body)
	}
	for _, after := range []string{"-1", "x", " 1", "99999999999999999999", "1.5"} {
		token := base64.RawURLEncoding.EncodeToString([]byte("after:" + after))
		if status, body := w.get(t, path, url.Values{"nextToken": {token}}); status != 400 {
			t.Errorf("after %q: %d %s", after, status, body)
		}
	}
}
