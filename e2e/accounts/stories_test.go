package accounts_test

import (
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

// TestATransferThatFails: everybody reads why, and the chat goes on as it was.
func TestATransferThatFails(t *testing.T) {
	t.Parallel()
	aTransferThatFails(t, house{harness.Start(t)})
}

func aTransferThatFails(t *testing.T, h house) {
	s := h.at(2)
	ben := newDesk(t, h.at(0), "ben", "BasicAgentAccess", "TransferContact.Enabled")
	ben.choose("Available")
	chat := s.Join()
	quick := toQueue(t, s, "Sales", ben.awaitContact(chat.ContactID, "CONNECTING").Queue.ID)
	described := s.Signed("GET", "/quick-connects/"+s.InstanceID+"/"+quick, "").Want(t, 200, "").Members(t)["QuickConnect"].(map[string]any)
	flow := described["QuickConnectConfig"].(map[string]any)["QueueConfig"].(map[string]any)["ContactFlowId"].(string)
	s.Signed("POST", "/contact-flows/"+s.InstanceID+"/"+flow+"/metadata", map[string]any{"ContactFlowState": "ARCHIVED"}).Want(t, 200, "")
	seat := ben.accept(chat.ContactID)
	if sent := ben.do(200, chat.ContactID, "transfer", map[string]string{"quick_connect_id": quick}); sent.member(t, "transferred") != false {
		t.Errorf("the transfer: %s", sent.body)
	}
	failed := `transfer.failed {"target":"Sales","outcome":"FAILED","reason":"FLOW_NOT_AVAILABLE"} AGENT`
	for name, who := range map[string]*harness.Chat{"customer": chat, "agent": seat} {
		who.Socket.AwaitEvent("transfer.failed")
		if got := heard(who.Socket); !slices.Contains(got, failed) {
			t.Errorf("the %s hears %v", name, got)
		}
		in := 0
		for _, item := range who.Transcript() {
			if strings.HasSuffix(aws.ToString(item.ContentType), "transfer.failed") {
				in++
			}
		}
		if in != 1 {
			t.Errorf("it is in the transcript of the %s %d times", name, in)
		}
	}
	seat.Send("I am still here")
	chat.Socket.AwaitText("I am still here")
	ben.awaitContact(chat.ContactID, "CONNECTED")
	if k := chat.Describe(); k.DisconnectTimestamp != nil {
		t.Errorf("the contact is over: %+v", k)
	}
}

// TestAnAgentTakesAnotherOut, and a supervisor takes one out: with the reasons that their contacts have then.
func TestAnAgentTakesAnotherOut(t *testing.T) {
	t.Parallel()
	anAgentTakesAnotherOut(t, house{harness.Start(t)})
}

func anAgentTakesAnotherOut(t *testing.T, h house) {
	s := h.at(2)
	ben, eve := newDesk(t, h.at(0), "ben", "BasicAgentAccess", "TransferContact.Enabled"), newDesk(t, h.at(1), "eve", "BasicAgentAccess")
	boss, _ := supervisor(t, h.at(1), "boss", "ManagerListenIn", "ManagerBargeIn")
	ben.choose("Available")
	chat := s.Join()
	queue := ben.awaitContact(chat.ContactID, "CONNECTING").Queue.ID
	ben.accept(chat.ContactID)
	eve.choose("Available")
	quick := toUser(t, s, "Eve", eve.id, queue)
	comes := func() (string, *harness.Chat) {
		invited, _ := ben.do(200, chat.ContactID, "invite", quick).member(t, "contact_id").(string)
		eve.awaitContact(invited, "CONNECTING")
		seat := eve.accept(invited)
		seat.Send("eve is here " + invited)
		chat.Socket.AwaitText("eve is here " + invited)
		return invited, seat
	}
	first, seat := comes()
	ben.want(200, "DELETE", "/api/agent/invitations/"+first, nil)
	eve.awaitContact(first, "ENDED")
	if k := seat.Describe(); aws.ToString(k.DisconnectReason) != "THIRD_PARTY_DISCONNECT" || k.InitiationMethod != "TRANSFER" {
		t.Errorf("taken out by an agent: %v, %s", aws.ToString(k.DisconnectReason), k.InitiationMethod)
	}
	eve.do(200, first, "clear", nil)

	second, seat := comes()
	watch(t, s, boss, chat.ContactID)
	at := "/api/supervise/contacts/" + chat.ContactID
	boss.want(200, "POST", at+"/barge", map[string]bool{"in": true})
	boss.want(200, "POST", at+"/take-over", map[string]string{"user_id": eve.id})
	eve.awaitContact(second, "ENDED")
	if k := seat.Describe(); aws.ToString(k.DisconnectReason) != "BARGED" {
		t.Errorf("taken out by a supervisor: %v", aws.ToString(k.DisconnectReason))
	}
	chat.Socket.AwaitItem("the supervisor", func(i harness.Item) bool { return i.ParticipantRole == "SUPERVISOR" })
	want := []string{
		"participant.joined CUSTOMER", "Hello! Thanks for getting in touch. SYSTEM", "participant.joined AGENT",
		`participant.invited {"target":"Eve"} AGENT`, "participant.joined AGENT", "eve is here " + first + " AGENT", "participant.left AGENT",
		`participant.invited {"target":"Eve"} AGENT`, "participant.joined AGENT", "eve is here " + second + " AGENT",
		"participant.joined SUPERVISOR", "participant.left AGENT",
	}
	harness.Await(t, "all of it", 10*time.Second, func() error { return different(want, heard(chat.Socket)) })
}

func different(want, got []string) error {
	if diff := cmp.Diff(want, got); diff != "" {
		return errDiffers(diff)
	}
	return nil
}

type errDiffers string

func (e errDiffers) Error() string { return "(-want +got):\n" + string(e) }

// TestASurveyAfterTheCustomerLeaves: with DisconnectOnCustomerExit the agent goes and works on, the survey reaches the customer on the same
// socket, and chat.ended comes last.
func TestASurveyAfterTheCustomerLeaves(t *testing.T) {
	t.Parallel()
	aSurveyAfterTheCustomerLeaves(t, house{harness.Start(t)})
}

func aSurveyAfterTheCustomerLeaves(t *testing.T, h house) {
	s := h.at(2)
	ben := newDesk(t, h.at(0), "ben", "BasicAgentAccess")
	ben.choose("Available")
	survey := s.Flow("Survey", harness.Say("How was it?"), harness.Listen(), harness.Say("Thank you"), harness.Disconnect())
	queues := s.Signed("GET", "/queues-summary/"+s.InstanceID+"?queueTypes=STANDARD", "").Want(t, 200, "").Members(t)["QueueSummaryList"].([]any)
	flow := s.Flow("Shop", harness.Hook("CustomerRemaining", survey), harness.Queue(queues[0].(map[string]any)["Id"].(string)), harness.Enqueue(), harness.End())
	chat := s.Join(harness.WithFlow(flow), func(in *connect.StartChatContactInput) {
		in.DisconnectOnCustomerExit = []types.DisconnectOnCustomerExitParticipantType{types.DisconnectOnCustomerExitParticipantTypeAgent}
	})
	ben.awaitContact(chat.ContactID, "CONNECTING")
	seat := ben.accept(chat.ContactID)
	seat.Send("hello")
	chat.Socket.AwaitText("hello")
	chat.Leave()
	ben.awaitContact(chat.ContactID, "ENDED")
	chat.Socket.AwaitText("How was it?")
	chat.Send("good")
	chat.Socket.AwaitText("Thank you")
	ended := chat.Socket.AwaitEvent("chat.ended")
	got := heard(chat.Socket)
	want := []string{
		"participant.joined CUSTOMER", "participant.joined AGENT", "hello AGENT", "participant.left AGENT", "How was it? SYSTEM", "good CUSTOMER", "Thank you SYSTEM",
		"participant.left CUSTOMER", "chat.ended",
	}
	if err := different(want, got); err != nil {
		t.Error(err)
	}
	if k := chat.Describe(); aws.ToString(k.DisconnectReason) != "CUSTOMER_DISCONNECT" || ended.ContactID == chat.ContactID {
		t.Errorf("the first contact is over by %v, the survey was on %s", aws.ToString(k.DisconnectReason), ended.ContactID)
	}
	last, err := s.Connect().DescribeContact(t.Context(), &connect.DescribeContactInput{InstanceId: &s.InstanceID, ContactId: &ended.ContactID})
	if err != nil || last.Contact.InitiationMethod != "DISCONNECT" || aws.ToString(last.Contact.PreviousContactId) != chat.ContactID {
		t.Errorf("the survey's contact: %+v, %v", last, err)
	}
}

// TestARejectedOffer goes on to the next agent; a lone one gets it again after half a minute.
func TestARejectedOffer(t *testing.T) { t.Parallel(); aRejectedOffer(t, house{harness.Start(t)}) }

func aRejectedOffer(t *testing.T, h house) {
	ben, eve := newDesk(t, h.at(0), "ben", "BasicAgentAccess"), newDesk(t, h.at(1), "eve", "BasicAgentAccess")
	ben.choose("Available")
	chat := h.at(2).Join()
	ben.awaitContact(chat.ContactID, "CONNECTING")
	ben.do(200, chat.ContactID, "reject", nil)
	ben.awaitContact(chat.ContactID, "")
	eve.choose("Available")
	eve.awaitContact(chat.ContactID, "CONNECTING")
	eve.do(200, chat.ContactID, "reject", nil)
	eve.awaitContact(chat.ContactID, "")
	if k := chat.Describe(); k.AgentInfo != nil || k.QueueInfo == nil {
		t.Errorf("after two refusals: %+v, %+v", k.AgentInfo, k.QueueInfo)
	}
	h.advance(31 * time.Second)
	ben.awaitContact(chat.ContactID, "CONNECTING")
	chat.Leave() // who goes during an offer takes it back
	ben.awaitContact(chat.ContactID, "")
}

// TestAMissedOffer goes on to the next agent; who missed it clears it, and is offered the next one.
func TestAMissedOffer(t *testing.T) { t.Parallel(); aMissedOffer(t, house{harness.Start(t)}) }

func aMissedOffer(t *testing.T, h house) {
	ben, eve := newDesk(t, h.at(0), "ben", "BasicAgentAccess"), newDesk(t, h.at(1), "eve", "BasicAgentAccess")
	ben.choose("Available")
	chat := h.at(2).Join()
	ben.awaitContact(chat.ContactID, "CONNECTING")
	eve.choose("Available")
	h.advance(21 * time.Second)
	ben.awaitContact(chat.ContactID, "MISSED")
	eve.awaitContact(chat.ContactID, "CONNECTING")
	ben.do(409, chat.ContactID, "accept", nil)
	eve.accept(chat.ContactID).Send("I am Eve")
	chat.Socket.AwaitText("I am Eve")
	next := h.at(0).Join()
	eve.awaitContact(next.ContactID, "CONNECTING") // Ben gets none before he has cleared what he missed
	eve.do(200, next.ContactID, "reject", nil)
	ben.do(200, chat.ContactID, "clear", nil)
	ben.awaitContact(next.ContactID, "CONNECTING")
}

// TestHowManySupervisors: five watch, one takes part.
func TestHowManySupervisors(t *testing.T) {
	t.Parallel()
	howManySupervisors(t, house{harness.Start(t)})
}

func howManySupervisors(t *testing.T, h house) {
	s := h.at(2)
	ben := newDesk(t, h.at(0), "ben", "BasicAgentAccess")
	ben.choose("Available")
	chat := s.Join()
	ben.awaitContact(chat.ContactID, "CONNECTING")
	ben.accept(chat.ContactID)
	at := "/api/supervise/contacts/" + chat.ContactID
	var all []*browser
	for _, name := range []string{"one", "two", "three", "four", "five", "six"} {
		b, _ := supervisor(t, s, name, "ManagerListenIn", "ManagerBargeIn")
		all = append(all, b)
	}
	for _, b := range all[:5] {
		watch(t, s, b, chat.ContactID)
	}
	all[5].want(429, "POST", at+"/monitor", nil)
	all[0].want(200, "POST", at+"/barge", map[string]bool{"in": true})
	all[1].want(429, "POST", at+"/barge", map[string]bool{"in": true})
	watch(t, s, all[5], chat.ContactID) // the first does not only watch any more
	all[0].want(200, "POST", at+"/barge", map[string]bool{"in": false})
	all[1].want(200, "POST", at+"/barge", map[string]bool{"in": true})
}
