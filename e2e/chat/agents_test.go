package chat_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// TestACustomerReachesAnAgent: from the queue to an agent who accepts by itself, both talk through the participant
// API, the agent leaves, the chat is over, and the agent works on until that is cleared.
func TestACustomerReachesAnAgent(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	agent := s.Agent("Ben", true, 0)
	chat := s.Join()
	chat.Socket.AwaitText("Hello! Thanks for getting in touch.")
	if info := chat.Describe().AgentInfo; info != nil {
		t.Errorf("before anybody came: %+v", info)
	}
	agent.Online()
	joined := chat.AwaitAgent()
	if joined.DisplayName != "Ben" {
		t.Errorf("the agent is shown as %q", joined.DisplayName)
	}
	seat := agent.Take(chat)
	chat.Send("hi")
	seat.Socket.AwaitText("hi")
	seat.Send("how can I help?")
	chat.Socket.AwaitText("how can I help?")
	want := []string{
		"participant.joined CUSTOMER", "Hello! Thanks for getting in touch. SYSTEM", "participant.joined AGENT", "hi CUSTOMER", "how can I help? AGENT",
	}
	for name, who := range map[string]*harness.Chat{"customer": chat, "agent": seat} {
		if diff := cmp.Diff(want, summaries(who.Transcript())); diff != "" {
			t.Errorf("what the %s reads (-want +got):\n%s", name, diff)
		}
	}
	k := chat.Describe()
	if k.AgentInfo == nil || aws.ToString(k.AgentInfo.Id) != agent.UserID || k.AgentInfo.ConnectedToAgentTimestamp == nil || k.QueueInfo == nil {
		t.Errorf("DescribeContact: agent %+v, queue %+v", k.AgentInfo, k.QueueInfo)
	}
	wantAgent(t, agent, "Available", 1, types.ContactStateConnected)
	seat.Leave()
	chat.Socket.AwaitEvent("chat.ended")
	if k := chat.Describe(); aws.ToString(k.DisconnectReason) != "AGENT_DISCONNECT" || k.AgentInfo.AfterContactWorkStartTimestamp == nil || k.AgentInfo.AfterContactWorkEndTimestamp != nil {
		t.Errorf("after the end: reason %v, agent %+v", aws.ToString(k.DisconnectReason), k.AgentInfo)
	}
	wantAgent(t, agent, "Available", 1, types.ContactStateEnded)
	if err := agent.Clear(chat); err != nil {
		t.Error(err)
	}
	wantAgent(t, agent, "Available", 2, "")
	if k := chat.Describe(); k.AgentInfo.AfterContactWorkEndTimestamp == nil || k.AgentInfo.AfterContactWorkDuration == nil {
		t.Errorf("after the work: %+v", k.AgentInfo)
	}
	harness.WantRefusal(t, agent.Clear(chat), 404, "ResourceNotFoundException")
}

// wantAgent holds GetCurrentUserData to a status, free slots, and the state of the only contact, "" for none.
func wantAgent(t *testing.T, a *harness.Agent, status string, free int32, state types.ContactState) {
	t.Helper()
	d := a.Data()
	if d == nil || aws.ToString(d.Status.StatusName) != status || d.AvailableSlotsByChannel["CHAT"] != free {
		t.Fatalf("the agent is %+v, want %s with %d free", d, status, free)
	}
	if got := len(d.Contacts); state == "" && got > 0 || state != "" && (got != 1 || d.Contacts[0].AgentContactState != state) {
		t.Errorf("the agent has %+v, want one %s", d.Contacts, state)
	}
}

