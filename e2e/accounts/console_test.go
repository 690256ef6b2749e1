package accounts_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/e2e/harness"
	"parley/server/console"
)

// TestOperationsOfPages calls every operation that a page may call as an administrator and as somebody without rights,
// and what no page may call as an administrator.
func TestOperationsOfPages(t *testing.T) {
	s := harness.Start(t)
	nothing := user(t, s, "nothing", profile(t, s, "nothing"))
	all, none := admin(t, s), signIn(t, s, "nothing", secret)
	for _, op := range slices.Sorted(maps.Keys(console.Needs())) {
		if op == "DeleteUser" {
			continue // below: without an id there is nobody to ask about
		}
		if a := all.call("POST", "/api/connect/"+op, "{}"); a.status == 401 || a.status == 403 || a.status >= 500 || strings.Contains(string(a.body), "for pages") {
			t.Errorf("%s as the administrator: %d %.200s", op, a.status, a.body)
		}
		a, open := none.call("POST", "/api/connect/"+op, "{}"), console.Needs()[op].String() == "signed in"
		if (a.status == 403) == open {
			t.Errorf("%s by somebody without rights: %d %.200s", op, a.status, a.body)
		}
	}
	onlyLooks(t, s)
	for _, op := range []string{"StartChatContact", "CreateParticipant", "DeleteInstance", "ListInstances", "GetFederationToken", "CreateRule", "listqueues", "..", "x"} {
		all.want(404, "POST", "/api/connect/"+op, map[string]any{})
	}
	other := "arn:aws:connect:" + "us-east-1:123456789012:instance/" + nothing
	all.want(403, "POST", "/api/connect/GetMetricDataV2", map[string]any{
		"ResourceArn": other, "StartTime": 1767225600, "EndTime": 1767229200,
		"Filters": []any{map[string]any{"FilterKey": "QUEUE", "FilterValues": []string{nothing}}}, "Metrics": []any{map[string]any{"Name": "CONTACTS_HANDLED"}},
	})
	byPage(t, s, all)
	noHigher(t, s, all, nothing)
	drafts(t, s)
}

// onlyLooks: who may view everything reads everything, and makes, changes and deletes nothing, whatever the tables of permissions say.
func onlyLooks(t *testing.T, s *harness.Server) {
	t.Helper()
	var views []string
	for _, need := range console.Needs() {
		for name := range strings.SplitSeq(need.String(), " or ") {
			if strings.HasSuffix(name, ".View") || name == "AccessMetrics" {
				views = append(views, name)
			}
		}
	}
	slices.Sort(views)
	user(t, s, "viewer", profile(t, s, "viewer", slices.Compact(views)...))
	viewer := signIn(t, s, "viewer", secret)
	for op := range console.Needs() {
		reads := regexp.MustCompile("^(Describe|List|Search|Get|BatchGet)").MatchString(op)
		if a := viewer.call("POST", "/api/connect/"+op, "{}"); (a.status == 403) == reads {
			t.Errorf("%s by somebody who may only look: %d %.200s", op, a.status, a.body)
		}
	}
}

// byPage makes, reads and deletes a queue; the audit log says who did it.
func byPage(t *testing.T, s *harness.Server, b *browser) {
	t.Helper()
	hours := b.want(200, "POST", "/api/connect/ListHoursOfOperations", map[string]any{"maxResults": 1})
	var list struct{ HoursOfOperationSummaryList []struct{ Id string } }
	if err := json.Unmarshal(hours.body, &list); err != nil || len(list.HoursOfOperationSummaryList) != 1 {
		t.Fatalf("%s: %v", hours.body, err)
	}
	made := b.want(200, "POST", "/api/connect/CreateQueue", map[string]any{
		"InstanceId": "another", "Name": "Made by a page", "HoursOfOperationId": list.HoursOfOperationSummaryList[0].Id,
	})
	id, _ := made.member(t, "QueueId").(string)
	if a := b.want(200, "POST", "/api/connect/DescribeQueue", map[string]any{"QueueId": id}); !strings.Contains(string(a.body), "Made by a page") {
		t.Errorf("%s", a.body)
	}
	if a := b.want(200, "GET", "/api/audit", nil); !strings.Contains(string(a.body), `"operation":"CreateQueue"`) || !strings.Contains(string(a.body), `"actor":"user"`) {
		t.Errorf("the audit log does not say that a user made a queue: %.600s", a.body)
	}
	b.want(200, "POST", "/api/connect/DeleteQueue", map[string]any{"QueueId": id})
	b.want(404, "POST", "/api/connect/DescribeQueue", map[string]any{"QueueId": id})
	foreign := *b
	foreign.header = map[string][]string{"Sec-Fetch-Site": {"cross-site"}}
	foreign.want(403, "POST", "/api/connect/ListQueues", map[string]any{})
	tokenless := *b
	tokenless.token = "wrong"
	tokenless.want(403, "POST", "/api/connect/ListQueues", map[string]any{})
}

