package accounts_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// TestAConference: an agent asks another one in, by a queue; both talk with the customer, either may leave, and an invitation can be taken back.
func TestAConference(t *testing.T) { t.Parallel(); aConference(t, house{harness.Start(t)}) }

func aConference(t *testing.T, h house) {
	s := h.at(2)
	ben, eve := newDesk(t, h.at(0), "ben", "BasicAgentAccess", "TransferContact.Enabled"), newDesk(t, h.at(1), "eve", "BasicAgentAccess")
	ben.choose("Available")
	chat := s.Join()
	quick := map[string]string{"quick_connect_id": toQueue(t, s, "Experts", ben.awaitContact(chat.ContactID, "CONNECTING").Queue.ID)}
	seat := ben.accept(chat.ContactID)
	ben.choose("Offline") // next: the invitation goes to somebody else
	eve.choose("Available")
	eve.do(403, chat.ContactID, "invite", quick)

	invited, _ := ben.do(200, chat.ContactID, "invite", quick).member(t, "contact_id").(string)
	takenBack := invited
	if offer := eve.awaitContact(invited, "CONNECTING"); offer.Method != "TRANSFER" || offer.Customer != "Customer" {
		t.Errorf("the invitation is %+v", offer)
	}
	ben.want(200, "DELETE", "/api/agent/invitations/"+invited, nil)
	eve.awaitContact(invited, "")
	eve.do(409, invited, "accept", nil)

	invited, _ = ben.do(200, chat.ContactID, "invite", quick).member(t, "contact_id").(string)
	eve.awaitContact(invited, "CONNECTING")
	expert := eve.accept(invited)
	said := chat.Send("hello both")
	for _, who := range []*harness.Chat{seat, expert} {
		who.Socket.AwaitText("hello both")
	}
	expert.Send("hello Customer")
	seat.Socket.AwaitText("hello Customer")
	chat.Socket.AwaitText("hello Customer")
	harness.WantRefusal(t, seat.TryEvent("message.read", `{"messageId":"`+said+`"}`), 409, "ConflictException")
	ben.do(409, chat.ContactID, "transfer", quick) // another agent is in the chat
	eve.do(200, invited, "end", nil)
	eve.awaitContact(invited, "ENDED")
	seat.Send("I am still here")
	chat.Socket.AwaitText("I am still here")
	ben.do(200, chat.ContactID, "end", nil)
	chat.Socket.AwaitEvent("chat.ended")
	if k := expert.Describe(); k.InitiationMethod != "TRANSFER" || aws.ToString(k.AgentInfo.Id) != eve.id || k.DisconnectTimestamp == nil {
		t.Errorf("the invited agent's contact: %s, %+v, ended %v", k.InitiationMethod, k.AgentInfo, k.DisconnectTimestamp)
	}
	by := made{invited, quick["quick_connect_id"], "Experts", types.QuickConnectTypeQueue}
	first := by
	first.contact = takenBack
	wantNext(t, chat, first, by)
}

// toUser makes a quick connect to a user, of a queue.
func toUser(t *testing.T, s *harness.Server, name, user, queue string) map[string]string {
	t.Helper()
	flow := s.FlowOf(types.ContactFlowTypeAgentTransfer, name, harness.Enqueue(), harness.Disconnect())
	made := s.Signed("PUT", "/quick-connects/"+s.InstanceID, map[string]any{"Name": name, "QuickConnectConfig": map[string]any{
		"QuickConnectType": "USER", "UserConfig": map[string]string{"UserId": user, "ContactFlowId": flow},
	}})
	id := made.Want(t, 200, "").Members(t)["QuickConnectId"].(string)
	s.Signed("POST", "/queues/"+s.InstanceID+"/"+queue+"/associate-quick-connects", map[string]any{"QuickConnectIds": []string{id}}).Want(t, 200, "")
	return map[string]string{"quick_connect_id": id}
}

// TestATransferToAnAgent: by a quick connect to a user, through that user's own queue, and only by one of the queue that the contact came from.
func TestATransferToAnAgent(t *testing.T) {
	t.Parallel()
	aTransferToAnAgent(t, house{harness.Start(t)})
}