// TestAnOfferThatIsMissed goes on to the next agent.
func TestAnOfferThatIsMissed(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	slow := s.Agent("Slow", false, 0).Online()
	chat := s.Join()
	harness.Await(t, "the state", waiting, func() error { return hasContact(slow, types.ContactStateConnecting) })
	s.Agent("Next", true, 0).Online()
	s.Advance(21 * time.Second)
	if joined := chat.AwaitAgent(); joined.DisplayName != "Next" {
		t.Errorf("%s has it", joined.DisplayName)
	}
	if err := hasContact(slow, types.ContactStateMissed); err != nil {
		t.Error(err)
	}
	if err := slow.Clear(chat); err != nil {
		t.Error(err)
	}
	wantAgent(t, slow, "Available", 2, "")
}

// TestACustomerWhoLeavesDuringAnOffer frees the agent.
func TestACustomerWhoLeavesDuringAnOffer(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	agent := s.Agent("Ben", false, 0).Online()
	chat := s.Join()
	harness.Await(t, "the state", waiting, func() error { return hasContact(agent, types.ContactStateConnecting) })
	chat.Leave()
	wantAgent(t, agent, "Available", 2, "")
}

// TestWhereACustomerStands: the position in the queue, and a contact that is given to an agent out of turn.
func TestWhereACustomerStands(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	position := func(c *harness.Chat) float64 {
		out, err := s.Connect().GetContactMetrics(ctx(), &connect.GetContactMetricsInput{
			InstanceId: &s.InstanceID, ContactId: &c.ContactID, Metrics: []types.ContactMetricInfo{{Name: types.ContactMetricNamePositionInQueue}},
		})
		if err != nil {
			return 0
		}
		if number, ok := out.MetricResults[0].Value.(*types.ContactMetricValueMemberNumber); ok {
			return number.Value
		}
		return -1
	}
	var chats []*harness.Chat
	for range 3 {
		chat := s.Join()
		chats = append(chats, chat)
		harness.Await(t, "the state", waiting, func() error { return stands(position(chat), float64(len(chats))) })
	}
	agent := s.Agent("Ben", true, 5)
	give := func() error {
		_, err := s.Connect().AssociateContactWithUser(ctx(), &connect.AssociateContactWithUserInput{InstanceId: &s.InstanceID, ContactId: &chats[2].ContactID, UserId: &agent.UserID})
		return err
	}
	harness.WantRefusal(t, give(), 400, "InvalidRequestException")
	lunch, err := s.Connect().CreateAgentStatus(ctx(), &connect.CreateAgentStatusInput{InstanceId: &s.InstanceID, Name: aws.String("Lunch"), State: types.AgentStatusStateEnabled})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Connect().PutUserStatus(ctx(), &connect.PutUserStatusInput{InstanceId: &s.InstanceID, UserId: &agent.UserID, AgentStatusId: lunch.AgentStatusARN}); err != nil {
		t.Fatal(err)
	}
	if err := give(); err != nil {
		t.Error(err)
	}
	chats[2].AwaitAgent()
	if got := position(chats[0]); got != 1 {
		t.Errorf("the first stands at %v", got)
	}
	harness.WantRefusal(t, give(), 400, "InvalidRequestException")
	chats[2].Leave()
	s.Advance(6 * time.Second)
	wantAgent(t, agent, "Lunch", 0, "")
	agent.Online()
	for _, chat := range chats[:2] {
		chat.AwaitAgent()
	}
	agent.Status(types.AgentStatusTypeOffline)
	if d := agent.Data(); aws.ToString(d.NextStatus) != "Offline" || aws.ToString(d.Status.StatusName) != "Available" {
		t.Errorf("with chats: %+v", d)
	}
	for _, chat := range chats[:2] {
		chat.Leave()
	}
	s.Advance(6 * time.Second)
	if d := agent.Data(); d != nil {
		t.Errorf("after the last chat: %+v", d)
	}
}

func stands(got, want float64) error {
	if got != want {
		return fmt.Errorf("the customer stands at %v, want %v", got, want)
	}
	return nil
}

// hasContact: the agent's only contact is in that state.
func hasContact(a *harness.Agent, state types.ContactState) error {
	if d := a.Data(); d == nil || len(d.Contacts) != 1 || d.Contacts[0].AgentContactState != state {
		return fmt.Errorf("the agent is %+v, want a contact that is %s", d, state)
	}
	return nil
}

