package chat_test

import (
	"maps"
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// seedRequest has the ten members of the first document that the project
// holds, but for the two that exclude each other.
func seedRequest(s *harness.Server) map[string]any {
	return map[string]any{
		"InstanceId": s.InstanceID, "ContactFlowId": s.ContactFlowID,
		"Attributes":         map[string]string{"tier": "gold"},
		"ParticipantDetails": map[string]string{"DisplayName": "Customer"},
		"InitialMessage":     map[string]string{"ContentType": "text/plain", "Content": "hello"},
		"ClientToken":        "seed", "ChatDurationInMinutes": 60,
		"SupportedMessagingContentTypes": []string{"text/plain", "text/markdown"},
	}
}

func start(s *harness.Server, request map[string]any, more map[string]any) harness.Response {
	request = maps.Clone(request)
	maps.Copy(request, more)
	return s.Signed("PUT", "/contact/chat", request)
}

func TestSeedRequestGetsSeedResponse(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	past := s.Join(s.Quiet())
	past.Leave()
	past.Socket.AwaitEvent("chat.ended")
	plain := set("ContactId", "ParticipantId", "ParticipantToken")
	persistent := set("ContactId", "ParticipantId", "ParticipantToken", "ContinuedFromContactId")

	cases := []struct {
		name string
		more map[string]any
		want map[string]bool
	}{
		{"neither", map[string]any{"ClientToken": "a"}, plain},
		{"related", map[string]any{"ClientToken": "b", "RelatedContactId": past.ContactID}, plain},
		{"persistent", map[string]any{"ClientToken": "c", "PersistentChat": map[string]string{
			"RehydrationType": "FROM_SEGMENT", "SourceContactId": past.ContactID,
		}}, persistent},
		{"unknown member", map[string]any{"ClientToken": "d", "ConnectionTypes": []string{"WEBSOCKET"}}, plain},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := s.With(t)
			got := start(s, seedRequest(s), c.more).Want(t, 200, "").Members(t)
			if diff := cmp.Diff(c.want, names(got)); diff != "" {
				t.Errorf("response members (-want +got):\n%s", diff)
			}
			checkIDs(t, got)
		})
	}
}

func checkIDs(t *testing.T, members map[string]any) {
	t.Helper()
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	for _, name := range []string{"ContactId", "ParticipantId"} {
		if value, _ := members[name].(string); !uuid.MatchString(value) {
			t.Errorf("%s is %q, want a UUID in lower case", name, value)
		}
	}
	if token, _ := members["ParticipantToken"].(string); len(token) == 0 || len(token) > 1000 {
		t.Errorf("ParticipantToken has %d characters, want 1 to 1000", len(token))
	}
}

func TestAllTenMembersExcludeEachOther(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	past := s.Join(s.Quiet())
	past.Leave()
	past.Socket.AwaitEvent("chat.ended")
	both := map[string]any{
		"RelatedContactId": past.ContactID,
		"PersistentChat":   map[string]string{"RehydrationType": "FROM_SEGMENT", "SourceContactId": past.ContactID},
	}
	start(s, seedRequest(s), both).Want(t, 400, "InvalidRequestException")
}

func TestIdsAndARNsStartTheSameFlow(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Greeting", harness.Say("from the flow"), harness.Wait(harness.Week))
	forms := map[string][2]string{
		"ids":          {s.InstanceID, flow},
		"instance ARN": {s.InstanceARN, flow},
		"flow ARN":     {s.InstanceID, s.InstanceARN + "/contact-flow/" + flow},
		"both ARNs":    {s.InstanceARN, s.InstanceARN + "/contact-flow/" + flow},
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			s := s.With(t)
			request := map[string]any{
				"InstanceId": form[0], "ContactFlowId": form[1],
				"ParticipantDetails": map[string]string{"DisplayName": "Customer"},
			}
			answer := start(s, request, nil).Want(t, 200, "").Members(t)
			_, socket := s.ConnectParticipant(answer["ParticipantToken"].(string))
			socket.AwaitText("from the flow")
		})
	}
}

func TestUnknownIdsAreNotFound(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	const unknown = "00000000-0000-4000-8000-000000000000"
	cases := map[string]map[string]any{
		"instance":        {"InstanceId": unknown},
		"flow":            {"ContactFlowId": unknown},
		"related contact": {"RelatedContactId": unknown},
		"source contact":  {"PersistentChat": map[string]string{"RehydrationType": "FROM_SEGMENT", "SourceContactId": unknown}},
	}
	for name, more := range cases {
		t.Run(name, func(t *testing.T) {
			start(s.With(t), seedRequest(s), more).Want(t, 404, "ResourceNotFoundException")
		})
	}
}

// TestOnlyPublishedInboundFlowsStart: a flow for another place is a rule broken
// by the request, one that is only saved is not there.
func TestOnlyPublishedInboundFlowsStart(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ends := harness.Document(t, harness.Disconnect())
	goesOn := `{"Version":"2019-10-30","StartAction":"end","Actions":[{"Identifier":"end","Type":"EndFlowExecution","Parameters":{},"Transitions":{}}]}`
	for name, c := range map[string]struct {
		flow   connect.CreateContactFlowInput
		status int
		error  string
	}{
		"a queue flow":     {connect.CreateContactFlowInput{Type: types.ContactFlowTypeCustomerQueue}, 400, "InvalidRequestException"},
		"a whisper":        {connect.CreateContactFlowInput{Type: types.ContactFlowTypeCustomerWhisper}, 400, "InvalidRequestException"},
		"a transfer flow":  {connect.CreateContactFlowInput{Type: types.ContactFlowTypeQueueTransfer}, 400, "InvalidRequestException"},
		"a saved flow":     {connect.CreateContactFlowInput{Type: types.ContactFlowTypeContactFlow, Status: types.ContactFlowStatusSaved}, 404, "ResourceNotFoundException"},
		"an inbound flow":  {connect.CreateContactFlowInput{Type: types.ContactFlowTypeContactFlow}, 200, ""},
		"a published flow": {connect.CreateContactFlowInput{Type: types.ContactFlowTypeContactFlow, Status: types.ContactFlowStatusPublished}, 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := s.With(t)
			c.flow.InstanceId, c.flow.Name, c.flow.Content = &s.InstanceID, &name, &ends
			if c.flow.Type == types.ContactFlowTypeCustomerWhisper { // which may not end the chat
				c.flow.Content = &goesOn
			}
			made, err := s.Connect().CreateContactFlow(ctx(), &c.flow)
			if err != nil {
				t.Fatal(err)
			}
			start(s, seedRequest(s), map[string]any{"ContactFlowId": *made.ContactFlowId, "ClientToken": name}).Want(t, c.status, c.error)
		})
	}
}
