package accounts_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	participant "github.com/aws/aws-sdk-go-v2/service/connectparticipant/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// awaitGuide waits until a contact of the agent has another guide than that one, and connects the agent to it; stage says what the
// contact is in.
func (d *desk) awaitGuide(contact, stage, not string) *harness.Chat {
	d.t.Helper()
	var guide string
	d.await("the guide of "+contact, func(a agentState) bool {
		for _, c := range a.Contacts {
			if c.ContactID == contact && c.State == stage && c.Guide != not {
				guide = c.Guide
			}
		}
		return guide != ""
	})
	token, _ := d.want(200, "GET", "/api/agent/contacts/"+guide+"/token", nil).member(d.t, "participant_token").(string)
	return d.server.Seat(guide, token)
}

// guided makes a flow that queues, with a guide for the agent who accepts and another one for the work after the chat.
func guided(s *harness.Server) string {
	related := harness.Block{
		Type:       "UpdateContactAttributes",
		Parameters: map[string]any{"Attributes": map[string]string{"outcome": "$.Views.ViewResultData.FormData.outcome"}, "TargetContact": "Related"},
		Errors:     map[string]string{"NoMatchingError": ""},
	}
	first := s.Flow("Guide",
		harness.ShowView("form", map[string]any{"Heading": "Order $.Attributes.order of $.RelatedContactId", "Sections": []any{}}, map[string]string{"Next": "next"}),
		harness.Say("not that").Then("end"), related.Named("next"), harness.Say("noted").Named("noted"), harness.Wait(harness.Week))
	last := s.Flow("Wrap up", harness.ShowView("form", map[string]any{"Heading": "How was it?", "Sections": []any{}}, nil), harness.Wait(harness.Week))
	queue := aws.ToString(firstQueue(s.Connect().ListQueues(context.Background(), &connect.ListQueuesInput{InstanceId: &s.InstanceID, QueueTypes: []types.QueueType{"STANDARD"}})).Id)
	return s.Flow("Guided", harness.Set(map[string]string{"order": "77"}, ""), harness.Hook("DefaultAgentUI", first), harness.Hook("DisconnectAgentUI", last),
		harness.Say("welcome"), harness.Queue(queue), harness.Enqueue())
}

func firstQueue(out *connect.ListQueuesOutput, err error) types.QueueSummary {
	if err != nil || len(out.QueueSummaryList) == 0 {
		return types.QueueSummary{}
	}
	return out.QueueSummaryList[0]
}

// TestAGuideOfAnAgent: the agent's guide is a chat of its own with the agent as its customer. The view reaches the agent and not the
// customer, the answer goes on in the flow and into the customer's contact, and what the customer's chat counts stays as it was. Another
// guide takes its place when the chat is over, and ends with the work after it. A crash in between changes nothing.
func TestAGuideOfAnAgent(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--limit", "active-chats=1"))
	flow := guided(s)
	ben := newDesk(t, s, "ben", "BasicAgentAccess")
	ben.choose("Available")
	chat := s.Join(harness.WithFlow(flow))
	ben.awaitContact(chat.ContactID, "CONNECTING")
	ben.accept(chat.ContactID)
	guide := ben.awaitGuide(chat.ContactID, "CONNECTED", "")
	view := guide.Socket.AwaitView()
	if view.ViewID != "form" || view.ViewData["Heading"] != "Order 77 of "+chat.ContactID {
		t.Errorf("the view is %+v", view)
	}
	if _, err := guide.View(view.ViewToken); err != nil {
		t.Errorf("DescribeView: %v", err)
	}
	wantGuide(t, guide, chat)
	if used := len(ben.shown().Contacts); used != 1 {
		t.Errorf("the agent has %d contacts", used)
	}
	harness.WantRefusal(t, second(s, flow), 429, "LimitExceededException")
	s.Crash()
	ben.browser = signIn(t, s, "ben", secret)
	ben.url = s.URL
	ben.open()
	guide = ben.awaitGuide(chat.ContactID, "CONNECTED", "")
	answer := `{"templateType":"ViewResource","version":"1.0","action":"Next","data":{"FormData":{"outcome":"refund"}}}`
	if _, err := guide.TrySend(harness.InteractiveResponse, answer); err != nil {
		t.Fatal(err)
	}
	guide.Socket.AwaitText("noted")
	wantAttribute(t, s, chat.ContactID, "outcome", "refund")
	chat = s.Seat(chat.ContactID, chat.ParticipantToken)
	want := []string{"participant.joined CUSTOMER", "welcome SYSTEM", "participant.joined AGENT"}
	if diff := cmp.Diff(want, talk(chat.Transcript())); diff != "" {
		t.Errorf("what the customer reads (-want +got):\n%s", diff)
	}
	chat.Leave()
	ben.awaitContact(chat.ContactID, "ENDED")
	guide.Socket.AwaitEvent("chat.ended")
	wrap := ben.awaitGuide(chat.ContactID, "ENDED", guide.ContactID)
	if view := wrap.Socket.AwaitView(); view.ViewData["Heading"] != "How was it?" {
		t.Errorf("the second view is %+v", view)
	}
	wantGuide(t, wrap, chat)
	if err := second(s, flow); err != nil { // neither guide counts, nor did one give back what was never counted
		t.Errorf("a chat after the first one: %v", err)
	}
	harness.WantRefusal(t, second(s, flow), 429, "LimitExceededException")
	ben.do(200, chat.ContactID, "clear", nil)
	wrap.Socket.AwaitEvent("chat.ended")
	ben.want(404, "GET", "/api/agent/contacts/"+wrap.ContactID+"/token", nil)
	if wrap.Describe().DisconnectTimestamp == nil {
		t.Error("the last guide has not ended")
	}
}

