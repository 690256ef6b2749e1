package outbound_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// An unchanged boto3 starts a chat whose flow calls a webhook as its function. While
// it is called, the function sets an attribute of the contact and adds a bot to
// the chat, which speaks; then the flow branches on the answer.
func TestAFunctionCallsBack(t *testing.T) {
	t.Parallel()
	var s *harness.Server
	var calls atomic.Int64
	url := serve(t, func(r *http.Request, event map[string]any) any {
		calls.Add(1)
		contact, _ := member(event, "Details", "ContactData", "ContactId").(string)
		if member(event, "Name") != "ContactFlowEvent" || member(event, "Details", "Parameters", "asked") != "gold" ||
			member(event, "Details", "ContactData", "Channel") != "CHAT" || r.Header.Get("Idempotency-Key") == "" {
			t.Errorf("the event is %v", event)
		}
		_, err := s.Connect().UpdateContactAttributes(r.Context(), &connect.UpdateContactAttributesInput{
			InstanceId: aws.String(s.InstanceID), InitialContactId: aws.String(contact), Attributes: map[string]string{"by": "the function"},
		})
		if err != nil {
			t.Errorf("UpdateContactAttributes during the call: %v", err)
		}
		bot, err := s.Connect().CreateParticipant(r.Context(), &connect.CreateParticipantInput{
			InstanceId: aws.String(s.InstanceID), ContactId: aws.String(contact),
			ParticipantDetails: &types.ParticipantDetailsToAdd{ParticipantRole: types.ParticipantRoleCustomBot, DisplayName: aws.String("Helper")},
		})
		if err != nil {
			t.Errorf("CreateParticipant during the call: %v", err)
			return nil
		}
		s.ConnectParticipant(aws.ToString(bot.ParticipantCredentials.ParticipantToken))
		return map[string]any{"status": "shipped", "days": 3}
	})
	s = harness.Start(t, loopback("--function", "orders="+url))
	flow := s.Flow("Orders",
		harness.Say("One moment."), Invoke(function, "failed"),
		harness.Compare("$.External.status", map[string]string{"shipped": "shipped"}),
		harness.Say("Not shipped.").Named("other").Then("wait"),
		harness.Say("In $.External.days days, says $.Attributes.by.").Named("shipped").Then("wait"),
		harness.Say("The function failed.").Named("failed").Then("wait"),
		harness.Wait(harness.Week).Named("wait"))
	cmd := exec.Command("python3", "boto3_chat.py", s.InstanceID, flow, "In 3 days, says the function.")
	cmd.Env = append(os.Environ(), s.Environment()...)
	var errors bytes.Buffer
	cmd.Stderr = &errors
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errors.String())
	}
	if got, want := strings.TrimSpace(string(out)), "One moment.|In 3 days, says the function."; got != want || calls.Load() != 1 {
		t.Errorf("the chat is %q after %d calls, want %q", got, calls.Load(), want)
	}
}

// What no function is, and addresses that were not allowed, are the flow's error branch.
func TestWhatIsNotConfiguredIsNotCalled(t *testing.T) {
	t.Parallel()
	url := serve(t, func(*http.Request, map[string]any) any {
		t.Error("it was called")
		return nil
	})
	port := url[strings.LastIndexByte(url, ':'):]
	s := harness.Start(t, harness.Flags("--function", "inside=http://localhost.localdomain"+port, "--function", "nobody=http://inside.invalid"))
	for name, arn := range map[string]string{"unknown": function, "an address": url, "not allowed": "inside", "not resolved": "nobody"} {
		chat := s.Join(harness.WithFlow(s.Flow("Error "+name, Invoke(arn, "failed"), harness.Say("answered"),
			harness.Say("it failed").Named("failed"), harness.Wait(harness.Week))))
		chat.Socket.AwaitText("it failed")
	}
	if log := s.Log(); !strings.Contains(log, "a call failed") || !strings.Contains(log, "outcome=unknown") {
		t.Error("the log does not tell")
	}
}

// In tests a function may be a command of this machine.
func TestACommandIsAFunction(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--function", "*=exec:printf '{\"key\":\"%s\"}' \"$IDEMPOTENCY_KEY\" ; grep -q ContactFlowEvent"))
	chat := s.Join(harness.WithFlow(s.Flow("Command", Invoke("anything", "failed"), harness.Say("key $.External.key"),
		harness.Say("end").Named("failed"), harness.Wait(harness.Week))))
	item := chat.Socket.AwaitItem("the answer", func(i harness.Item) bool { return strings.HasPrefix(i.Content, "key ") })
	if !strings.HasSuffix(item.Content, "/1") {
		t.Errorf("the key is %q", item.Content)
	}
}

// The AWS Invoke API, at an endpoint of the test, signed.
func TestTheInvokeAPI(t *testing.T) {
	t.Parallel()
	url := serve(t, func(r *http.Request, _ map[string]any) any {
		if r.RequestURI != "/2015-03-31/functions/orders/invocations?Qualifier=live" ||
			!strings.Contains(r.Header.Get("Authorization"), "Credential=AKIDOUT/") || !strings.Contains(r.Header.Get("Authorization"), "/us-east-1/lambda/aws4_request") {
			t.Errorf("%s %v", r.RequestURI, r.Header)
		}
		return map[string]string{"status": "ok"}
	})
	s := harness.Start(t, loopback("--lambda-endpoint", url), harness.Env("PARLEY_OUTBOUND_ACCESS_KEY_ID=AKIDOUT", "PARLEY_OUTBOUND_SECRET_ACCESS_KEY=s3cret"))
	chat := s.Join(harness.WithFlow(s.Flow("Invoke", Invoke(function, "failed"), harness.Say("status $.External.status"),
		harness.Say("it failed").Named("failed"), harness.Wait(harness.Week))))
	chat.Socket.AwaitText("status ok")
	if strings.Contains(s.Log(), "s3cret") {
		t.Error("the secret is in the log")
	}
	if _, err := s.Connect().DescribeContact(context.Background(), &connect.DescribeContactInput{InstanceId: aws.String(s.InstanceID), ContactId: aws.String(chat.ContactID)}); err != nil {
		t.Error(err)
	}
}
