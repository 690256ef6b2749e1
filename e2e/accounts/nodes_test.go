package accounts_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"parley/e2e/cluster"
	"parley/e2e/harness"
)

// TestThreeNodesUnderAgents: a mention reaches a colleague on another node, a customer hears on a third one where it stands, and when the node
// of an agent is killed the others notice, and its chat goes to somebody else. A customer whose socket on one node is gone is back on another.
func TestThreeNodesUnderAgents(t *testing.T) {
	c := cluster.Start(t, cluster.Config{})
	first, second, third := c.Nodes[0], c.Nodes[1].Server, c.Nodes[2].Server
	ben, eve := newDesk(t, first.Server, "ben", "BasicAgentAccess"), newDesk(t, second, "eve", "BasicAgentAccess")
	configure(t, admin(t, third), map[string]any{"give_back": true, "grace_seconds": 5})
	chat := third.Join()
	chat.Socket.Write(`{"topic":"aws/subscribe","content":{"topics":["parley/queue"]}}`)
	chat.Socket.AwaitFrame("parley/queue")
	ben.choose("Available")
	ben.awaitContact(chat.ContactID, "CONNECTING")
	seat := ben.accept(chat.ContactID)
	seat.Send("I am Ben")
	chat.Socket.AwaitText("I am Ben")
	harness.Await(t, "the wait is over", 10*time.Second, func() error {
		if n := len(chat.Socket.Frames("parley/queue")); n < 2 {
			return fmt.Errorf("%d frames", n)
		}
		return nil
	})
	chat.Socket.Close() // on the third node; the agent's is on the first one
	ben.want(200, "POST", "/api/agent/contacts/"+chat.ContactID+"/notes", map[string]string{"text": "@eve, have a look"})
	eve.await("the mention", func(a agentState) bool { return len(a.Mentions) == 1 })

	harness.Await(t, "the loss of the customer", 30*time.Second, func() error {
		if n := len(seat.Socket.Items()); seat.Socket.Items()[n-1].ContentType != harness.EventType("participant.inactive") {
			return fmt.Errorf("%d items", n)
		}
		return nil
	})
	chat = second.Seat(chat.ContactID, chat.ParticipantToken)
	seat.Socket.AwaitEvent("participant.active")
	eve.choose("Available")
	first.Kill()
	var next held
	harness.Await(t, "the chat of the dead node's agent", time.Minute, func() error {
		got := eve.shown()
		if len(got.Contacts) != 1 {
			return fmt.Errorf("eve is %+v", got)
		}
		next = got.Contacts[0]
		return nil
	})
	eve.accept(next.ContactID).Send("I am Eve")
	chat.Socket.AwaitText("I am Eve")
	if k := chat.Describe(); aws.ToString(k.DisconnectReason) != "AGENT_NETWORK_DISCONNECT" || next.Method != "QUEUE_TRANSFER" {
		t.Errorf("the first contact is over by %v, the second began by %s", aws.ToString(k.DisconnectReason), next.Method)
	}
}
