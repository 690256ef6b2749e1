package accounts_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"parley/e2e/harness"
)

// TestAConference: an agent asks another one in, by a queue; both talk with the customer, either may leave, and an invitation can be taken back.
func TestAConference(t *testing.T) {
	s := harness.Start(t)
	ben, eve := newDesk(t, s, "ben", "BasicAgentAccess", "TransferContact.Enabled"), newDesk(t, s, "eve", "BasicAgentAccess")
	ben.choose("Available")
	chat := s.Join()
	quick := map[string]string{"quick_connect_id": toQueue(t, s, "Experts", ben.awaitContact(chat.ContactID, "CONNECTING").Queue.ID)}
	seat := ben.accept(chat.ContactID)
	ben.choose("Offline") // next: the invitation goes to somebody else
	eve.choose("Available")
	eve.do(403, chat.ContactID, "invite", quick)

	invited, _ := ben.do(200, chat.ContactID, "invite", quick).member(t, "contact_id").(string)
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
}