// second starts one more chat.
func second(s *harness.Server, flow string) error {
	_, err := s.TryStart(harness.WithFlow(flow))
	return err
}

// talk lists who said or did what.
func talk(items []participant.Item) (all []string) {
	for _, i := range items {
		what := aws.ToString(i.Content)
		if i.Type != "MESSAGE" {
			what = aws.ToString(i.ContentType)[len("application/vnd.amazonaws.connect.event."):]
		}
		all = append(all, what+" "+string(i.ParticipantRole))
	}
	return all
}

// wantGuide holds what DescribeContact tells of a guide.
func wantGuide(t *testing.T, guide, of *harness.Chat) {
	t.Helper()
	k := guide.Describe()
	if k.InitiationMethod != types.ContactInitiationMethodApi || aws.ToString(k.SegmentAttributes["connect:Subtype"].ValueString) != "connect:Guide" {
		t.Errorf("the guide began by %s as %+v", k.InitiationMethod, k.SegmentAttributes)
	}
	if aws.ToString(k.RelatedContactId) != of.ContactID || aws.ToString(k.InitialContactId) != "" && aws.ToString(k.InitialContactId) != guide.ContactID {
		t.Errorf("the guide is related to %q, its first contact is %q", aws.ToString(k.RelatedContactId), aws.ToString(k.InitialContactId))
	}
	if k.Channel != types.ChannelChat || k.AgentInfo != nil || k.QueueInfo != nil {
		t.Errorf("the guide: channel %s, agent %+v, queue %+v", k.Channel, k.AgentInfo, k.QueueInfo)
	}
}

func wantAttribute(t *testing.T, s *harness.Server, contact, name, value string) {
	t.Helper()
	harness.Await(t, name, 10*time.Second, func() error {
		out, err := s.Connect().GetContactAttributes(context.Background(), &connect.GetContactAttributesInput{InstanceId: &s.InstanceID, InitialContactId: &contact})
		if err != nil || out.Attributes[name] != value {
			return fmt.Errorf("%+v, %v", out, err)
		}
		return nil
	})
}

// TestEachAgentHasAGuideOfItsOwn: who gets the chat by a transfer has another guide than who sent it on, whose guide is over; nobody
// else connects to it.
func TestEachAgentHasAGuideOfItsOwn(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := guided(s)
	ben, eve := newDesk(t, s, "ben", "BasicAgentAccess", "TransferContact.Enabled"), newDesk(t, s, "eve", "BasicAgentAccess")
	ben.choose("Available")
	chat := s.Join(harness.WithFlow(flow))
	offer := ben.awaitContact(chat.ContactID, "CONNECTING")
	ben.accept(chat.ContactID)
	first := ben.awaitGuide(chat.ContactID, "CONNECTED", "")
	eve.want(404, "GET", "/api/agent/contacts/"+first.ContactID+"/token", nil)
	eve.do(409, first.ContactID, "end", nil)
	ben.choose("Offline")
	quick := toQueue(t, s, "Sales", offer.Queue.ID)
	if sent := ben.do(200, chat.ContactID, "transfer", map[string]string{"quick_connect_id": quick}); sent.member(t, "transferred") != true {
		t.Fatalf("the transfer: %s", sent.body)
	}
	first.Socket.AwaitEvent("chat.ended")
	eve.choose("Available")
	next := eve.await("the transferred chat", func(a agentState) bool { return len(a.Contacts) == 1 }).Contacts[0].ContactID
	eve.accept(next)
	own := eve.awaitGuide(next, "CONNECTED", "")
	if view := own.Socket.AwaitView(); view.ViewData["Heading"] != "Order 77 of "+next {
		t.Errorf("the second agent's view is %+v", view)
	}
	wrap := ben.awaitGuide(chat.ContactID, "ENDED", first.ContactID)
	if wrap.ContactID == own.ContactID {
		t.Error("both agents have one guide")
	}
	eve.do(200, own.ContactID, "end", nil) // the agent closes its guide, and keeps the contact
	own.Socket.AwaitEvent("chat.ended")
	eve.await("no guide", func(a agentState) bool {
		return len(a.Contacts) == 1 && a.Contacts[0].Guide == "" && a.Contacts[0].State == "CONNECTED"
	})
}
