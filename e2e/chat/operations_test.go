package chat_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

const unknownID = "00000000-0000-4000-8000-000000000000"

func TestStopContact(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	quiet := s.Quiet()
	chat := s.Join(quiet)
	if err := chat.Stop(); err != nil {
		t.Fatal(err)
	}
	chat.Socket.AwaitEvent("chat.ended")
	contact := chat.Describe()
	if reason := aws.ToString(contact.DisconnectReason); reason != "API" || contact.DisconnectTimestamp == nil {
		t.Errorf("the contact ended at %v with %q, want a time and API", contact.DisconnectTimestamp, reason)
	}
	_, err := chat.TrySend("text/plain", "too late")
	harness.WantRefusal(t, err, 403, "AccessDeniedException")
	_, err = chat.Page(&transcriptInput{})
	harness.WantRefusal(t, err, 403, "AccessDeniedException")
	harness.WantRefusal(t, chat.TryEvent("typing", ""), 403, "AccessDeniedException")
	harness.WantRefusal(t, chat.Stop(), 410, "ContactNotFoundException")
	unknown := *chat
	unknown.ContactID = unknownID
	harness.WantRefusal(t, unknown.Stop(), 410, "ContactNotFoundException")
	if err := s.StartChat(quiet).Stop(); err != nil {
		t.Errorf("a chat that nobody connected to: %v", err)
	}
}

func TestDescribeContact(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	byARN, err := s.Connect().DescribeContact(ctx(), &connect.DescribeContactInput{
		InstanceId: &s.InstanceARN, ContactId: aws.String(s.InstanceARN + "/contact/" + chat.ContactID),
	})
	if err != nil {
		t.Fatal(err)
	}
	got := byARN.Contact
	if aws.ToString(got.Id) != chat.ContactID || aws.ToString(got.Arn) != s.InstanceARN+"/contact/"+chat.ContactID {
		t.Errorf("the contact is %s, %s", aws.ToString(got.Id), aws.ToString(got.Arn))
	}
	if got.InitialContactId != nil && aws.ToString(got.InitialContactId) != chat.ContactID {
		t.Errorf("InitialContactId is %s", aws.ToString(got.InitialContactId))
	}
	if got.InitiationTimestamp == nil || s.Now().Sub(*got.InitiationTimestamp) > waiting {
		t.Errorf("InitiationTimestamp is %v, want about now", got.InitiationTimestamp)
	}
	_, err = s.Connect().DescribeContact(ctx(), &connect.DescribeContactInput{
		InstanceId: aws.String(s.InstanceID), ContactId: aws.String(unknownID),
	})
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
}

func TestUpdateContact(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	_, err := s.Connect().UpdateContact(ctx(), &connect.UpdateContactInput{
		InstanceId: aws.String(s.InstanceID), ContactId: aws.String(chat.ContactID),
		Name: aws.String("Order 7"), Description: aws.String("About the order"),
		References: map[string]types.Reference{"order": {Type: types.ReferenceTypeUrl, Value: aws.String("https://example.com/7")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := chat.Describe()
	if aws.ToString(got.Name) != "Order 7" || aws.ToString(got.Description) != "About the order" {
		t.Errorf("the contact is %q, %q", aws.ToString(got.Name), aws.ToString(got.Description))
	}
}

func TestContactTags(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	_, err := s.Connect().TagContact(ctx(), &connect.TagContactInput{
		InstanceId: aws.String(s.InstanceID), ContactId: aws.String(chat.ContactID), Tags: map[string]string{"team": "a", "shop": "b"},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Connect().UntagContact(ctx(), &connect.UntagContactInput{
		InstanceId: aws.String(s.InstanceID), ContactId: aws.String(chat.ContactID), TagKeys: []string{"team"},
	})
	if err != nil {
		t.Fatal(err)
	}
	tags := chat.Describe().Tags
	if _, left := tags["team"]; left || tags["shop"] != "b" {
		t.Errorf("the tags are %v, want shop and not team", tags)
	}
	_, err = s.Connect().TagContact(ctx(), &connect.TagContactInput{
		InstanceId: aws.String(s.InstanceID), ContactId: aws.String(unknownID), Tags: map[string]string{"a": "b"},
	})
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
}

func TestAttributeOperationsOnUnknownContacts(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	unknown := &harness.Chat{ContactID: unknownID}
	harness.WantRefusal(t, update(s, unknown, map[string]string{"a": "b"}), 404, "ResourceNotFoundException")
	_, err := s.Connect().GetContactAttributes(ctx(), &connect.GetContactAttributesInput{
		InstanceId: aws.String(s.InstanceID), InitialContactId: aws.String(unknownID),
	})
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
}

// TestOperationsThatAreNotBuilt answer with their name, so that nobody
// searches for a mistake of their own.
func TestOperationsThatAreNotBuilt(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	answer := s.Signed("PUT", "/contact/task", map[string]any{"InstanceId": s.InstanceID, "Name": "x"}).
		Want(t, 501, "NotImplementedException")
	if !strings.Contains(string(answer.Body), "StartTaskContact") {
		t.Errorf("the answer does not name the operation: %s", answer.Body)
	}
	s.Signed("PUT", "/no/such/route", "{}").Want(t, 404, "UnknownOperationException")
}

// TestRefusedMembers: what has no effect on a chat here is refused in words,
// not dropped. docs/compatibility.md lists these members.
func TestRefusedMembers(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	update := "/contacts/" + s.InstanceID + "/" + chat.ContactID
	cases := []struct {
		method, path string
		member       string
		body         map[string]any
	}{
		{"POST", "/contact/stop", "DisconnectReason", map[string]any{
			"InstanceId": s.InstanceID, "ContactId": chat.ContactID, "DisconnectReason": map[string]string{"Code": "DISCARDED"},
		}},
		{"POST", update, "QueueInfo", map[string]any{"QueueInfo": map[string]string{"Id": unknownID}}},
		{"POST", update, "UserInfo", map[string]any{"UserInfo": map[string]string{"UserId": unknownID}}},
		{"PUT", "/queues/" + s.InstanceID, "OutboundEmailConfig", map[string]any{
			"Name": "x", "HoursOfOperationId": unknownID, "OutboundEmailConfig": map[string]string{"OutboundEmailAddressId": unknownID},
		}},
		{"PUT", "/hours-of-operations/" + s.InstanceID, "ParentHoursOfOperationConfigs", map[string]any{
			"Name": "x", "TimeZone": "UTC", "Config": []any{},
			"ParentHoursOfOperationConfigs": []any{map[string]string{"HoursOfOperationId": unknownID}},
		}},
		{"PUT", "/instance", "DirectoryId", map[string]any{
			"IdentityManagementType": "EXISTING_DIRECTORY", "DirectoryId": "d-1234567890", "InboundCallsEnabled": true, "OutboundCallsEnabled": true,
		}},
	}
	for _, c := range cases {
		answer := s.Signed(c.method, c.path, c.body).Want(t, 400, "InvalidRequestException")
		if !strings.Contains(string(answer.Body), c.member) {
			t.Errorf("the refusal does not name %s: %s", c.member, answer.Body)
		}
	}
	s.Bearer(chat.ParticipantToken, "/participant/connection", `{"Type":["WEBRTC_CONNECTION"]}`).Want(t, 400, "ValidationException")
	chat.Send("still here")
}
