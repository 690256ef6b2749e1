package accounts_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant/types"

	"parley/e2e/harness"
)

// TestWhoIsOutReadsNothing: a supervisor whose sign-ins end, and an agent who is deleted, are out of their chats, on open sockets
// and with the tokens that they still have.
func TestWhoIsOutReadsNothing(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ben := newDesk(t, s, "ben", "BasicAgentAccess")
	ben.choose("Available")
	chat := s.Join()
	ben.awaitContact(chat.ContactID, "CONNECTING")
	boss, bossID := supervisor(t, s, "boss", "ManagerListenIn", "ManagerBargeIn")
	seat := ben.accept(chat.ContactID)
	watching := watch(t, s, boss, chat.ContactID)
	eve := newDesk(t, s, "eve", "BasicAgentAccess")

	admin(t, s).want(200, "DELETE", "/api/users/"+bossID+"/sessions", nil)
	boss.want(401, "GET", "/api/me", nil)
	chat.Send("the number of my card")
	seat.Socket.AwaitText("the number of my card")
	_, err := s.Participant().CreateParticipantConnection(t.Context(), &connectparticipant.CreateParticipantConnectionInput{
		ParticipantToken: &watching.ParticipantToken, Type: []types.ConnectionType{types.ConnectionTypeWebsocket},
	})
	harness.WantRefusal(t, err, 403, "AccessDeniedException")
	for _, i := range watching.Socket.Items() {
		if i.Content == "the number of my card" {
			t.Error("the supervisor reads on")
		}
	}

	s.Signed("DELETE", "/users/"+s.InstanceID+"/"+ben.id, "").Want(t, 200, "")
	if _, err := seat.TrySend("text/plain", "I am still here"); err == nil {
		t.Error("the deleted agent speaks")
	}
	eve.choose("Available")
	eve.await("the chat goes to another agent", func(a agentState) bool { return len(a.Contacts) == 1 && a.Contacts[0].Method == "QUEUE_TRANSFER" })
}
