package privacy_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// TestContactDataIsDeleted: the address by which a channel had its customer called, and where push messages went, are nowhere after DeleteContactData,
// of a chat that is over, while what was said stays.
func TestContactDataIsDeleted(t *testing.T) {
	s := harness.Start(t)
	const number, device = "+4930canary", "canarydevice"
	flow := s.Flow("Greets", harness.Say("Welcome"), harness.Wait(harness.Week))
	tell := func(source, said string, details *types.NewSessionDetails) string {
		t.Helper()
		out, err := s.Connect().SendChatIntegrationEvent(ctx(), &connect.SendChatIntegrationEventInput{
			SourceId: &source, DestinationId: aws.String(s.InstanceARN + "/contact-flow/" + flow), Subtype: aws.String("connect:SMS"), NewSessionDetails: details,
			Event: &types.ChatEvent{Type: types.ChatEventTypeMessage, ContentType: aws.String("text/plain"), Content: &said},
		})
		if err != nil {
			t.Fatal(err)
		}
		return *out.InitialContactId
	}
	remove := func(contact string, fields ...string) harness.Response {
		t.Helper()
		return s.Signed("POST", "/contact/delete/"+s.InstanceID+"/"+contact, map[string]any{"ContactFields": fields})
	}
	contact := tell(number, "first", nil)
	for range 520 { // so that it takes more than one page
		tell(number, "more", nil)
	}
	named := tell("+4930other", "hello", &types.NewSessionDetails{ParticipantDetails: &types.ParticipantDetails{DisplayName: aws.String("keepsname")}})
	s.Signed("PUT", "/push-notification/"+s.InstanceID+"/registrations", map[string]any{
		"PinpointAppArn": "arn:aws:mobiletargeting:us-east-1:123456789012:apps/none", "DeviceType": "GCM", "ContactConfiguration": map[string]any{"ContactId": contact},
		"DeviceToken": `{"endpoint":"https://push.example/` + device + `","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}`,
	}).Want(t, 200, "")
	if len(places(t, s, number)) == 0 || len(places(t, s, device)) == 0 {
		t.Fatal("the test looks in wrong places")
	}

	remove(contact, "CUSTOMER_ENDPOINT").Want(t, 409, "ContactNotTerminatedException")
	if len(places(t, s, device)) == 0 {
		t.Error("a call that was refused deleted something")
	}
	for _, id := range []string{contact, named} {
		if _, err := s.Connect().StopContact(ctx(), &connect.StopContactInput{InstanceId: &s.InstanceID, ContactId: &id}); err != nil {
			t.Fatal(err)
		}
	}
	remove(contact, "CUSTOMER_ENDPOINT", "EMAIL_SUBJECT").Want(t, 400, "InvalidRequestException")
	remove(contact, "TRANSCRIPT").Want(t, 400, "InvalidParameterException")
	remove("00000000-0000-4000-8000-000000000000", "CUSTOMER_ENDPOINT").Want(t, 404, "ResourceNotFoundException")
	for range 2 { // once more is as good
		remove(contact, "CUSTOMER_ENDPOINT").Want(t, 200, "")
	}
	remove(named, "CUSTOMER_ENDPOINT").Want(t, 200, "")

	for _, word := range []string{number, device} {
		if left := places(t, s, word); len(left) > 0 {
			t.Errorf("%s is in %v", word, left)
		}
	}
	if len(places(t, s, "keepsname")) == 0 {
		t.Error("a name that is no address was deleted")
	}
	if events := audited(t, s); strings.Count(strings.Join(events, "|"), "contact data deleted: CUSTOMER_ENDPOINT") != 3 {
		t.Errorf("the audit log: %q", events)
	}
	var said struct {
		Transcript []struct{ Content, DisplayName, ParticipantRole string }
	}
	files := exported(t, s, "--contact", contact)
	if err := json.Unmarshal([]byte(files["chats/"+contact+"/transcripts/"+contact+".json"]), &said); err != nil {
		t.Fatal(err)
	}
	more := 0
	for _, item := range said.Transcript {
		if item.Content == "more" && item.DisplayName == "[REDACTED]" {
			more++
		}
		if item.Content == "Welcome" && item.DisplayName == "[REDACTED]" {
			t.Error("the flow is called by the customer's name")
		}
	}
	if more != 520 {
		t.Errorf("of 520 messages %d are there, under another name", more)
	}
}
