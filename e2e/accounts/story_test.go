package accounts_test

import (
	"strings"
	"testing"

	"parley/e2e/harness"
)

// TestTheStoryOfAContactByTheAPI: who may read the audit log may ask why something was refused, in the own instance.
func TestTheStoryOfAContactByTheAPI(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.StartChat()
	_, err := s.TryStart(harness.WithFlow("00000000-0000-4000-8000-000000000000"))
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
	boss := admin(t, s)
	if told := string(boss.want(200, "GET", "/api/contacts/"+chat.ContactID+"/story", nil).body); !strings.Contains(told, "CUSTOMER_CONNECTION_NOT_ESTABLISHED") || !strings.Contains(told, "StartChatContact was answered") {
		t.Errorf("the story is %s", told)
	}
	if told := string(boss.want(200, "GET", "/api/refusals", nil).body); strings.Count(told, "StartChatContact was refused with 404") != 1 {
		t.Errorf("the refusals are %s", told)
	}
	boss.want(404, "GET", "/api/contacts/00000000-0000-4000-8000-000000000000/story", nil)
	worker := signIn(t, s, s.Agents[0].Username, s.Agents[0].Password)
	worker.want(403, "GET", "/api/contacts/"+chat.ContactID+"/story", nil)
	worker.want(403, "GET", "/api/refusals", nil)
}
