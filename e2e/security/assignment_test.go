package security_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// TestNobodyAppointsThemselves (A3): members that only the server sets are
// ignored or refused, wherever a caller puts them.
func TestNobodyAppointsThemselves(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Quiet", harness.Wait(harness.Week))
	started := s.Signed("PUT", "/contact/chat", map[string]any{
		"InstanceId": s.InstanceID, "ContactFlowId": flow, "ContactId": unknownID, "ParticipantId": unknownID, "InitiationMethod": "OUTBOUND",
		"ParticipantDetails": map[string]any{"DisplayName": "Customer", "ParticipantRole": "AGENT", "ParticipantId": unknownID},
	}).Want(t, 200, "").Members(t)
	if started["ContactId"] == unknownID || started["ParticipantId"] == unknownID {
		t.Errorf("the caller chose the ids: %v", started)
	}
	connection, _ := s.ConnectParticipant(started["ParticipantToken"].(string))
	s.Bearer(connection, "/participant/message", map[string]any{
		"ContentType": "text/plain", "Content": "hello", "ParticipantRole": "AGENT", "DisplayName": "Agent", "ParticipantId": unknownID,
		"Id": unknownID, "AbsoluteTime": "2000-01-01T00:00:00.000Z", "Type": "EVENT", "ContactId": unknownID,
	}).Want(t, 200, "")
	said := transcript(t, s, connection, "MESSAGE")[0]
	want := map[string]any{
		"Type": "MESSAGE", "ParticipantRole": "CUSTOMER", "DisplayName": "Customer", "ParticipantId": started["ParticipantId"],
		"ContactId": started["ContactId"], "Content": "hello", "ContentType": "text/plain",
		"Id": said["Id"], "AbsoluteTime": said["AbsoluteTime"],
	}
	if diff := cmp.Diff(want, said); diff != "" || said["Id"] == unknownID || said["AbsoluteTime"].(string) < "2001" {
		t.Errorf("the message in the transcript (-want +got):\n%s\n%v", diff, said)
	}
	contact := s.Signed("GET", "/contacts/"+s.InstanceID+"/"+started["ContactId"].(string), "").Members(t)["Contact"].(map[string]any)
	if contact["InitiationMethod"] != "API" {
		t.Errorf("InitiationMethod is %v, want API", contact["InitiationMethod"])
	}
}

// transcript returns the items of a type, oldest first.
func transcript(t *testing.T, s *harness.Server, connection, kind string) (items []map[string]any) {
	t.Helper()
	page := s.Bearer(connection, "/participant/transcript", `{"MaxResults":100,"SortOrder":"ASCENDING"}`).Want(t, 200, "").Members(t)
	for _, item := range page["Transcript"].([]any) {
		if item := item.(map[string]any); item["Type"] == kind {
			items = append(items, item)
		}
	}
	return items
}

// TestReservedNames (A3): what the system says of a contact nobody else says.
func TestReservedNames(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	id := map[string]any{"InstanceId": s.InstanceID, "ContactId": chat.ContactID}
	with := func(base map[string]any, more map[string]any) map[string]any {
		all := map[string]any{}
		for _, m := range []map[string]any{base, more} {
			for name, value := range m {
				all[name] = value
			}
		}
		return all
	}
	start := map[string]any{
		"InstanceId": s.InstanceID, "ContactFlowId": s.ContactFlowID, "ParticipantDetails": map[string]string{"DisplayName": "x"},
	}
	for _, c := range []struct {
		what, method, path string
		body               map[string]any
		name               string
	}{
		{"direction at the start", "PUT", "/contact/chat", with(start, segment("connect:Direction", "OUTBOUND")), "InvalidRequestException"},
		{"subtype at the start", "PUT", "/contact/chat", with(start, segment("connect:Subtype", "connect:SMS")), "InvalidRequestException"},
		{"an attribute of the system", "PUT", "/contact/chat", with(start, map[string]any{"Attributes": map[string]string{"connect:x": "y"}}), "InvalidParameterException"},
		{"direction later", "POST", "/contacts/" + s.InstanceID + "/" + chat.ContactID, segment("connect:Direction", "OUTBOUND"), "InvalidRequestException"},
		{"an AWS tag", "POST", "/contact/tags", with(id, map[string]any{"Tags": map[string]string{"aws:connect:systemEndpoint": "x"}}), "InvalidParameterException"},
		{"an agent", "POST", "/contact/create-participant", with(id, participantOf("AGENT")), "InvalidRequestException"},
		{"a second customer", "POST", "/contact/create-participant", with(id, participantOf("CUSTOMER")), "InvalidRequestException"},
		{"the system", "POST", "/contact/create-participant", with(id, participantOf("SYSTEM")), "InvalidRequestException"},
	} {
		answer := s.Signed(c.method, c.path, c.body)
		if answer.Status != 400 || answer.Error() != c.name {
			t.Errorf("%s: %d %s, want 400 %s: %s", c.what, answer.Status, answer.Error(), c.name, answer.Body)
		}
	}
	for _, event := range []string{"chat.ended", "participant.left", "participant.joined", "transfer.succeeded", "chat.rehydrated"} {
		s.Bearer(chat.ConnectionToken, "/participant/event", map[string]string{"ContentType": harness.EventType(event)}).
			Want(t, 400, "ValidationException")
	}
	s.Bearer(chat.ConnectionToken, "/participant/message",
		`{"ContentType":"application/vnd.amazonaws.connect.message.interactive","Content":"{}"}`).Want(t, 400, "ValidationException")
	if events := transcript(t, s, chat.ConnectionToken, "EVENT"); len(events) != 1 {
		t.Errorf("the transcript holds %d events, want the customer's join alone: %v", len(events), events)
	}
}