// TestAFlowSendsACustomerToOneAgent: the numbers of the staff, then an agent's own queue.
func TestAFlowSendsACustomerToOneAgent(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ben, eve := s.Agent("Ben", true, 0), s.Agent("Eve", true, 0)
	flow := s.Flow("To Eve",
		harness.Block{Type: "UpdateContactTargetQueue", Parameters: map[string]any{"AgentId": eve.UserID}, Errors: map[string]string{"NoMatchingError": ""}},
		harness.Block{Type: "GetMetricData", Parameters: map[string]any{}, Errors: map[string]string{"NoMatchingError": ""}},
		harness.Say("$.Metrics.Agents.Available.Count of $.Metrics.Agents.Online.Count"),
		harness.Enqueue(), harness.End())
	ben.Online()
	eve.Online()
	chat := s.Join(harness.WithFlow(flow))
	if joined := chat.AwaitAgent(); joined.DisplayName != "Eve" {
		t.Errorf("%s has it", joined.DisplayName)
	}
	if err := hasText(chat, "1 of 1"); err != nil {
		t.Error(err)
	}
	wantAgent(t, ben, "Available", 2, "")
}

// TestWhispers: what the agent hears first reaches no customer, on the socket or in the transcript, and the other way round.
func TestWhispers(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	toAgent := s.FlowOf(types.ContactFlowTypeAgentWhisper, "To the agent", harness.Say("a gold customer for $.Agent.UserName"))
	toCustomer := s.FlowOf(types.ContactFlowTypeCustomerWhisper, "To the customer", harness.Say("you talk to $.Agent.FirstName"))
	flow := s.Flow("With whispers", harness.Hook("AgentWhisper", toAgent), harness.Hook("CustomerWhisper", toCustomer), harness.Queue(basicQueue(t, s)), harness.Enqueue(), harness.End())
	agent := s.Agent("Ben", true, 0).Online()
	chat := s.Join(harness.WithFlow(flow))
	chat.Socket.AwaitText("you talk to Ben")
	seat := agent.Take(chat)
	seat.Send("hello")
	chat.Socket.AwaitText("hello")
	for name, c := range map[string]struct {
		who  *harness.Chat
		want []string
	}{
		"customer": {chat, []string{"participant.joined CUSTOMER", "participant.joined AGENT", "you talk to Ben SYSTEM", "hello AGENT"}},
		"agent":    {seat, []string{"participant.joined CUSTOMER", "participant.joined AGENT", "a gold customer for Ben@example.com SYSTEM", "hello AGENT"}},
	} {
		if diff := cmp.Diff(c.want, summaries(c.who.Transcript())); diff != "" {
			t.Errorf("what the %s reads (-want +got):\n%s", name, diff)
		}
	}
	for _, item := range chat.Socket.Items() {
		if strings.HasPrefix(item.Content, "a gold customer") {
			t.Errorf("the customer's socket got %+v", item)
		}
	}
}

func basicQueue(t *testing.T, s *harness.Server) string {
	t.Helper()
	out, err := s.Connect().ListQueues(ctx(), &connect.ListQueuesInput{InstanceId: &s.InstanceID})
	if err != nil || len(out.QueueSummaryList) == 0 {
		t.Fatalf("ListQueues: %+v, %v", out, err)
	}
	return aws.ToString(out.QueueSummaryList[0].Id)
}

// TestResetFreesAgents: a reset takes the chats from agents; who was at work is at work.
func TestResetFreesAgents(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	agent := s.Agent("Ben", true, 0).Online()
	s.Join().AwaitAgent()
	wantAgent(t, agent, "Available", 1, types.ContactStateConnected)
	s.Reset()
	wantAgent(t, agent, "Available", 2, "")
	s.Join().AwaitAgent()
}
