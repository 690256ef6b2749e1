package chat_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"parley/e2e/harness"
)

// TestACustomerIsLostAndBack: the agent is told, the customer and the transcript are not; whoever comes later is told, too; after a crash
// nobody has to be connected for it; and the chat ends where that is set.
func TestACustomerIsLostAndBack(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--setting", "end-without-customer-minutes=5"))
	ben := s.Agent("Ben", true, 0).Online()
	chat := s.Join()
	chat.AwaitAgent()
	agent := ben.Take(chat)
	passes := func(what string, step time.Duration, c *harness.Chat, event string, times int) {
		t.Helper()
		harness.Await(t, what, 30*time.Second, func() error {
			s.Advance(step)
			if got := heardOf(c, event); got < times {
				return errors.New("not yet")
			}
			return nil
		})
	}
	chat.Socket.Close()
	passes("the loss", 11*time.Second, agent, "participant.inactive", 1)
	chat.Connect()
	agent.Socket.AwaitEvent("participant.active")
	if heardOf(chat, "participant.inactive")+heardOf(chat, "participant.active") != 0 {
		t.Error("the customer is told of its own connection")
	}
	chat.Socket.Close()
	passes("the second loss", 11*time.Second, agent, "participant.inactive", 2)
	s.Kill()
	s.Boot()
	passes("the end", time.Minute, agent.Connect(), "chat.ended", 1)
	if k := chat.Describe(); aws.ToString(k.DisconnectReason) != "CUSTOMER_DISCONNECT" {
		t.Errorf("the chat is over by %v", aws.ToString(k.DisconnectReason))
	}
}

// heardOf is how often a participant heard of an event.
func heardOf(c *harness.Chat, event string) (n int) {
	for _, i := range c.Socket.Items() {
		if i.ContentType == harness.EventType(event) {
			n++
		}
	}
	return n
}

// TestALossIsStoredWhenTheDropIsAnswered: a clock that is moved right afterwards meets it.
func TestALossIsStoredWhenTheDropIsAnswered(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ben := s.Agent("Ben", true, 0).Online()
	chat := s.Join()
	chat.AwaitAgent()
	agent := ben.Take(chat)
	for i := range 15 {
		if n := s.LoseSockets(chat.ContactID, chat.ParticipantID); n != 1 {
			t.Fatalf("%d sockets were dropped", n)
		}
		s.Advance(11 * time.Second)
		harness.Await(t, "the loss", 5*time.Second, func() error {
			if heardOf(agent, "participant.inactive") <= i {
				return errors.New("nothing is heard of it")
			}
			return nil
		})
		chat.Connect()
	}
}
