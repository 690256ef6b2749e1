package accounts_test

import (
	"strings"
	"testing"

	"parley/e2e/harness"
)

// TestKeysOfAnInstance: who may makes access keys for AWS clients that reach their own instance and nothing else, sees those alone, and takes
// them away again; the secret is told once, and the instance's audit log tells who did it.
func TestKeysOfAnInstance(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	doc, boss := openAPI(t, s), admin(t, s)
	user(t, s, "reader", profile(t, s, "reader", "AccessKeys.View"))
	reader := signIn(t, s, "reader", secret)
	check := func(b *browser, status int, method, path string, body any, operation string) answer {
		t.Helper()
		a := b.want(status, method, path, body)
		for _, op := range operations(doc) {
			if op.OperationID == operation {
				doc.described(t, op.operation, a)
			}
		}
		return a
	}
	for name, body := range map[string]any{
		"an unknown operation": map[string]any{"operations": []string{"StartChat"}}, "one of the whole server": map[string]any{"operations": []string{"CreateInstance"}},
		"none": map[string]any{"operations": []string{}}, "a long note": map[string]any{"note": strings.Repeat("x", 251)}, "a misspelt limit": map[string]any{"operation": []string{"StopContact"}},
	} {
		if a := check(boss, 400, "POST", "/api/keys", body, "CreateAccessKey"); t.Failed() {
			t.Fatalf("%s: %s", name, a.body)
		}
	}
	check(reader, 403, "POST", "/api/keys", map[string]any{}, "CreateAccessKey")
	made := check(boss, 200, "POST", "/api/keys", map[string]any{"operations": []string{"ListQueues"}, "note": "wallboard"}, "CreateAccessKey")
	id, hidden := made.member(t, "id").(string), made.member(t, "secret").(string)
	list := string(check(reader, 200, "GET", "/api/keys", nil, "ListAccessKeys").body)
	if !strings.Contains(list, id) || !strings.Contains(list, "wallboard") || strings.Contains(list, hidden) || strings.Contains(list, s.AccessKeyID) {
		t.Errorf("the list is %s", list)
	}

	client := s.WithKey(id, hidden)
	queues := func() harness.Response { return client.Signed("GET", "/queues-summary/"+s.InstanceID, "") }
	queues().Want(t, 200, "")
	client.Signed("GET", "/users-summary/"+s.InstanceID, "").Want(t, 403, "AccessDeniedException")
	client.Signed("GET", "/instance", "").Want(t, 403, "AccessDeniedException")
	check(boss, 200, "PATCH", "/api/keys/"+id, map[string]any{"disabled": true}, "UpdateAccessKey")
	queues().Want(t, 403, "UnrecognizedClientException")
	check(boss, 200, "PATCH", "/api/keys/"+id, map[string]any{"disabled": false}, "UpdateAccessKey")
	queues().Want(t, 200, "")
	check(boss, 400, "PATCH", "/api/keys/"+id, map[string]any{}, "UpdateAccessKey")
	check(boss, 404, "PATCH", "/api/keys/"+s.AccessKeyID, map[string]any{"disabled": true}, "UpdateAccessKey") // the whole server's
	check(boss, 404, "DELETE", "/api/keys/"+s.AccessKeyID, nil, "DeleteAccessKey")
	check(boss, 200, "DELETE", "/api/keys/"+id, nil, "DeleteAccessKey")
	queues().Want(t, 403, "UnrecognizedClientException")

	log := string(boss.want(200, "GET", "/api/audit", nil).body)
	for operation, what := range map[string]string{"CreateAccessKey": "created", "DeleteAccessKey": "deleted"} {
		entry := `"operation":"` + operation + `","instance":"` + s.InstanceID + `","event":"configuration changed","changes":[{"kind":"access-key","id":"` + id + `","what":"` + what + `"}]`
		if n := strings.Count(log, entry); n != 1 {
			t.Errorf("the log tells %d times %s", n, entry)
		}
	}
	if strings.Contains(log, hidden) || strings.Contains(log, "wallboard") {
		t.Error("the log holds a secret, or what somebody typed")
	}
}
