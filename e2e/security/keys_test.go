package security_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/e2e/harness"
	"parley/internal/testload"
)

// withKey returns the server as the owner of another key sees it.
func withKey(s *harness.Server, key map[string]any) *harness.Server {
	view := *s
	view.AccessKeyID = key["access_key_id"].(string)
	if secret, ok := key["secret_access_key"].(string); ok {
		view.SecretAccessKey = secret
	}
	return &view
}

func newKey(t *testing.T, s *harness.Server, limits map[string]any) *harness.Server {
	t.Helper()
	return withKey(s, s.Signed("POST", "/parley/keys", limits).Want(t, 200, "").Members(t))
}

// TestKeyLimits: a key for one operation, or one instance, does nothing else.
func TestKeyLimits(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	elsewhere := s.Signed("PUT", "/instance", map[string]any{
		"IdentityManagementType": "CONNECT_MANAGED", "InstanceAlias": "elsewhere", "InboundCallsEnabled": true, "OutboundCallsEnabled": true,
	}).Want(t, 200, "").Members(t)["Id"].(string)
	starts := newKey(t, s, map[string]any{"operations": []string{"StartChatContact"}})
	inside := newKey(t, s, map[string]any{"instances": []string{s.InstanceID}})
	for _, key := range []*harness.Server{starts, inside} {
		key.Signed("PUT", "/contact/chat", s.Request()).Want(t, 200, "")
	}
	for _, c := range []struct {
		key                     *harness.Server
		method, path, operation string
		body                    any
	}{
		{starts, "POST", "/contact/stop", "StopContact", map[string]string{"InstanceId": s.InstanceID, "ContactId": unknownID}},
		{starts, "GET", "/instance", "ListInstances", ""},
		{starts, "GET", "/queues-summary/" + s.InstanceID, "ListQueues", ""},
		{starts, "POST", "/contact/stop", "StopContact", "no JSON"}, // denied before anybody looks
		{inside, "GET", "/instance", "ListInstances", ""},
		{inside, "PUT", "/instance", "CreateInstance", "{}"},
		{inside, "GET", "/instance/" + elsewhere, "DescribeInstance", ""},
		{inside, "DELETE", "/instance/" + elsewhere, "DeleteInstance", ""},
		{inside, "GET", "/queues-summary/arn:aws:connect:" + s.Region + ":" + s.AccountID + ":instance%2F" + elsewhere, "ListQueues", ""},
	} {
		answer := c.key.Signed(c.method, c.path, c.body).Want(t, 403, "AccessDeniedException")
		if !strings.Contains(string(answer.Body), "connect:"+c.operation) {
			t.Errorf("%s: the refusal does not name the action connect:%s: %s", c.path, c.operation, answer.Body)
		}
	}
}

// TestLimitedKeysManageNoKeys: a child never exceeds its parent.
func TestLimitedKeysManageNoKeys(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	child := newKey(t, s, map[string]any{"operations": []string{"StartChatContact"}})
	inside := newKey(t, s, map[string]any{"instances": []string{s.InstanceID}})
	for _, key := range []*harness.Server{child, inside} {
		for _, route := range []string{
			"GET /parley/keys", "POST /parley/keys", "POST /parley/keys/" + key.AccessKeyID + "/enable", "POST /parley/keys/" + s.AccessKeyID + "/rotate",
			"POST /parley/keys/" + s.AccessKeyID + "/disable", "DELETE /parley/keys/" + s.AccessKeyID,
		} {
			method, path, _ := strings.Cut(route, " ")
			key.Signed(method, path, "{}").Want(t, 403, "AccessDeniedException")
		}
	}
	list := s.Signed("GET", "/parley/keys", "").Want(t, 200, "")
	if strings.Contains(string(list.Body), "secret") || strings.Contains(string(list.Body), child.SecretAccessKey) {
		t.Errorf("the list of keys shows secrets: %s", list.Body)
	}
	s.Bearer("x", "/parley/keys", "{}").Want(t, 403, "MissingAuthenticationTokenException")
}

// TestKeyLimitsFailClosed: limits that say nothing, or are misspelt, make no key at all.
func TestKeyLimitsFailClosed(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	for _, limits := range []string{`{"operations":[]}`, `{"instances":[]}`, `{"operation":["StartChatContact"]}`, `{"Instance":"x"}`} {
		answer := s.Signed("POST", "/parley/keys", limits)
		if answer.Status != 400 {
			t.Errorf("%s makes a key (%d): %s", limits, answer.Status, answer.Body)
		}
	}
}

// TestRevokedKeysAreRefused (S6): within a second, for good, also after a crash.
func TestRevokedKeysAreRefused(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	for what, revoke := range map[string]func(id string){
		"disabled": func(id string) { s.Signed("POST", "/parley/keys/"+id+"/disable", "").Want(t, 200, "") },
		"deleted":  func(id string) { s.Signed("DELETE", "/parley/keys/"+id, "").Want(t, 200, "") },
	} {
		key := newKey(t, s, map[string]any{})
		key.Signed("GET", "/instance", "").Want(t, 200, "")
		revoke(key.AccessKeyID)
		awaitRefusal(t, what, key, "UnrecognizedClientException")
		key.Signed("GET", "/parley/keys", "").Want(t, 403, "UnrecognizedClientException")
	}
	key := newKey(t, s, map[string]any{})
	rotated := withKey(key, s.Signed("POST", "/parley/keys/"+key.AccessKeyID+"/rotate", "").Want(t, 200, "").Members(t))
	awaitRefusal(t, "rotated", key, "InvalidSignatureException")
	rotated.Signed("GET", "/instance", "").Want(t, 200, "")
	s.Signed("POST", "/parley/keys/"+key.AccessKeyID+"/disable", "").Want(t, 200, "")
	s.Crash()
	rotated.Signed("GET", "/instance", "").Want(t, 403, "UnrecognizedClientException")
}

// awaitRefusal allows for the second that another node may take to hear of it.
func awaitRefusal(t *testing.T, what string, key *harness.Server, name string) {
	t.Helper()
	since := testload.Start()
	harness.Await(t, "refusal of a key that was "+what, waiting, func() error {
		if answer := key.Signed("GET", "/instance", ""); answer.Error() != name {
			return fmt.Errorf("answer %d %s, want %s", answer.Status, answer.Error(), name)
		}
		return nil
	})
	if took := since.Took(); took > 1500*time.Millisecond {
		t.Errorf("a key that was %s was accepted for %v more, want at most a second", what, took)
	}
}
