package chat_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// makeQueue makes a queue that is open on Mondays.
func makeQueue(t *testing.T, s *harness.Server, name string) (queue, hours string) {
	t.Helper()
	h, err := createHours(s, name)
	if err != nil {
		t.Fatal(err)
	}
	q, err := createQueue(s, name, aws.ToString(h.HoursOfOperationId))
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(q.QueueId), aws.ToString(h.HoursOfOperationId)
}

// segment describes a contact of the chat by its id.
func segment(t *testing.T, s *harness.Server, id string) *types.Contact {
	t.Helper()
	out, err := s.Connect().DescribeContact(ctx(), &connect.DescribeContactInput{InstanceId: aws.String(s.InstanceID), ContactId: aws.String(id)})
	if err != nil {
		t.Fatal(err)
	}
	return out.Contact
}

// TestQueueFlowRunsWhileTheContactWaits: it begins after all that the inbound flow said, waits, and its end ends nothing.
func TestQueueFlowRunsWhileTheContactWaits(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	queue, _ := makeQueue(t, s, "Mine")
	music := s.FlowOf(types.ContactFlowTypeCustomerQueue, "Music",
		harness.Say("please wait"), harness.Wait(60), harness.Say("still waiting"), harness.End())
	chat := s.Join(harness.WithFlow(s.Flow("To the queue",
		harness.Hook("CustomerQueue", music), harness.Queue(queue), harness.Say("to the queue"), harness.Enqueue())))
	chat.Socket.AwaitText("please wait")
	s.Crash()
	chat.Connect()
	s.Advance(61 * time.Second)
	chat.Socket.AwaitText("still waiting")
	if diff := cmp.Diff([]string{"to the queue", "please wait", "still waiting"}, contents(chat.Transcript())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	contact := chat.Describe()
	if contact.QueueInfo == nil || contact.DisconnectTimestamp != nil {
		t.Errorf("after the queue flow the contact is in %+v, ended at %v", contact.QueueInfo, contact.DisconnectTimestamp)
	}
	chat.Send("I am still here")
	chat.Socket.AwaitText("I am still here")
}

// TestDisabledQueueFlow: DisableExecution runs nothing.
func TestDisabledQueueFlow(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	queue, _ := makeQueue(t, s, "Mine")
	music := s.FlowOf(types.ContactFlowTypeCustomerQueue, "Music", harness.Say("please wait"), harness.End())
	off := harness.Hook("CustomerQueue", music)
	off.Parameters["EventHooksConfiguration"] = map[string]any{"CustomerQueue": map[string]string{"DisableExecution": "true"}}
	chat := s.Join(harness.WithFlow(s.Flow("To the queue", off, harness.Queue(queue), harness.Say("to the queue"), harness.Enqueue())))
	harness.Await(t, "queue", waiting, func() error {
		return inQueue(chat, []types.QueueSummary{{Id: aws.String(queue), Name: aws.String("Mine")}}, "Mine")
	})
	s.Advance(time.Second)
	if diff := cmp.Diff([]string{"to the queue"}, contents(chat.Transcript())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDisconnectFlowAfterTheBotLeft: a new contact of the same chat runs it, with the hooks of the one before: it waits for
// the customer, queues him again, and the queue flow runs.
func TestDisconnectFlowAfterTheBotLeft(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	queue, _ := makeQueue(t, s, "Mine")
	music := s.FlowOf(types.ContactFlowTypeCustomerQueue, "Music", harness.Say("please wait"), harness.End())
	survey := s.Flow("Survey", harness.Say("How was it?"), harness.Listen(), harness.Queue(queue), harness.Say("back to the queue"), harness.Enqueue())
	chat := s.Join(harness.WithFlow(s.Flow("Bot first", harness.Set(map[string]string{"k": "v"}, "end"),
		harness.Hook("CustomerRemaining", survey), harness.Hook("CustomerQueue", music), harness.Say("hello"), harness.Wait(60), harness.End())))
	chat.Socket.AwaitText("hello")
	bot := joinBot(t, s, chat)
	s.Advance(61 * time.Second)
	bot.Send("goodbye")
	chat.Socket.AwaitText("goodbye")
	bot.Leave()
	asked := chat.Socket.AwaitText("How was it?")
	if asked.ContactID == chat.ContactID || asked.InitialContactID != chat.ContactID {
		t.Errorf("the survey is said in %s of %s, the chat is %s", asked.ContactID, asked.InitialContactID, chat.ContactID)
	}
	first, second := chat.Describe(), segment(t, s, asked.ContactID)
	if first.DisconnectTimestamp == nil {
		t.Error("the first contact goes on")
	}
	if second.InitiationMethod != types.ContactInitiationMethodDisconnect || aws.ToString(second.PreviousContactId) != chat.ContactID ||
		aws.ToString(second.InitialContactId) != chat.ContactID || second.DisconnectTimestamp != nil {
		t.Errorf("the second contact is %+v", second)
	}
	chat.Send("terrible")
	waits := chat.Socket.AwaitText("please wait")
	if waits.ContactID != asked.ContactID {
		t.Errorf("the queue flow runs on %s, want %s", waits.ContactID, asked.ContactID)
	}
	if second = segment(t, s, asked.ContactID); second.QueueInfo == nil || aws.ToString(second.QueueInfo.Id) != queue {
		t.Errorf("the second contact is in %+v", second.QueueInfo)
	}
	chat.Leave()
	chat.Socket.AwaitEvent("chat.ended")
	asks := 0
	for _, item := range chat.Socket.Items() {
		if item.Content == "How was it?" {
			asks++
		}
	}
	if asks != 1 {
		t.Errorf("the survey was asked %d times", asks)
	}
}

// TestNoDisconnectFlowWhenTheCustomerLeaves: his leave ends the chat.
func TestNoDisconnectFlowWhenTheCustomerLeaves(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	survey := s.Flow("Survey", harness.Say("How was it?"))
	chat := s.Join(harness.WithFlow(s.Flow("Quiet", harness.Hook("CustomerRemaining", survey), harness.Say("hello"), harness.Wait(harness.Week))))
	chat.Socket.AwaitText("hello")
	chat.Leave()
	chat.Socket.AwaitEvent("chat.ended")
	if reason := aws.ToString(chat.Describe().DisconnectReason); reason != "CUSTOMER_DISCONNECT" {
		t.Errorf("DisconnectReason is %q", reason)
	}
}

// TestHoursByTheClock: the same flow is open on a Monday and closed on a Tuesday, in the time zone of the hours.
func TestHoursByTheClock(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	_, hours := makeQueue(t, s, "Mondays")
	check := harness.Block{
		Type: "CheckHoursOfOperation", Parameters: map[string]any{"HoursOfOperationId": hours},
		Cases: map[string]string{"True": "open", "False": "closed"}, Errors: map[string]string{"NoMatchingError": ""},
	}
	flow := s.Flow("Hours", check, harness.Say("open").Named("open").Then("end"), harness.Say("closed").Named("closed").Then("end"))
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		day  time.Weekday
		text string
	}{{time.Sunday, "closed"}, {time.Monday, "open"}, {time.Tuesday, "closed"}} {
		now := s.Now().In(berlin)
		days := (int(want.day) - int(now.Weekday()) + 7) % 7
		noon := time.Date(now.Year(), now.Month(), now.Day()+days, 12, 0, 0, 0, berlin)
		if !noon.After(now) {
			noon = noon.AddDate(0, 0, 7)
		}
		s.Advance(noon.Sub(now))
		chat := s.Join(harness.WithFlow(flow))
		chat.Socket.AwaitText(want.text)
	}
}

// TestMetricsOfAQueue: the contacts that wait are counted, agents are none.
func TestMetricsOfAQueue(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	queue, _ := makeQueue(t, s, "Mine")
	enqueue := s.Flow("To the queue", harness.Queue(queue), harness.Enqueue())
	metrics := harness.Block{Type: "GetMetricData", Parameters: map[string]any{"QueueId": queue}, Errors: map[string]string{"NoMatchingError": ""}}
	empty := harness.Block{
		Type: "CheckMetricData", Parameters: map[string]any{"MetricType": "NumberOfContactsInQueue", "QueueId": queue},
		Cases: map[string]string{"0": "nobody"}, Errors: map[string]string{"NoMatchingCondition": "", "NoMatchingError": ""},
	}
	ask := s.Flow("Ask", metrics, harness.Say("$.Metrics.Queue.Name: $.Metrics.Queue.Size, $.Metrics.Agents.Online.Count online"),
		empty, harness.Say("somebody waits").Then("end"), harness.Say("nobody waits").Named("nobody"))
	for n, who := range []string{"nobody", "somebody", "somebody"} {
		chat := s.Join(harness.WithFlow(ask))
		chat.Socket.AwaitText(fmt.Sprintf("Mine: %d, 0 online", n))
		chat.Socket.AwaitText(who + " waits")
		waits := s.Join(harness.WithFlow(enqueue))
		harness.Await(t, "queue", waiting, func() error {
			return inQueue(waits, []types.QueueSummary{{Id: aws.String(queue), Name: aws.String("Mine")}}, "Mine")
		})
	}
}

// TestQueueFlowMovesTheContactOn: into another queue, as a new contact.
func TestQueueFlowMovesTheContactOn(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	first, _ := makeQueue(t, s, "First")
	second, _ := makeQueue(t, s, "Second")
	on := harness.Block{
		Type: "DequeueContactAndTransferToQueue", Parameters: map[string]any{"QueueId": second},
		Errors: map[string]string{"QueueAtCapacity": "", "NoMatchingError": ""},
	}
	music := s.FlowOf(types.ContactFlowTypeCustomerQueue, "Music",
		harness.Compare("$.InitiationMethod", map[string]string{"QUEUE_TRANSFER": "there"}),
		harness.Say("this takes long"), on, harness.Say("you are in $.Queue.Name").Named("there"), harness.End())
	chat := s.Join(harness.WithFlow(s.Flow("To the queue", harness.Hook("CustomerQueue", music), harness.Queue(first), harness.Enqueue())))
	there := chat.Socket.AwaitText("you are in Second")
	contact := segment(t, s, there.ContactID)
	if aws.ToString(contact.PreviousContactId) != chat.ContactID || contact.InitiationMethod != types.ContactInitiationMethodQueueTransfer ||
		contact.QueueInfo == nil || aws.ToString(contact.QueueInfo.Id) != second {
		t.Errorf("the contact is %+v", contact)
	}
}

// TestFlowContinuesAnEarlierChat: CreatePersistentContactAssociation as a block.
func TestFlowContinuesAnEarlierChat(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	past := s.Join(s.Quiet())
	past.Send("long ago")
	past.Leave()
	link := harness.Block{
		Type:       "CreatePersistentContactAssociation",
		Parameters: map[string]any{"RehydrationType": "ENTIRE_PAST_SESSION", "SourceContactId": "$.Attributes.past"},
		Errors:     map[string]string{"NoMatchingError": "failed"},
	}
	flow := s.Flow("Continue", link, harness.Say("linked"), harness.Wait(harness.Week), harness.Say("failed").Named("failed"))
	chat := s.Join(harness.WithFlow(flow), func(in *startInput) { in.Attributes = map[string]string{"past": past.ContactID} })
	chat.Socket.AwaitText("linked")
	if got := aws.ToString(chat.Describe().RelatedContactId); got != past.ContactID {
		t.Errorf("RelatedContactId is %q, want %s", got, past.ContactID)
	}
	chat = s.Join(harness.WithFlow(flow), func(in *startInput) { in.Attributes = map[string]string{"past": "none"} })
	chat.Socket.AwaitText("failed")
}

// TestDescribeContactShowsWhatTheFlowSet: routing, name, tags.
func TestDescribeContactShowsWhatTheFlowSet(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	set := func(kind string, parameters map[string]any) harness.Block {
		return harness.Block{Type: kind, Parameters: parameters, Errors: map[string]string{"NoMatchingError": ""}}
	}
	priority := harness.Block{Type: "UpdateContactRoutingBehavior", Parameters: map[string]any{"QueuePriority": "2"}}
	s.Predefined("Language", "de")
	condition := map[string]any{"Name": "Language", "Value": "de", "ProficiencyLevel": 3, "ComparisonOperator": "NumberGreaterOrEqualTo"}
	step := map[string]any{"Expression": map[string]any{"AttributeCondition": condition}, "Expiry": map[string]any{"DurationInSeconds": "30"}}
	chat := s.Join(harness.WithFlow(s.Flow("Set", priority,
		set("UpdateContactRoutingCriteria", map[string]any{"RoutingCriteria": map[string]any{"Steps": []any{step}}}),
		set("UpdateContactData", map[string]any{"Name": "N of $.CustomerId", "CustomerId": "ann"}),
		set("TagContact", map[string]any{"Tags": map[string]string{"team": "blue"}}),
		harness.Say("set"), harness.Wait(harness.Week))))
	chat.Socket.AwaitText("set")
	contact := chat.Describe()
	if aws.ToInt64(contact.QueuePriority) != 2 || aws.ToString(contact.CustomerId) != "ann" || contact.Tags["team"] != "blue" || aws.ToString(contact.Name) != "N of " {
		t.Errorf("priority %v, customer %v, tags %v, name %v", contact.QueuePriority, contact.CustomerId, contact.Tags, contact.Name)
	}
	if contact.RoutingCriteria == nil || len(contact.RoutingCriteria.Steps) != 1 {
		t.Fatalf("routing criteria %+v", contact.RoutingCriteria)
	}
	got := contact.RoutingCriteria.Steps[0]
	if a := got.Expression.AttributeCondition; aws.ToString(a.Value) != "de" || aws.ToFloat32(a.ProficiencyLevel) != 3 || aws.ToInt32(got.Expiry.DurationInSeconds) != 30 {
		t.Errorf("the step is %+v, %+v", a, got.Expiry)
	}
}

// TestCriteriaOfAnUnknownAttribute: a flow that asks for an attribute that is not predefined takes the error branch, however deep it names it, and
// once there is one goes on.
func TestCriteriaOfAnUnknownAttribute(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	condition := func(name string) map[string]any {
		return map[string]any{"AttributeCondition": map[string]any{"Name": name, "Value": "x", "ProficiencyLevel": 3, "ComparisonOperator": "NumberGreaterOrEqualTo"}}
	}
	s.Predefined("Known", "x")
	both := map[string]any{"AndExpression": []any{condition("Known"), map[string]any{"OrExpression": []any{condition("Known"), condition("Later")}}}}
	flow := s.Flow("Criteria", harness.Block{Type: "UpdateContactRoutingCriteria", Errors: map[string]string{"NoMatchingError": "failed"},
		Parameters: map[string]any{"RoutingCriteria": map[string]any{"Steps": []any{map[string]any{"Expression": condition("Known")}, map[string]any{"Expression": both}}}}},
		harness.Say("set"), harness.Wait(harness.Week), harness.Say("failed").Named("failed"), harness.Wait(harness.Week))
	chat := s.Join(harness.WithFlow(flow))
	chat.Socket.AwaitText("failed")
	if k := chat.Describe(); k.RoutingCriteria != nil {
		t.Errorf("the criteria are %+v", k.RoutingCriteria)
	}
	s.Predefined("Later", "x")
	chat = s.Join(harness.WithFlow(flow))
	chat.Socket.AwaitText("set")
	if k := chat.Describe(); k.RoutingCriteria == nil || len(k.RoutingCriteria.Steps) != 2 {
		t.Errorf("the criteria are %+v", k.RoutingCriteria)
	}
}

// TestFlowSetsAttributesOfTheRelatedContact: those of another chat, also of one that has ended.
func TestFlowSetsAttributesOfTheRelatedContact(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	other := s.Join(s.Quiet())
	set := harness.Set(map[string]string{"from": "$.ContactId"}, "failed")
	set.Parameters["TargetContact"] = "Related"
	flow := s.Flow("Related", set, harness.Say("set"), harness.Wait(harness.Week), harness.Say("failed").Named("failed"))
	attribute := func() string {
		out, err := s.Connect().GetContactAttributes(ctx(), &connect.GetContactAttributesInput{
			InstanceId: aws.String(s.InstanceID), InitialContactId: aws.String(other.ContactID),
		})
		if err != nil {
			t.Fatal(err)
		}
		return out.Attributes["from"]
	}
	related := func(in *startInput) { in.RelatedContactId = aws.String(other.ContactID) }
	chat := s.Join(harness.WithFlow(flow), related)
	chat.Socket.AwaitText("set")
	if got := attribute(); got != chat.ContactID {
		t.Errorf("the attribute is %q, want %s", got, chat.ContactID)
	}
	other.Leave()
	chat = s.Join(harness.WithFlow(flow), related)
	chat.Socket.AwaitText("set")
	if got := attribute(); got != chat.ContactID {
		t.Errorf("after the end the attribute is %q, want %s", got, chat.ContactID)
	}
	alone := s.Join(harness.WithFlow(flow))
	alone.Socket.AwaitText("failed")
}
