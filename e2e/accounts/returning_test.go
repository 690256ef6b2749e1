package accounts_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

func customer(id string) harness.Change {
	return func(in *connect.StartChatContactInput) { in.CustomerId = &id }
}

// finish ends a chat and the agent's work on it.
func finish(t *testing.T, a *harness.Agent, c *harness.Chat) {
	t.Helper()
	c.Leave()
	c.Socket.AwaitEvent("chat.ended")
	if err := a.Clear(c); err != nil {
		t.Error(err)
	}
}

// wantAgent waits for an agent of that name.
func wantAgent(t *testing.T, c *harness.Chat, name string) {
	t.Helper()
	if got := c.AwaitAgent().DisplayName; got != name {
		t.Errorf("%s has the chat, want %s", got, name)
	}
}

// TestCustomersComeBackToTheirAgent: the same CustomerId, or a chat that continues an earlier one, is kept for the agent who served it last,
// for as long as the setting says and the agent is there; though another one has been free for longer.
func TestCustomersComeBackToTheirAgent(t *testing.T) {
	t.Parallel()
	customersComeBackToTheirAgent(t, house{harness.Start(t)})
}

func customersComeBackToTheirAgent(t *testing.T, h house) {
	s := h.at(2)
	ben, eve := h.at(0).Agent("Ben", true, 0), h.at(1).Agent("Eve", true, 0)
	configure(t, admin(t, s), map[string]any{"return_seconds": 30})
	ben.Online()
	first := s.Join(customer("ada"))
	wantAgent(t, first, "Ben")
	eve.Online() // free from now on; Ben only after the chat
	finish(t, ben, first)

	again := s.Join(customer("ada"))
	wantAgent(t, again, "Ben")
	finish(t, ben, again)
	other := s.Join(customer("bob"))
	wantAgent(t, other, "Eve")
	finish(t, eve, other) // now Ben is free for longer
	continued := s.Join(func(in *connect.StartChatContactInput) {
		in.PersistentChat = &types.PersistentChat{RehydrationType: types.RehydrationTypeEntirePastSession, SourceContactId: aws.String(other.ContactID)}
	})
	wantAgent(t, continued, "Eve")
	finish(t, eve, continued)

	busy := []*harness.Chat{s.Join(customer("ada")), s.Join(customer("ada"))}
	for _, c := range busy {
		wantAgent(t, c, "Ben")
	}
	kept := s.Join(customer("ada"))
	s.Join(customer("cid")).AwaitAgent() // came later, and is with Eve already
	if k := kept.Describe(); k.AgentInfo != nil || k.QueueInfo == nil {
		t.Errorf("while Ben is busy: %+v, %+v", k.AgentInfo, k.QueueInfo)
	}
	h.advance(31 * time.Second)
	wantAgent(t, kept, "Eve")
	finish(t, eve, kept)
	for _, c := range busy {
		finish(t, ben, c)
	}
	eve.Status(types.AgentStatusTypeOffline) // next: she takes nothing more
	wantAgent(t, s.Join(customer("ada")), "Ben")
}

// TestWithoutTheSettingNobodyComesBack: the longest available agent gets the chat.
func TestWithoutTheSettingNobodyComesBack(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ben, eve := s.Agent("Ben", true, 0).Online(), s.Agent("Eve", true, 0)
	first := s.Join(customer("ada"))
	wantAgent(t, first, "Ben")
	eve.Online()
	finish(t, ben, first)
	wantAgent(t, s.Join(customer("ada")), "Eve")
}
