package chat_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// says is a function that holds where somebody said one of the words, and the contact has an attribute.
func says(root, role string, words ...string) *string {
	return aws.String(fmt.Sprintf(`{"Version":"2022-11-25","RuleFunction":{"Operator":"AND","Operands":[
		{"Operator":"CONTAINS_ANY","Operands":["%s"],"ComparisonValue":"$.ContactLens.%s.ExactMatch.Transcript",
		 "FilterClause":{"LogicOperator":"AND","Filters":[{"Type":"ParticipantRole","Data":%q}]},"Negate":false},
		{"Operator":"EQUALS","Operands":["gold"],"ComparisonValue":"$.ContactLens.%s.ContactAttribute.tier"}]}}`, strings.Join(words, `","`), root, role, root))
}

func categorize() types.RuleAction {
	return types.RuleAction{ActionType: types.ActionTypeAssignContactCategory, AssignContactCategoryAction: &types.AssignContactCategoryActionDefinition{}}
}

func newRule(s *harness.Server, name string, trigger types.EventSourceName, function *string) *connect.CreateRuleInput {
	return &connect.CreateRuleInput{
		InstanceId: &s.InstanceID, Name: &name, Function: function, PublishStatus: types.RulePublishStatusPublished,
		TriggerEventSource: &types.RuleTriggerEventSource{EventSourceName: trigger}, Actions: []types.RuleAction{categorize()},
	}
}

func makeRule(t *testing.T, s *harness.Server, in *connect.CreateRuleInput) string {
	t.Helper()
	made, err := s.Connect().CreateRule(ctx(), in)
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(made.RuleId)
}

