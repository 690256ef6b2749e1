package accounts_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"parley/e2e/cluster"
	"parley/e2e/harness"
)

// TestThreeNodesPlayTheCases: each step on another node than the one before.
func TestThreeNodesPlayTheCases(t *testing.T) {
	c := cluster.Start(t, cluster.Config{})
	for name, play := range map[string]func(*testing.T, house){"A2": caseA2, "A5": caseA5, "D2": caseD2, "D4": caseD4} {
		t.Run(name, func(t *testing.T) { play(t, at(t, c)) })
	}
	before, ok := parley(t, c.Nodes[0].Server, "audit", "verify")
	if !ok {
		t.Error(before)
	}
	for name, play := range map[string]func(*testing.T, house){
		"D3 cookies": caseSignIn, "D3 origins": caseOtherSites, "D3 sockets": func(t *testing.T, h house) { caseSockets(t, h) }, "D5": caseChangesAreTold,
	} {
		t.Run(name, func(t *testing.T) { play(t, at(t, c).apart(t)) })
	}
	t.Run("the stories of agents", func(t *testing.T) { // each in an instance of its own, where everybody has another node for the websocket and all for the calls
		for name, play := range map[string]func(*testing.T, house){
			"agents transfer a chat": agentsTransferAChat, "a transfer to an agent": aTransferToAnAgent, "a transfer that fails": aTransferThatFails,
			"a supervisor reassigns": aSupervisorReassigns, "a chat that waits is reassigned": aWaitingChatIsReassigned, "a supervisor whispers": aSupervisorWhispers, "supervisors": supervisors,
			"how many supervisors": howManySupervisors, "a forced status": aForcedStatusGivesOffersBack, "MonitorContact": monitorContact,
			"what keys do to agents": whatKeysDoToAgents, "a conference": aConference, "six take part": sixTakePart, "an agent takes another out": anAgentTakesAnotherOut,
			"a survey after the customer leaves": aSurveyAfterTheCustomerLeaves, "a persistent chat over segments": aPersistentChatOverSegments,
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				play(t, at(t, c).apart(t).around())
			})
		}
	})
	for name, play := range map[string]func(*testing.T, house){ // these move the clocks of all nodes: one after the other, and nothing else meanwhile
		"a rejected offer": aRejectedOffer, "a missed offer": aMissedOffer, "customers come back to their agent": customersComeBackToTheirAgent,
	} {
		t.Run(name, func(t *testing.T) { play(t, at(t, c).apart(t).around()) })
	}
	for _, n := range c.Nodes { // what three nodes wrote at once is one chain
		if text, ok := parley(t, n.Server, "audit", "verify", "--known", before); !ok || text == before {
			t.Errorf("the audit log: %v %s", ok, text)
		}
	}
}

// at is the nodes of a cluster.
func at(t *testing.T, c *cluster.Cluster) (h house) {
	for _, n := range c.Nodes {
		h = append(h, n.With(t))
	}
	return h
}

// apart is the same house for a story that shares nothing with others: in a new instance, with an administrator of its own.
func (h house) apart(t *testing.T) (own house) {
	t.Helper()
	s := h.at(0)
	alias := strings.ReplaceAll(t.Name()[strings.LastIndex(t.Name(), "/")+1:], "_", "-")
	made := s.Signed("PUT", "/instance", map[string]any{
		"InstanceAlias": alias, "IdentityManagementType": "CONNECT_MANAGED", "InboundCallsEnabled": true, "OutboundCallsEnabled": true,
	})
	s = s.In(made.Want(t, 200, "").Members(t)["Id"].(string), "", s.Admin)
	flow := idOf(t, s, "/contact-flows-summary/", "ContactFlowSummaryList", "Sample inbound flow (first contact experience)")
	boss := user(t, s, "admin", idOf(t, s, "/security-profiles-summary/", "SecurityProfileSummaryList", "Admin"))
	for _, node := range h {
		own = append(own, node.In(s.InstanceID, flow, harness.Account{Username: "admin", Password: secret, UserID: boss}))
	}
	return own
}

// around is the same house where the calls of everybody go to all nodes in turn.
func (h house) around() (all house) {
	for _, s := range h {
		all = append(all, s.Around(h...))
	}
	return all
}

// idOf looks an object of an instance up by its name.
func idOf(t *testing.T, s *harness.Server, path, list, name string) string {
	t.Helper()
	for _, one := range s.Signed("GET", path+s.InstanceID+"?maxResults=100", "").Want(t, 200, "").Members(t)[list].([]any) {
		if object := one.(map[string]any); object["Name"] == name {
			return object["Id"].(string)
		}
	}
	t.Fatalf("there is no %s in %s", name, list)
	return ""
}

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