func segment(name, value string) map[string]any {
	return map[string]any{"SegmentAttributes": map[string]any{name: map[string]string{"ValueString": value}}}
}

func participantOf(role string) map[string]any {
	return map[string]any{"ParticipantDetails": map[string]string{"ParticipantRole": role, "DisplayName": "x"}}
}

// TestClientTokensAreTheCallersOwn (A4): the client token of another
// participant, chat, instance or operation brings nobody that one's answer.
func TestClientTokensAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	quiet := s.Quiet()
	chat, stranger := s.Join(quiet), s.Join(quiet)
	bot := joinBot(t, s, chat)
	said := map[string]string{"ContentType": "text/plain", "Content": "x", "ClientToken": "token"}
	ids := map[string]string{}
	for who, connection := range map[string]string{"the customer": chat.ConnectionToken, "the bot": bot.connection, "a stranger": stranger.ConnectionToken} {
		id := s.Bearer(connection, "/participant/message", said).Want(t, 200, "").Members(t)["Id"].(string)
		if first := ids[id]; first != "" {
			t.Errorf("%s got the answer of %s", who, first)
		}
		ids[id] = who
	}
	s.Bearer(bot.connection, "/participant/disconnect", `{"ClientToken":"leave"}`).Want(t, 200, "")
	s.Bearer(stranger.ConnectionToken, "/participant/disconnect", `{"ClientToken":"leave"}`).Want(t, 200, "")
	s.Bearer(chat.ConnectionToken, "/participant/disconnect", `{"ClientToken":"token"}`).Want(t, 200, "")
	s.Bearer(chat.ConnectionToken, "/participant/disconnect", `{"ClientToken":"leave"}`).Want(t, 403, "AccessDeniedException")
	testStartTokens(t, s)
}

// testStartTokens: StartChatContact in two instances with one client token.
func testStartTokens(t *testing.T, s *harness.Server) {
	elsewhere := s.Signed("PUT", "/instance", map[string]any{
		"IdentityManagementType": "CONNECT_MANAGED", "InstanceAlias": "elsewhere", "ClientToken": "token",
		"InboundCallsEnabled": true, "OutboundCallsEnabled": true,
	}).Want(t, 200, "").Members(t)["Id"].(string)
	seen := map[any]bool{}
	for _, instance := range []string{s.InstanceID, elsewhere} {
		flow := s.Signed("PUT", "/contact-flows/"+instance, map[string]any{
			"Name": "Quiet A4", "Type": "CONTACT_FLOW", "Content": harness.Document(t, harness.Wait(60)),
		}).Want(t, 200, "").Members(t)["ContactFlowId"]
		started := s.Signed("PUT", "/contact/chat", map[string]any{
			"InstanceId": instance, "ContactFlowId": flow, "ClientToken": "token", "ParticipantDetails": map[string]string{"DisplayName": "x"},
		}).Want(t, 200, "").Members(t)
		if seen[started["ContactId"]] {
			t.Errorf("the instance %s got the contact of another", instance)
		}
		seen[started["ContactId"]] = true
	}
}
