package deliver_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// The record of a contact goes out once its after-contact work is over, the file of its transcript once it has ended: in Amazon Connect's shapes, to
// a webhook, to what speaks the protocol of Kinesis, and to a directory.
func TestRecordsAndTranscripts(t *testing.T) {
	t.Parallel()
	h, kinesis, dir := hear(t), hear(t), t.TempDir()
	const arn = "arn:aws:kinesis:us-east-1:123456789012:stream/records"
	s := harness.Start(t, calling("--contact-records", "lake="+h.URL, "--contact-records", "stream="+arn+"@"+kinesis.URL, "--transcripts", "archive=dir:"+dir),
		harness.Env("PARLEY_OUTBOUND_ACCESS_KEY_ID=AKIAOUTBOUND", "PARLEY_OUTBOUND_SECRET_ACCESS_KEY=outbound-secret"))
	agent := s.Agent("Grace", true, 0).Online()
	chat := s.Join(harness.WithFlow(s.ContactFlowID))
	chat.AwaitAgent()
	tag(t, s, chat.ContactID)
	chat.Send("what was said")
	chat.Leave()
	pattern := filepath.Join(dir, "ChatTranscripts", "*", "*", "*", chat.ContactID+"_*_UTC.json")
	harness.Await(t, "the transcript file", 30*time.Second, func() error {
		if found, err := filepath.Glob(pattern); err != nil || len(found) != 1 {
			return errors.Join(err, errors.New("there is none"))
		}
		return nil
	})
	if n := h.attempts(); n > 0 {
		t.Errorf("the record was sent before the after-contact work was over: %d", n)
	}
	if err := agent.Clear(chat); err != nil {
		t.Fatal(err)
	}
	harness.Await(t, "the record", 30*time.Second, func() error {
		if len(h.taken()) != 1 || len(kinesis.taken()) == 0 {
			return errors.New("it did not come")
		}
		return nil
	})
	record := h.taken()[0].body
	for path, want := range map[string]any{
		"ContactId": chat.ContactID, "Channel": "CHAT", "InitiationMethod": "API", "DisconnectReason": "CUSTOMER_DISCONNECT", "AWSAccountId": s.AccountID,
		"InstanceARN": s.InstanceARN, "Agent.ARN": s.InstanceARN + "/agent/" + agent.UserID, "Agent.Username": "Grace@example.com", "Queue.QueueType": "STANDARD",
		"Tags.team": "blue", "AgentConnectionAttempts": 1.0, "AWSContactTraceRecordFormatVersion": "2017-03-10", "PreviousContactId": nil,
	} {
		if got := member(record, strings.Split(path, ".")...); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	for _, path := range []string{"InitiationTimestamp", "ConnectedToSystemTimestamp", "DisconnectTimestamp", "Queue.EnqueueTimestamp", "Agent.AfterContactWorkEndTimestamp"} {
		text, _ := member(record, strings.Split(path, ".")...).(string)
		if _, err := time.Parse("2006-01-02T15:04:05Z", text); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	put := kinesis.taken()[0]
	data, err := base64.StdEncoding.DecodeString(member(put.body, "Data").(string))
	if err != nil || string(data) != string(h.taken()[0].raw) || put.header.Get("X-Amz-Target") != "Kinesis_20131202.PutRecord" ||
		member(put.body, "PartitionKey") != chat.ContactID || member(put.body, "StreamName") != "records" ||
		!strings.Contains(put.header.Get("Authorization"), "/us-east-1/kinesis/aws4_request") {
		t.Errorf("Kinesis got %s, %v", put.raw, put.header)
	}
	checkTranscript(t, pattern, chat, s)
}

func checkTranscript(t *testing.T, pattern string, chat *harness.Chat, s *harness.Server) {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	raw, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Version, AWSAccountId, InstanceId, InitialContactId, ContactId string
		Participants                                                   []struct{ ParticipantId, DisplayName string }
		Transcript                                                     []harness.Item
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	if file.Version != "2019-08-26" || file.AWSAccountId != s.AccountID || file.InstanceId != s.InstanceID || file.InitialContactId != chat.ContactID ||
		file.ContactId != chat.ContactID || len(file.Participants) < 2 {
		t.Errorf("the file is %s", raw)
	}
	said := strings.Join(brief(file.Transcript), "|")
	for _, part := range []string{"CUSTOMER participant.joined|", "AGENT participant.joined|", "CUSTOMER what was said|"} {
		if !strings.Contains(said, part) {
			t.Errorf("the transcript is %s: no %s", said, part)
		}
	}
	if !strings.HasSuffix(said, "chat.ended") {
		t.Errorf("the transcript ends with %s", said)
	}
}

// A record that is refused is tried again, and what comes then has the same id; a chat without an agent is over at its end.
func TestARecordIsSentUntilItIsTaken(t *testing.T) {
	t.Parallel()
	h := hear(t)
	h.answering(func(n int, _ *http.Request, _ map[string]any) int {
		if n < 3 {
			return http.StatusInternalServerError
		}
		return http.StatusOK
	})
	s := harness.Start(t, calling("--contact-records", "lake="+h.URL), harness.Env("PARLEY_WEBHOOK_SECRET=secret"))
	chat := s.Join(s.Quiet())
	chat.Leave()
	harness.Await(t, "the record", 40*time.Second, func() error {
		if len(h.taken()) != 1 {
			return errors.New("it did not come")
		}
		return nil
	})
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.all {
		if r.id != h.all[0].id || member(r.body, "ContactId") != chat.ContactID {
			t.Errorf("attempt %s: %s", r.id, r.raw)
		}
	}
}

// A record names the queue, the agent's routing profile and hierarchy groups as they were called at the time, and has the contact's references;
// so has that of a supervisor, who is named, too.
func TestARecordHasNames(t *testing.T) {
	t.Parallel()
	h := hear(t)
	s := harness.Start(t, calling("--contact-records", "lake="+h.URL), harness.Env("PARLEY_WEBHOOK_SECRET=secret"))
	made := func(method, path string, body map[string]any) map[string]any {
		t.Helper()
		return s.Signed(method, path, body).Want(t, 200, "").Members(t)
	}
	agent := s.Agent("Grace", true, 0)
	made("POST", "/user-hierarchy-structure/"+s.InstanceID, map[string]any{"HierarchyStructure": map[string]any{"LevelOne": map[string]any{"Name": "one"}, "LevelTwo": map[string]any{"Name": "two"}}})
	top := made("PUT", "/user-hierarchy-groups/"+s.InstanceID, map[string]any{"Name": "Sales"})["HierarchyGroupId"].(string)
	below := made("PUT", "/user-hierarchy-groups/"+s.InstanceID, map[string]any{"Name": "Team A", "ParentGroupId": top})["HierarchyGroupId"].(string)
	made("POST", "/users/"+s.InstanceID+"/"+agent.UserID+"/hierarchy", map[string]any{"HierarchyGroupId": below})
	agent.Online()
	chat := s.Join(harness.WithFlow(s.ContactFlowID))
	chat.AwaitAgent()
	s.Signed("POST", "/contacts/"+s.InstanceID+"/"+chat.ContactID, map[string]any{"References": map[string]any{"order": map[string]any{"Type": "URL", "Value": "https://shop.example/7"}}}).Want(t, 200, "")
	boss := s.Agent("Boss", true, 0)
	listens := made("PUT", "/security-profiles/"+s.InstanceID, map[string]any{"SecurityProfileName": "Listens", "Permissions": []string{"ManagerListenIn"}})["SecurityProfileId"].(string)
	made("POST", "/users/"+s.InstanceID+"/"+boss.UserID+"/security-profiles", map[string]any{"SecurityProfileIds": []string{listens}})
	watching, err := s.Connect().MonitorContact(t.Context(), &connect.MonitorContactInput{InstanceId: &s.InstanceID, ContactId: &chat.ContactID, UserId: &boss.UserID})
	if err != nil {
		t.Fatal(err)
	}
	user, err := s.Connect().DescribeUser(t.Context(), &connect.DescribeUserInput{InstanceId: &s.InstanceID, UserId: &agent.UserID})
	if err != nil {
		t.Fatal(err)
	}
	profile := *user.User.RoutingProfileId
	made("POST", "/routing-profiles/"+s.InstanceID+"/"+profile+"/name", map[string]any{"Name": "Called otherwise now"})
	chat.Leave()
	if err := agent.Clear(chat); err != nil {
		t.Fatal(err)
	}
	records := map[any]map[string]any{}
	harness.Await(t, "the records", 30*time.Second, func() error {
		for _, one := range h.taken() {
			records[one.body["ContactId"]] = one.body
		}
		if len(records) != 2 {
			return errors.New("they did not come")
		}
		return nil
	})
	for path, want := range map[string]any{"InitiationMethod": "MONITOR", "Agent.Username": "Boss@example.com", "Agent.RoutingProfile.Name": "Basic Routing Profile", "Agent.HierarchyGroups": nil, "Queue": nil} {
		if got := member(records[*watching.ContactId], strings.Split(path, ".")...); got != want {
			t.Errorf("of the supervisor %s is %v, want %v", path, got, want)
		}
	}
	record := records[chat.ContactID]
	for path, want := range map[string]any{
		"Queue.Name": "BasicQueue", "Agent.RoutingProfile.Name": "Basic Routing Profile", "Agent.RoutingProfile.ARN": s.InstanceARN + "/routing-profile/" + profile,
		"Agent.HierarchyGroups.Level1.GroupName": "Sales", "Agent.HierarchyGroups.Level1.ARN": s.InstanceARN + "/agent-group/" + top,
		"Agent.HierarchyGroups.Level2.GroupName": "Team A", "Agent.HierarchyGroups.Level2.ARN": s.InstanceARN + "/agent-group/" + below, "Agent.HierarchyGroups.Level3": nil,
		"ContactAssociationId": chat.ContactID,
	} {
		if got := member(record, strings.Split(path, ".")...); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	if diff := cmp.Diff([]any{map[string]any{"Name": "order", "Type": "URL", "Value": "https://shop.example/7", "Status": nil}}, record["References"]); diff != "" {
		t.Errorf("the references (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]any{map[string]any{"Type": "CHAT"}}, record["MediaStreams"]); diff != "" {
		t.Errorf("the media (-want +got):\n%s", diff)
	}
}