// noHigher: who manages users cannot make, change or become somebody who may do more.
func noHigher(t *testing.T, s *harness.Server, boss *browser, nobody string) {
	t.Helper()
	rights := []string{"Users.View", "Users.Create", "Users.Edit", "Users.Delete", "Users.EditPermission", "SecurityProfiles.Edit", "SecurityProfiles.Create", "SecurityProfiles.Delete", "SecurityProfiles.View"}
	own := profile(t, s, "clerk", rights...)
	clerk := user(t, s, "clerk", own)
	b := signIn(t, s, "clerk", secret)
	var profiles struct{ SecurityProfileSummaryList []struct{ Id, Name string } }
	if err := json.Unmarshal(b.want(200, "POST", "/api/connect/ListSecurityProfiles", map[string]any{}).body, &profiles); err != nil {
		t.Fatal(err)
	}
	high := ""
	for _, p := range profiles.SecurityProfileSummaryList {
		if p.Name == "Admin" {
			high = p.Id
		}
	}
	chief, _ := boss.want(200, "GET", "/api/me", nil).member(t, "user").(map[string]any)["id"].(string)
	for op, in := range map[string]map[string]any{
		"UpdateUserSecurityProfiles": {"UserId": clerk, "SecurityProfileIds": []string{own, high}},
		"CreateUser":                 {"Username": "x", "SecurityProfileIds": []string{high}, "PhoneConfig": map[string]any{}, "RoutingProfileId": own},
		"UpdateSecurityProfile":      {"SecurityProfileId": own, "Permissions": append([]string{"Audit.View"}, rights...)},
		"CreateSecurityProfile":      {"SecurityProfileName": "higher", "Permissions": []string{"Audit.View"}},
		"DeleteSecurityProfile":      {"SecurityProfileId": high},
		"DeleteUser":                 {"UserId": chief},
		"UpdateUserIdentityInfo":     {"UserId": chief, "IdentityInfo": map[string]any{"Email": "clerk@example.com"}},
	} {
		b.want(403, "POST", "/api/connect/"+op, in)
	}
	b.want(400, "POST", "/api/connect/DeleteUser", map[string]any{"UserId": "arn:aws:connect:us-east-1:123456789012:instance/" + s.InstanceID + "/agent/" + chief})
	b.want(200, "POST", "/api/connect/UpdateUserSecurityProfiles", map[string]any{"UserId": nobody, "SecurityProfileIds": []string{own}})
	b.want(200, "POST", "/api/connect/DeleteUser", map[string]any{"UserId": nobody})
}

