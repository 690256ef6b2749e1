package accounts_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"parley/e2e/harness"
)

// awaitGone waits until no workspace of an agent is noted as connected.
func (d *desk) awaitGone(within time.Duration) {
	d.t.Helper()
	harness.Await(d.t, "the agent is gone", within, func() error {
		if d.shown().Connected {
			return errors.New("connected")
		}
		return nil
	})
}

// talking is a chat that an agent has.
func talking(t *testing.T, s *harness.Server, d *desk) *harness.Chat {
	t.Helper()
	d.choose("Available")
	chat := s.Join()
	d.awaitContact(chat.ContactID, "CONNECTING")
	d.accept(chat.ContactID).Send("hello")
	chat.Socket.AwaitText("hello")
	return chat
}

// TestAnAgentWhoseConnectionIsGoneGivesTheChatBack: where the setting says so, to the next agent, as the next contact; the customer stays.
func TestAnAgentWhoseConnectionIsGoneGivesTheChatBack(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ben, eve := newDesk(t, s, "ben", "BasicAgentAccess"), newDesk(t, s, "eve", "BasicAgentAccess")
	configure(t, admin(t, s), map[string]any{"give_back": true, "grace_seconds": 20})
	chat := talking(t, s, ben)
	ben.conn.NetConn().Close()
	ben.awaitGone(10 * time.Second)
	s.Advance(19 * time.Second)
	if got := ben.shown(); len(got.Contacts) != 1 || got.Status.Type != "ROUTABLE" {
		t.Errorf("within the grace ben is %+v", got)
	}
	s.Advance(2 * time.Second)
	if got := ben.shown(); len(got.Contacts) != 0 || got.Status.Type != "OFFLINE" {
		t.Errorf("after the grace ben is %+v", got)
	}
	eve.choose("Available")
	next := eve.await("the chat", func(a agentState) bool { return len(a.Contacts) == 1 }).Contacts[0]
	seat := eve.accept(next.ContactID)
	seat.Send("eve goes on")
	chat.Socket.AwaitText("eve goes on")
	before, after := chat.Describe(), seat.Describe()
	if aws.ToString(before.DisconnectReason) != "AGENT_NETWORK_DISCONNECT" || after.InitiationMethod != "QUEUE_TRANSFER" || aws.ToString(after.PreviousContactId) != chat.ContactID {
		t.Errorf("the contacts: %v, then by %s after %v", aws.ToString(before.DisconnectReason), after.InitiationMethod, aws.ToString(after.PreviousContactId))
	}
}

// TestAnAgentWhoseConnectionIsGoneKeepsTheChat: without the setting the chat waits for the agent.
func TestAnAgentWhoseConnectionIsGoneKeepsTheChat(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ben := newDesk(t, s, "ben", "BasicAgentAccess")
	chat := talking(t, s, ben)
	ben.conn.NetConn().Close()
	ben.awaitGone(10 * time.Second)
	s.Advance(2 * time.Minute)
	if got := ben.shown(); len(got.Contacts) != 1 || got.Next == nil || got.Next.Type != "OFFLINE" {
		t.Errorf("ben is %+v", got)
	}
	ben.open().awaitContact(chat.ContactID, "CONNECTED")
}

// TestTheAgentsOfACrashedServer: nobody noted them as gone; within half a minute that is noticed, and then it is as if their connection were
// gone. Who has come back by then has lost nothing.
func TestTheAgentsOfACrashedServer(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ben, eve := newDesk(t, s, "ben", "BasicAgentAccess"), newDesk(t, s, "eve", "BasicAgentAccess")
	configure(t, admin(t, s), map[string]any{"give_back": true})
	lost := talking(t, s, ben)
	ben.choose("Offline") // next: the second chat is eve's
	kept := talking(t, s, eve)
	s.Kill()
	s.Boot()
	for _, d := range []*desk{ben, eve} {
		d.browser = signIn(t, s, map[string]string{ben.id: "ben", eve.id: "eve"}[d.id], secret)
	}
	eve.open()
	if !ben.shown().Connected {
		t.Error("ben is noted as gone at once: this test shows nothing")
	}
	ben.awaitGone(time.Minute)
	s.Advance(61 * time.Second)
	if got := ben.shown(); len(got.Contacts) != 0 {
		t.Errorf("ben has %+v", got.Contacts)
	}
	if got := eve.shown(); !got.Connected || len(got.Contacts) == 0 || got.Contacts[0].ContactID != kept.ContactID {
		t.Errorf("eve is %+v", got)
	}
	second := eve.await("the chat of ben", func(a agentState) bool { return len(a.Contacts) == 2 }).Contacts[1]
	if k := lost.Describe(); aws.ToString(k.DisconnectReason) != "AGENT_NETWORK_DISCONNECT" || second.State != "CONNECTING" {
		t.Errorf("the chat of ben: %v, eve has it %s", aws.ToString(k.DisconnectReason), second.State)
	}
}
