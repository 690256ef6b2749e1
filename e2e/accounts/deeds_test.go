package accounts_test

import (
	"strings"
	"testing"
	"time"

	"parley/e2e/harness"
)

// TestWhatKeysDoToAgentsIsTold (D5): what the AWS API does to agents and to their chats is in the audit log, with the key that did it.
func TestWhatKeysDoToAgentsIsTold(t *testing.T) {
	t.Parallel()
	whatKeysDoToAgents(t, house{harness.Start(t)})
}

func whatKeysDoToAgents(t *testing.T, h house) {
	s := h.at(2)
	ben := newDesk(t, h.at(0), "ben", "BasicAgentAccess")
	watcher := user(t, s, "watcher", profile(t, s, "watcher", "ManagerListenIn"))
	nobody := user(t, s, "nobody", profile(t, s, "nobody"))
	chat := s.Join()
	chat.Socket.AwaitText("Hello! Thanks for getting in touch.")
	routable := ben.shown().Statuses[0].ID
	s.Signed("PUT", "/users/"+s.InstanceID+"/"+ben.id+"/status", map[string]string{"AgentStatusId": routable}).Want(t, 200, "")
	ben.awaitContact(chat.ContactID, "CONNECTING")
	ben.accept(chat.ContactID)
	monitor := func(user string) harness.Response {
		return s.Signed("POST", "/contact/monitor", map[string]any{"InstanceId": s.InstanceID, "ContactId": chat.ContactID, "UserId": user})
	}
	monitor(nobody).Want(t, 400, "InvalidRequestException") // who may not watch
	monitor(watcher).Want(t, 200, "")
	ben.do(200, chat.ContactID, "end", nil)
	ben.awaitContact(chat.ContactID, "ENDED")
	s.Signed("POST", "/users/"+s.InstanceID+"/"+ben.id+"/contact", map[string]string{"ContactId": chat.ContactID}).Want(t, 200, "")
	ben.awaitContact(chat.ContactID, "")
	s.Signed("POST", "/users/"+s.InstanceID+"/"+ben.id+"/contact", map[string]string{"ContactId": chat.ContactID}).Want(t, 404, "ResourceNotFoundException")
	pause := s.Signed("PUT", "/agent-status/"+s.InstanceID, map[string]string{"Name": "Break", "State": "ENABLED"}).Want(t, 200, "").Members(t)["AgentStatusId"].(string)
	s.Signed("PUT", "/users/"+s.InstanceID+"/"+ben.id+"/status", map[string]string{"AgentStatusId": pause}).Want(t, 200, "")
	second := s.Join()
	second.Socket.AwaitText("Hello! Thanks for getting in touch.")
	give := "/contacts/" + s.InstanceID + "/" + second.ContactID + "/associate-user"
	harness.Await(t, "the second chat waits, and is given", 10*time.Second, func() error {
		if got := s.Signed("POST", give, map[string]string{"UserId": ben.id}); got.Status != 200 {
			return got
		}
		return nil
	})
	ben.awaitContact(second.ContactID, "CONNECTING")
	log := string(admin(t, s).want(200, "GET", "/api/audit", nil).body)
	for _, entry := range []string{
		`"operation":"PutUserStatus","instance":"` + s.InstanceID + `","event":"status forced","subject":"` + ben.id + `","detail":"status ` + routable + `"`,
		`"operation":"MonitorContact","instance":"` + s.InstanceID + `","event":"supervisor watches","subject":"` + chat.ContactID + `","detail":"supervisor ` + watcher + `"`,
		`"operation":"DismissUserContact","instance":"` + s.InstanceID + `","event":"contact cleared","subject":"` + chat.ContactID + `","detail":"agent ` + ben.id + `"`,
		`"operation":"AssociateContactWithUser","instance":"` + s.InstanceID + `","event":"contact assigned","subject":"` + second.ContactID + `","detail":"agent ` + ben.id + `"`,
	} {
		if n := strings.Count(log, entry); n != 1 {
			t.Errorf("the log tells %d times %s:\n%s", n, entry, log)
		}
	}
	if !strings.Contains(log, `"actor":"key","actor_id":"`+s.AccessKeyID+`"`) {
		t.Errorf("the log does not tell the key:\n%s", log)
	}
}
