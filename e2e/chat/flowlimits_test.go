package chat_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

const (
	plainFlow   = `{"Version":"2019-10-30","StartAction":"end","Actions":[{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`
	plainModule = `{"Version":"2019-10-30","StartAction":"r","Settings":{},"Actions":[{"Identifier":"r","Type":"EndFlowModuleExecution","Parameters":{},"Transitions":{}}]}`
)

// One flow or module more than an instance may have is refused, until another is deleted.
func TestFlowsAndModulesBeyondTheQuota(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--limit", "flow-modules=1"))
	module := func(name string) (*connect.CreateContactFlowModuleOutput, error) {
		return s.Connect().CreateContactFlowModule(ctx(), &connect.CreateContactFlowModuleInput{InstanceId: &s.InstanceID, Name: &name, Content: aws.String(plainModule)})
	}
	one, err := module("one")
	if err != nil {
		t.Fatal(err)
	}
	_, err = module("two")
	harness.WantRefusal(t, err, 429, "LimitExceededException")
	if _, err := s.Connect().DeleteContactFlowModule(ctx(), &connect.DeleteContactFlowModuleInput{InstanceId: &s.InstanceID, ContactFlowModuleId: one.Id}); err != nil {
		t.Fatal(err)
	}
	if _, err := module("two"); err != nil {
		t.Error(err)
	}
	few := harness.Start(t, harness.Flags("--limit", "flows=1")) // an instance comes with more
	_, err = few.Connect().CreateContactFlow(ctx(), &connect.CreateContactFlowInput{
		InstanceId: &few.InstanceID, Name: aws.String("more"), Type: types.ContactFlowTypeContactFlow, Content: aws.String(plainFlow),
	})
	harness.WantRefusal(t, err, 429, "LimitExceededException")
}

// A chat starts with what is published: a draft, a version or an alias in its place is refused in words.
func TestAChatStartsWithWhatIsPublished(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	start := func(flow string) error {
		_, err := s.Connect().StartChatContact(ctx(), &connect.StartChatContactInput{
			InstanceId: &s.InstanceID, ContactFlowId: &flow, ParticipantDetails: &types.ParticipantDetails{DisplayName: aws.String("Ann")},
		})
		return err
	}
	for _, qualifier := range []string{"$SAVED", "1", "live"} {
		err := start(s.ContactFlowID + ":" + qualifier)
		harness.WantRefusal(t, err, 400, "InvalidRequestException")
		if err != nil && !strings.Contains(err.Error(), "what is published") {
			t.Errorf("%s: %v", qualifier, err)
		}
	}
	if err := start(s.ContactFlowID + ":$LATEST"); err != nil {
		t.Error(err)
	}
}

// A client token belongs to its test case: with another case it begins another execution.
func TestAClientTokenOfAnotherTestCase(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	token := aws.String("once")
	begin := func(name string) (id, execution *string) {
		made, err := s.Connect().CreateTestCase(ctx(), &connect.CreateTestCaseInput{
			InstanceId: &s.InstanceID, Name: &name, Content: aws.String(strings.Replace(greeted, "QUEUE", "BasicQueue", 1)), Status: types.TestCaseStatusPublished,
			EntryPoint: &types.TestCaseEntryPoint{Type: types.TestCaseEntryPointTypeChat, ChatEntryPointParameters: &types.ChatEntryPointParameters{FlowId: &s.ContactFlowID}},
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time it is the first one's answer
			started, err := s.Connect().StartTestCaseExecution(ctx(), &connect.StartTestCaseExecutionInput{InstanceId: &s.InstanceID, TestCaseId: made.TestCaseId, ClientToken: token})
			if err != nil || execution != nil && *execution != aws.ToString(started.TestCaseExecutionId) {
				t.Fatalf("%s: %+v, %v", name, started, err)
			}
			execution = started.TestCaseExecutionId
		}
		return made.TestCaseId, execution
	}
	for _, name := range []string{"one", "two"} {
		id, execution := begin(name)
		if _, err := s.Connect().GetTestCaseExecutionSummary(ctx(), &connect.GetTestCaseExecutionSummaryInput{InstanceId: &s.InstanceID, TestCaseId: id, TestCaseExecutionId: execution}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
