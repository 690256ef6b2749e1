package pages_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

const secret = "Correct-horse-battery-7"

// office is a contact centre whose people accept by hand: two agents and a supervisor, a queue with a quick connect to a second one, a flow
// with a guide for the agent and a survey for the customer.
func office(t *testing.T, s *harness.Server) world {
	t.Helper()
	first := s.Signed("GET", "/queues-summary/"+s.InstanceID+"?queueTypes=STANDARD", "").Want(t, 200, "").Members(t)["QueueSummaryList"].([]any)[0].(map[string]any)["Id"].(string)
	desk := []string{"BasicAgentAccess", "TransferContact.Enabled"}
	given := world{
		"url": s.URL, "instance": s.InstanceID, "flow": guided(s, first), "queue": first, "admin": account(s.Admin.Username, s.Admin.Password), "agent": "",
	}
	profile := profileOf(t, s, "Desk", desk...)
	for _, name := range []string{"Ana", "Bo"} {
		person(t, s, name, profile)
		given[name] = account(name, secret)
	}
	person(t, s, "Mona", profileOf(t, s, "Lead", append(desk, "ManagerListenIn", "ManagerBargeIn", "AccessMetrics")...))
	given["Mona"] = account("Mona", secret)
	quick := quickConnect(t, s, "Second line", first)
	s.Signed("POST", "/queues/"+s.InstanceID+"/"+first+"/associate-quick-connects", map[string]any{"QuickConnectIds": []string{quick}}).Want(t, 200, "")
	return given
}

// guided makes a flow that queues, with a guide for the agent who accepts and a survey when the agent has left.
func guided(s *harness.Server, queue string) string {
	input := func(name, label string) map[string]any {
		return map[string]any{"Type": "FormInput", "Name": name, "Label": label, "Required": true}
	}
	guide := s.Flow("Guide", harness.ShowView("form", map[string]any{"Heading": "Order 77: check the address", "Next": "Next", "Sections": []any{input("address", "Address")}}, map[string]string{"Next": "noted"}),
		harness.Say("not that").Then("end"), harness.Say("$.Views.ViewResultData.FormData.address is noted.").Named("noted"), harness.Wait(harness.Week))
	survey := s.Flow("Survey", harness.ShowView("form", map[string]any{"Heading": "How was it?", "Next": "Send", "Sections": []any{input("rating", "Points, 0 to 10")}}, map[string]string{"Next": "keep"}),
		harness.Say("skipped").Then("end"), harness.Set(map[string]string{"rating": "$.Views.ViewResultData.FormData.rating"}, "end").Named("keep"), harness.Say("Thank you for your answer."))
	return s.Flow("Guided", harness.Set(map[string]string{"order": "77"}, ""), harness.Hook("DefaultAgentUI", guide), harness.Hook("CustomerRemaining", survey),
		harness.Say("Welcome, somebody comes soon."), harness.Queue(queue), harness.Enqueue())
}

func profileOf(t *testing.T, s *harness.Server, name string, permissions ...string) string {
	t.Helper()
	made := s.Signed("PUT", "/security-profiles/"+s.InstanceID, map[string]any{"SecurityProfileName": name, "Permissions": permissions})
	return made.Want(t, 200, "").Members(t)["SecurityProfileId"].(string)
}

// person makes a user who may have two chats, and a minute for the work after each.
func person(t *testing.T, s *harness.Server, name, profile string) {
	t.Helper()
	ctx := context.Background()
	routing, err := s.Connect().ListRoutingProfiles(ctx, &connect.ListRoutingProfilesInput{InstanceId: &s.InstanceID})
	if err != nil || len(routing.RoutingProfileSummaryList) == 0 {
		t.Fatalf("ListRoutingProfiles: %v", err)
	}
	_, err = s.Connect().CreateUser(ctx, &connect.CreateUserInput{
		InstanceId: &s.InstanceID, Username: &name, Password: aws.String(secret), IdentityInfo: &types.UserIdentityInfo{FirstName: &name},
		PhoneConfig:      &types.UserPhoneConfig{PhoneType: types.PhoneTypeSoftPhone, AfterContactWorkTimeLimit: 60},
		RoutingProfileId: routing.RoutingProfileSummaryList[0].Id, SecurityProfileIds: []string{profile},
	})
	if err != nil {
		t.Fatalf("CreateUser: %v", err)
	}
}

func quickConnect(t *testing.T, s *harness.Server, name, queue string) string {
	t.Helper()
	flow := s.FlowOf(types.ContactFlowTypeQueueTransfer, name, harness.Enqueue(), harness.Disconnect())
	made := s.Signed("PUT", "/quick-connects/"+s.InstanceID, map[string]any{"Name": name, "Description": "Who knows more", "QuickConnectConfig": map[string]any{
		"QuickConnectType": "QUEUE", "QueueConfig": map[string]string{"QueueId": queue, "ContactFlowId": flow},
	}})
	return made.Want(t, 200, "").Members(t)["QuickConnectId"].(string)
}

// TestWorkspace: a customer's way through the workspace from the queue to the rating, and what agents and supervisors do there: with the
// network lost, two at once, by the keyboard alone, in several tabs, and looked at by axe; and an agent who asks another one in.
func TestWorkspace(t *testing.T) {
	needed(t)
	for _, script := range []string{"desk.mjs", "deskkeys.mjs", "desklooks.mjs", "deskgerman.mjs", "deskcare.mjs", "consult.mjs"} {
		t.Run(script, func(t *testing.T) { run(t, script, office(t, harness.Start(t))) }) // nobody has chats from before
	}
}

// TestTypingPreview: agents see what a customer writes before it is sent where the widget says so; what was never sent is in no file of
// the server and in no log.
func TestTypingPreview(t *testing.T) {
	needed(t)
	s := harness.Start(t)
	run(t, "preview.mjs", office(t, s))
	if sent := s.Places("It is number 77."); len(sent) == 0 {
		t.Error("the test looks in wrong places: what was sent is in none")
	}
	if found := s.Places("canary"); len(found) > 0 {
		t.Errorf("what was written and never sent is in %v", found)
	}
}