func aTransferToAnAgent(t *testing.T, h house) {
	s := h.at(2)
	ben, eve, zoe := newDesk(t, h.at(0), "ben", "BasicAgentAccess", "TransferContact.Enabled"), newDesk(t, h.at(1), "eve", "BasicAgentAccess", "TransferContact.Enabled"), newDesk(t, s, "zoe", "BasicAgentAccess")
	ben.choose("Available")
	chat := s.Join()
	queue := ben.awaitContact(chat.ContactID, "CONNECTING").Queue.ID
	ben.accept(chat.ContactID)
	zoe.choose("Available") // is free for longer than eve
	eve.choose("Available")
	quick := toUser(t, s, "Eve herself", eve.id, queue)
	elsewhere := s.Signed("PUT", "/quick-connects/"+s.InstanceID, map[string]any{"Name": "Elsewhere", "QuickConnectConfig": map[string]any{
		"QuickConnectType": "USER", "UserConfig": map[string]string{"UserId": eve.id, "ContactFlowId": s.FlowOf(types.ContactFlowTypeAgentTransfer, "Elsewhere", harness.Enqueue(), harness.Disconnect())},
	}}).Want(t, 200, "").Members(t)["QuickConnectId"].(string)
	ben.do(409, chat.ContactID, "transfer", map[string]string{"quick_connect_id": elsewhere})
	eve.want(404, "GET", "/api/agent/contacts/"+chat.ContactID+"/quick-connects", nil)
	if sent := ben.do(200, chat.ContactID, "transfer", quick); sent.member(t, "transferred") != true {
		t.Fatalf("the transfer: %s", sent.body)
	}
	next := eve.await("the chat", func(a agentState) bool { return len(a.Contacts) == 1 }).Contacts[0]
	if want := (named{ID: eve.id, Name: "eve", Own: true}); next.Queue != want {
		t.Errorf("it is offered from %+v, want %+v", next.Queue, want)
	}
	seat := eve.accept(next.ContactID)
	seat.Send("I am Eve")
	chat.Socket.AwaitText("I am Eve")
	if got := zoe.shown(); len(got.Contacts) > 0 {
		t.Errorf("zoe has %+v", got.Contacts)
	}
	// what came from an agent's own queue goes anywhere
	eve.do(200, next.ContactID, "transfer", map[string]string{"quick_connect_id": elsewhere})
	if k := seat.Describe(); k.InitiationMethod != "TRANSFER" || aws.ToString(k.AgentInfo.Id) != eve.id || aws.ToString(k.PreviousContactId) != chat.ContactID {
		t.Errorf("the second contact: %s, %+v", k.InitiationMethod, k.AgentInfo)
	}
	wantNext(t, chat, made{next.ContactID, quick["quick_connect_id"], "Eve herself", types.QuickConnectTypeUser})
}

// TestSixTakePart: the customer and five agents, the invited ones included; the sixth agent is refused.
func TestSixTakePart(t *testing.T) { t.Parallel(); sixTakePart(t, house{harness.Start(t)}) }

func sixTakePart(t *testing.T, h house) {
	s := h.at(2)
	ben := newDesk(t, h.at(0), "ben", "BasicAgentAccess", "TransferContact.Enabled")
	ben.choose("Available")
	chat := s.Join()
	queue := ben.awaitContact(chat.ContactID, "CONNECTING").Queue.ID
	ben.accept(chat.ContactID)
	var others []*desk
	var last string
	for _, name := range []string{"one", "two", "three", "four"} {
		other := newDesk(t, h.at(len(others)+1), name, "BasicAgentAccess")
		other.choose("Available")
		invited, _ := ben.do(200, chat.ContactID, "invite", toUser(t, s, name, other.id, queue)).member(t, "contact_id").(string)
		other.awaitContact(invited, "CONNECTING")
		if last = invited; name != "four" { // an invitation counts, too
			other.accept(invited).Send("I am " + name)
			chat.Socket.AwaitText("I am " + name)
		}
		others = append(others, other)
	}
	sixth := newDesk(t, s, "five", "BasicAgentAccess")
	quick := toUser(t, s, "five", sixth.id, queue)
	ben.do(429, chat.ContactID, "invite", quick)
	others[3].do(200, last, "reject", nil)
	invited, _ := ben.do(200, chat.ContactID, "invite", quick).member(t, "contact_id").(string)
	if invited == "" {
		t.Error("after a refusal there is no room")
	}
	ben.do(409, chat.ContactID, "invite", toUser(t, s, "one again", others[0].id, queue))
}
