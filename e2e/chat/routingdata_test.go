package chat_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parley/e2e/harness"
)

// TestUpdateContactRoutingData: who waits is put before others, kept for an agent, and given free again.
func TestUpdateContactRoutingData(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	first, second := s.Join(), s.Join()
	for _, chat := range []*harness.Chat{first, second} {
		chat.Socket.AwaitText("Hello! Thanks for getting in touch.")
	}
	for _, chat := range []*harness.Chat{first, second} {
		harness.Await(t, "the queue", waiting, func() error { return queuedAs(chat) })
	}
	update := func(chat *harness.Chat, in connect.UpdateContactRoutingDataInput) error {
		in.InstanceId, in.ContactId = &s.InstanceID, &chat.ContactID
		_, err := s.Connect().UpdateContactRoutingData(ctx(), &in)
		return err
	}
	stranger := &types.RoutingCriteriaInput{Steps: []types.RoutingCriteriaInputStep{{Expression: &types.Expression{
		AttributeCondition: &types.AttributeCondition{Name: aws.String("Language"), Value: aws.String("Esperanto"), ProficiencyLevel: aws.Float32(5), ComparisonOperator: aws.String("NumberGreaterOrEqualTo")},
	}}}}
	const none = "there is no predefined attribute \"Language\""
	harness.WantRefusal(t, update(first, connect.UpdateContactRoutingDataInput{RoutingCriteria: stranger}), 400, "InvalidParameterException")
	if err := update(first, connect.UpdateContactRoutingDataInput{RoutingCriteria: stranger}); !strings.Contains(err.Error(), none) {
		t.Errorf("the refusal does not say %s: %v", none, err)
	}
	if k := first.Describe(); k.RoutingCriteria != nil {
		t.Errorf("the refused criteria are there: %+v", k.RoutingCriteria)
	}
	s.Predefined("Language", "Esperanto")
	for _, err := range []error{
		update(second, connect.UpdateContactRoutingDataInput{QueuePriority: aws.Int64(1), QueueTimeAdjustmentSeconds: aws.Int32(30)}),
		update(first, connect.UpdateContactRoutingDataInput{RoutingCriteria: stranger}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if k := second.Describe(); aws.ToInt64(k.QueuePriority) != 1 || aws.ToInt32(k.QueueTimeAdjustmentSeconds) != 30 {
		t.Errorf("the second: priority %v, age %v", k.QueuePriority, k.QueueTimeAdjustmentSeconds)
	}
	if k := first.Describe(); k.RoutingCriteria == nil || len(k.RoutingCriteria.Steps) != 1 || k.RoutingCriteria.Steps[0].Status != types.RoutingCriteriaStepStatusActive ||
		!aws.ToTime(k.RoutingCriteria.ActivationTimestamp).Equal(aws.ToTime(k.QueueInfo.EnqueueTimestamp)) {
		t.Errorf("the first: %+v", k.RoutingCriteria)
	}
	agent := s.Agent("Ben", true, 0).Online()
	second.AwaitAgent()
	if k := first.Describe(); k.AgentInfo != nil {
		t.Error("the first was given to an agent who has no Esperanto")
	}
	if err := update(first, connect.UpdateContactRoutingDataInput{RoutingCriteria: &types.RoutingCriteriaInput{}}); err != nil {
		t.Fatal(err)
	}
	first.AwaitAgent()
	agent.Take(first).Leave()
	harness.WantRefusal(t, update(second, connect.UpdateContactRoutingDataInput{QueuePriority: aws.Int64(2)}), 400, "InvalidRequestException")
	first.Socket.AwaitEvent("chat.ended")
	harness.WantRefusal(t, update(first, connect.UpdateContactRoutingDataInput{QueuePriority: aws.Int64(2)}), 400, "InvalidRequestException")
	harness.WantRefusal(t, update(second, connect.UpdateContactRoutingDataInput{RoutingCriteria: &types.RoutingCriteriaInput{Steps: []types.RoutingCriteriaInputStep{{}}}}), 400, "InvalidParameterException")
}

// TestListContactReferences: what a contact was given to refer to, by type.
func TestListContactReferences(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	_, err := s.Connect().UpdateContact(ctx(), &connect.UpdateContactInput{InstanceId: &s.InstanceID, ContactId: &chat.ContactID, References: map[string]types.Reference{
		"Order": {Type: types.ReferenceTypeUrl, Value: aws.String("https://shop.example/1")},
		"Count": {Type: types.ReferenceTypeNumber, Value: aws.String("3")},
		"Note":  {Type: types.ReferenceTypeString, Value: aws.String("gift")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	list := func(wanted ...types.ReferenceType) []types.ReferenceSummary {
		t.Helper()
		out, err := s.Connect().ListContactReferences(ctx(), &connect.ListContactReferencesInput{InstanceId: &s.InstanceID, ContactId: &chat.ContactID, ReferenceTypes: wanted})
		if err != nil {
			t.Fatal(err)
		}
		return out.ReferenceSummaryList
	}
	want := []types.ReferenceSummary{
		&types.ReferenceSummaryMemberNumber{Value: types.NumberReference{Name: aws.String("Count"), Value: aws.String("3")}},
		&types.ReferenceSummaryMemberUrl{Value: types.UrlReference{Name: aws.String("Order"), Value: aws.String("https://shop.example/1")}},
	}
	ignored := cmpopts.IgnoreUnexported(types.ReferenceSummaryMemberNumber{}, types.ReferenceSummaryMemberUrl{}, types.NumberReference{}, types.UrlReference{})
	if diff := cmp.Diff(want, list("URL", "NUMBER"), ignored); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := list("DATE"); len(got) != 0 {
		t.Errorf("dates: %v", got)
	}
}