// drafts: who may edit flows and not publish them saves drafts, checks and plays them, and changes nothing that runs.
func drafts(t *testing.T, s *harness.Server) {
	t.Helper()
	raw, err := os.ReadFile("../../examples/flows/delivery.json")
	if err != nil {
		t.Fatal(err)
	}
	content := strings.ReplaceAll(string(raw), "name:function/", "arn:aws:lambda:us-east-1:123456789012:function:")
	user(t, s, "author", profile(t, s, "author", "ContactFlows.View", "ContactFlows.Create", "ContactFlows.Edit"))
	b := signIn(t, s, "author", secret)
	flow := map[string]any{"Name": "By an author", "Type": "CONTACT_FLOW", "Content": content}
	b.want(403, "POST", "/api/connect/CreateContactFlow", flow)
	flow["Status"] = "SAVED"
	id, _ := b.want(200, "POST", "/api/connect/CreateContactFlow", flow).member(t, "ContactFlowId").(string)
	b.want(200, "POST", "/api/connect/UpdateContactFlowContent", map[string]any{"ContactFlowId": id + ":$SAVED", "Content": content})
	b.want(403, "POST", "/api/connect/UpdateContactFlowContent", map[string]any{"ContactFlowId": id, "Content": content})
	b.want(403, "POST", "/api/connect/CreateContactFlowVersion", map[string]any{"ContactFlowId": id})

	broken := strings.Replace(content, `"MessageParticipant"`, `"NoSuchBlock"`, 1)
	if a := b.want(200, "POST", "/api/flows/check", map[string]any{"type": "CONTACT_FLOW", "content": broken}); !strings.Contains(string(a.body), `"severity":"error"`) {
		t.Errorf("a flow with a block that does not exist: %s", a.body)
	}
	if a := b.want(200, "POST", "/api/flows/check", map[string]any{"type": "CONTACT_FLOW", "content": content}); strings.Contains(string(a.body), `"severity":"error"`) {
		t.Errorf("a flow that can be published: %s", a.body)
	}
	b.want(400, "POST", "/api/flows/check", map[string]any{"type": "CONTACT_FLOW", "content": "no flow"})
	if a := b.want(200, "POST", "/api/flows/compare", map[string]any{"before": content, "after": broken}); !strings.Contains(string(a.body), `"kind":"changed"`) {
		t.Errorf("two flows that differ: %s", a.body)
	}
	play := b.want(200, "POST", "/api/flows/rehearse", map[string]any{
		"type": "CONTACT_FLOW", "content": content, "flow_id": id, "acts": []any{map[string]any{"do": "say", "text": "A-12"}},
		"answers": []any{map[string]any{"kind": "lambda", "target": "*", "payload": map[string]any{"state": "shipped"}}},
	})
	if !strings.Contains(string(play.body), `"kind":"step"`) || !strings.Contains(string(play.body), `"act":0`) {
		t.Errorf("a play: %.600s", play.body)
	}
	rehearsed(t, s, play)
	rehearsesAModule(t, s, b)
	standing(t, s, b)
}

// rehearsed holds a play against the document.
func rehearsed(t *testing.T, s *harness.Server, play answer) {
	t.Helper()
	doc := openAPI(t, s)
	for _, op := range operations(doc) {
		if op.OperationID == "RehearseFlow" {
			doc.described(t, op.operation, play)
		}
	}
}

// rehearsesAModule: a module is played as a flow is, with an input, and one that does not exist yet; of the flow around it nothing is told.
func rehearsesAModule(t *testing.T, s *harness.Server, b *browser) {
	t.Helper()
	module := `{"Version":"2019-10-30","StartAction":"say","Actions":[
		{"Identifier":"say","Type":"MessageParticipant","Parameters":{"Text":"Order $.Modules.Input.order"},"Transitions":{"NextAction":"return","Errors":[{"NextAction":"return","ErrorType":"NoMatchingError"}]}},
		{"Identifier":"return","Type":"EndFlowModuleExecution","Parameters":{},"Transitions":{}}],
		"Settings":{"InputParameters":[],"OutputParameters":[],"Transitions":[]}}`
	play := b.want(200, "POST", "/api/flows/rehearse", map[string]any{"type": "MODULE", "content": module, "input": map[string]string{"order": "A-13"}})
	rehearsed(t, s, play)
	var told struct {
		Events []struct{ Kind, Action, Text string }
		Ended  bool
	}
	if err := json.Unmarshal(play.body, &told); err != nil {
		t.Fatal(err)
	}
	var went []string
	for _, e := range told.Events {
		went = append(went, e.Kind+" "+e.Action+e.Text)
	}
	if got := strings.Join(went, ", "); got != "step say, step return, said Order A-13, end " || !told.Ended {
		t.Errorf("a play of a module: %s; over: %v", got, told.Ended)
	}
	b.want(400, "POST", "/api/flows/rehearse", map[string]any{"type": "MODULE", "content": strings.Replace(module, "EndFlowModuleExecution", "EndFlowExecution", 1)})
}

// standing: a page sees at which block the flow of a chat waits.
func standing(t *testing.T, s *harness.Server, b *browser) {
	t.Helper()
	chat := s.Join()
	a := b.want(200, "GET", "/api/contacts/"+chat.ContactID+"/flow", nil)
	doc := openAPI(t, s)
	for _, op := range operations(doc) {
		if op.OperationID == "GetContactFlow" {
			doc.described(t, op.operation, a)
		}
	}
	b.want(404, "GET", "/api/contacts/"+s.InstanceID+"/flow", nil)
}