// categories are those that the API tells of a contact, sorted.
func categories(t *testing.T, s *harness.Server, contact string) []string {
	t.Helper()
	out, err := s.Connect().ListRealtimeContactAnalysisSegmentsV2(ctx(), &connect.ListRealtimeContactAnalysisSegmentsV2Input{
		InstanceId: &s.InstanceID, ContactId: &contact, OutputType: types.RealTimeContactAnalysisOutputTypeRaw,
		SegmentTypes: []types.RealTimeContactAnalysisSegmentType{types.RealTimeContactAnalysisSegmentTypeCategories},
	})
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, segment := range out.Segments {
		for name := range segment.(*types.RealtimeContactAnalysisSegmentMemberCategories).Value.MatchedDetails {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func awaitCategories(t *testing.T, s *harness.Server, contact string, want ...string) {
	t.Helper()
	harness.Await(t, "categories", 10*time.Second, func() error {
		if diff := cmp.Diff(want, categories(t, s, contact)); diff != "" {
			return errors.New(diff)
		}
		return nil
	})
}

// A rule of live chats matches while the chat goes on, one of ended chats when it has ended; a draft never does.
func TestRules(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Quiet", harness.Wait(harness.Week))
	makeRule(t, s, newRule(s, "Refund", types.EventSourceNameOnRealTimeChatAnalysisAvailable, says("RealTimeChat", "CUSTOMER", "my money")))
	makeRule(t, s, newRule(s, "After", types.EventSourceNameOnPostChatAnalysisAvailable, says("PostChat", "ANY", "parrot", "money")))
	draft := newRule(s, "Draft", types.EventSourceNameOnPostChatAnalysisAvailable, says("PostChat", "ANY", "money"))
	draft.PublishStatus = types.RulePublishStatusDraft
	makeRule(t, s, draft)
	gold := func(in *connect.StartChatContactInput) { in.Attributes = map[string]string{"tier": "gold"} }
	chat, plain := s.Join(harness.WithFlow(flow), gold), s.Join(harness.WithFlow(flow))
	for _, c := range []*harness.Chat{chat, plain} {
		c.Send("hello")
		c.Send("I want MY money!")
	}
	awaitCategories(t, s, chat.ContactID, "Refund")
	s.Crash() // what is known of a contact outlives the server
	chat.Leave()
	plain.Leave()
	awaitCategories(t, s, chat.ContactID, "After", "Refund")
	if got := categories(t, s, plain.ContactID); len(got) > 0 {
		t.Errorf("a chat without the attribute has the categories %v", got)
	}
	_, err := s.Connect().ListRealtimeContactAnalysisSegmentsV2(ctx(), &connect.ListRealtimeContactAnalysisSegmentsV2Input{
		InstanceId: &s.InstanceID, ContactId: &chat.ContactID, OutputType: types.RealTimeContactAnalysisOutputTypeRaw,
		SegmentTypes: []types.RealTimeContactAnalysisSegmentType{types.RealTimeContactAnalysisSegmentTypeTranscript},
	})
	harness.WantRefusal(t, err, 400, "InvalidRequestException")
}

// Conditions on the queue and on the agent who took the contact.
func TestRulesOnQueueAndAgent(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	agent := s.Agent("Grace", true, 1).Online()
	queues, err := s.Connect().ListQueues(ctx(), &connect.ListQueuesInput{InstanceId: &s.InstanceID, QueueTypes: []types.QueueType{types.QueueTypeStandard}})
	if err != nil {
		t.Fatal(err)
	}
	on := func(queue, user string) *string {
		return aws.String(fmt.Sprintf(`{"Version":"2022-11-25","RuleFunction":{"Operator":"OR","Operands":[{"Operator":"AND","Operands":[
			{"Operator":"CONTAINS_ANY","Operands":[%q],"ComparisonValue":"$.ContactLens.RealTimeChat.Queue.QueueId"},
			{"Operator":"CONTAINS_ANY","Operands":[%q],"ComparisonValue":"$.ContactLens.RealTimeChat.Agent.AgentId"}]}]}}`, queue, user))
	}
	queue := aws.ToString(queues.QueueSummaryList[0].Id)
	makeRule(t, s, newRule(s, "Mine", types.EventSourceNameOnRealTimeChatAnalysisAvailable, on(queue, agent.UserID)))
	_, err = s.Connect().CreateRule(ctx(), newRule(s, "None", types.EventSourceNameOnRealTimeChatAnalysisAvailable, on(agent.UserID, agent.UserID)))
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
	chat := s.Join(harness.WithFlow(s.ContactFlowID))
	chat.AwaitAgent()
	chat.Send("hello")
	awaitCategories(t, s, chat.ContactID, "Mine")
}

// Every event source that can be named either fires, which the tests above show, or is refused by its name; so is every action.
func TestRulesThatCannotFire(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	fires := []types.EventSourceName{types.EventSourceNameOnPostChatAnalysisAvailable, types.EventSourceNameOnRealTimeChatAnalysisAvailable}
	wantNamed := func(in *connect.CreateRuleInput, status int, name, word string) {
		t.Helper()
		_, err := s.Connect().CreateRule(ctx(), in)
		harness.WantRefusal(t, err, status, name)
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%v does not name %s", err, word)
		}
	}
	for _, trigger := range types.EventSourceName("").Values() {
		if !slices.Contains(fires, trigger) {
			wantNamed(newRule(s, "No", trigger, says("PostChat", "ANY", "x")), 400, "InvalidParameterException", string(trigger))
		}
	}
	post := types.EventSourceNameOnPostChatAnalysisAvailable
	for _, action := range []types.RuleAction{
		{ActionType: types.ActionTypeGenerateEventbridgeEvent, EventBridgeAction: &types.EventBridgeActionDefinition{Name: aws.String("e")}},
		{ActionType: types.ActionTypeSendNotification, SendNotificationAction: &types.SendNotificationActionDefinition{
			Content: aws.String("c"), ContentType: types.NotificationContentTypePlainText, DeliveryMethod: types.NotificationDeliveryTypeEmail, Recipient: &types.NotificationRecipientType{},
		}},
		{ActionType: types.ActionTypeCreateTask, TaskAction: &types.TaskActionDefinition{Name: aws.String("n"), ContactFlowId: &s.ContactFlowID}},
		{ActionType: types.ActionTypeCreateCase, CreateCaseAction: &types.CreateCaseActionDefinition{TemplateId: aws.String("t"), Fields: []types.FieldValue{}}},
		{ActionType: types.ActionTypeUpdateCase, UpdateCaseAction: &types.UpdateCaseActionDefinition{Fields: []types.FieldValue{}}},
		{ActionType: types.ActionTypeAssignSla, AssignSlaAction: &types.AssignSlaActionDefinition{SlaAssignmentType: types.SlaAssignmentTypeCases}},
		{ActionType: types.ActionTypeEndAssociatedTasks, EndAssociatedTasksAction: &types.EndAssociatedTasksActionDefinition{}},
		{ActionType: types.ActionTypeSubmitAutoEvaluation, SubmitAutoEvaluationAction: &types.SubmitAutoEvaluationActionDefinition{EvaluationFormId: aws.String("f")}},
	} {
		in := newRule(s, "No", post, says("PostChat", "ANY", "x"))
		in.Actions = append(in.Actions, action)
		wantNamed(in, 400, "InvalidParameterException", string(action.ActionType))
	}
	none := newRule(s, "No", post, says("PostChat", "ANY", "x"))
	none.Actions = []types.RuleAction{}
	wantNamed(none, 400, "InvalidRequestException", "ASSIGN_CONTACT_CATEGORY")
	wantNamed(newRule(s, "No", post, aws.String(strings.ReplaceAll(aws.ToString(says("PostChat", "ANY", "x")), "ExactMatch", "SemanticMatch"))), 400, "InvalidParameterException", "SemanticMatch")
	wantNamed(newRule(s, "No", post, says("RealTimeChat", "ANY", "x")), 400, "InvalidParameterException", "PostChat")
}

// The operations on rules: each is read back equal, listed by page, changed, deleted.
func TestRuleResources(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	post, live := types.EventSourceNameOnPostChatAnalysisAvailable, types.EventSourceNameOnRealTimeChatAnalysisAvailable
	in := newRule(s, "One", post, says("PostChat", "ANY", "x"))
	in.ClientToken = aws.String("token")
	id := makeRule(t, s, in)
	if again := makeRule(t, s, in); again != id {
		t.Errorf("the same token made %s and then %s", id, again)
	}
	in.ClientToken = nil
	_, err := s.Connect().CreateRule(ctx(), in)
	harness.WantRefusal(t, err, 409, "ResourceConflictException")
	other := makeRule(t, s, newRule(s, "Two", live, says("RealTimeChat", "ANY", "x")))
	got, err := s.Connect().DescribeRule(ctx(), &connect.DescribeRuleInput{InstanceId: &s.InstanceID, RuleId: &id})
	if err != nil {
		t.Fatal(err)
	}
	r := got.Rule
	if aws.ToString(r.Name) != "One" || aws.ToString(r.Function) != *in.Function || r.PublishStatus != types.RulePublishStatusPublished || r.TriggerEventSource.EventSourceName != post ||
		len(r.Actions) != 1 || r.Actions[0].AssignContactCategoryAction == nil || !strings.HasSuffix(aws.ToString(r.LastUpdatedBy), s.AccessKeyID) || r.CreatedTime == nil {
		t.Errorf("the rule is %+v", r)
	}
	update := &connect.UpdateRuleInput{
		InstanceId: &s.InstanceID, RuleId: r.RuleArn, Name: aws.String("Three"), Function: says("PostChat", "AGENT", "y"), Actions: in.Actions, PublishStatus: types.RulePublishStatusDraft,
	}
	if _, err := s.Connect().UpdateRule(ctx(), update); err != nil {
		t.Error(err)
	}
	update.Name = aws.String("Two")
	_, err = s.Connect().UpdateRule(ctx(), update)
	harness.WantRefusal(t, err, 409, "ResourceConflictException")
	list := func(in connect.ListRulesInput) (names []string) {
		t.Helper()
		in.InstanceId, in.MaxResults = &s.InstanceID, aws.Int32(1)
		for p := connect.NewListRulesPaginator(s.Connect(), &in); p.HasMorePages(); {
			page, err := p.NextPage(ctx())
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range page.RuleSummaryList {
				names = append(names, aws.ToString(one.Name))
			}
		}
		return names
	}
	for _, c := range []struct {
		in   connect.ListRulesInput
		want []string
	}{
		{connect.ListRulesInput{}, []string{"Three", "Two"}},
		{connect.ListRulesInput{EventSourceName: live}, []string{"Two"}},
		{connect.ListRulesInput{PublishStatus: types.RulePublishStatusDraft}, []string{"Three"}},
		{connect.ListRulesInput{PublishStatus: types.RulePublishStatusDraft, EventSourceName: live}, nil},
	} {
		if diff := cmp.Diff(c.want, list(c.in)); diff != "" {
			t.Errorf("listed (-want +got):\n%s", diff)
		}
	}
	if _, err := s.Connect().TagResource(ctx(), &connect.TagResourceInput{ResourceArn: r.RuleArn, Tags: map[string]string{"k": "v"}}); err != nil {
		t.Error(err)
	}
	for _, one := range []string{id, other} {
		if _, err := s.Connect().DeleteRule(ctx(), &connect.DeleteRuleInput{InstanceId: &s.InstanceID, RuleId: &one}); err != nil {
			t.Error(err)
		}
	}
	_, err = s.Connect().DescribeRule(ctx(), &connect.DescribeRuleInput{InstanceId: &s.InstanceID, RuleId: &id})
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
}
