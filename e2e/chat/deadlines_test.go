package chat_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"parley/e2e/harness"
)

func TestCustomerConnectsWithinFiveMinutes(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.StartChat(s.Quiet())
	s.Advance(299 * time.Second)
	chat.Connect()
	s.Advance(time.Hour)
	if reason := aws.ToString(chat.Describe().DisconnectReason); reason != "" {
		t.Errorf("the connected chat ended with %s", reason)
	}
}

func TestCustomerWhoDoesNotConnectIsDisconnected(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Never", harness.Say("nobody reads this"))
	chat := s.StartChat(harness.WithFlow(flow))
	connection := s.Connection(chat.ParticipantToken) // asking for a URL alone is not connecting
	s.Advance(301 * time.Second)
	if reason := aws.ToString(chat.Describe().DisconnectReason); reason != "CUSTOMER_CONNECTION_NOT_ESTABLISHED" {
		t.Errorf("DisconnectReason is %q, want CUSTOMER_CONNECTION_NOT_ESTABLISHED", reason)
	}
	s.Bearer(chat.ParticipantToken, "/participant/connection", connectBoth()).Want(t, 403, "AccessDeniedException")
	if _, status := harness.Dial(t, aws.ToString(connection.Websocket.Url)); status != 403 {
		t.Errorf("the ended chat's websocket is answered with %d, want 403", status)
	}
}

func TestConnectParticipantMeetsTheRuleWithoutASocket(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Script", harness.Say("hello script"), harness.Wait(harness.Week))
	chat := s.StartChat(harness.WithFlow(flow))
	answer := s.Bearer(chat.ParticipantToken, "/participant/connection", map[string]any{
		"Type": []string{"CONNECTION_CREDENTIALS"}, "ConnectParticipant": true,
	}).Want(t, 200, "")
	chat.ConnectionToken = answer.Members(t)["ConnectionCredentials"].(map[string]any)["ConnectionToken"].(string)
	s.Advance(10 * time.Minute)
	harness.Await(t, "flow's message", waiting, func() error { return hasText(chat, "hello script") })
}

// TestReconnectHasNoDeadline: once connected, a customer may stay away.
func TestReconnectHasNoDeadline(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	chat.Socket.Close()
	chat.Socket.AwaitClose()
	s.Advance(10 * time.Hour)
	chat.Connect().Send("back again")
}

func TestWebsocketURLLives100Seconds(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	early, late := s.Connection(chat.ParticipantToken), s.Connection(chat.ParticipantToken)
	s.Advance(99 * time.Second)
	socket, status := harness.Dial(t, aws.ToString(early.Websocket.Url))
	if socket == nil {
		t.Fatalf("after 99 s the upgrade is answered with %d", status)
	}
	socket.Subscribe()
	s.Advance(2 * time.Second)
	if _, status := harness.Dial(t, aws.ToString(late.Websocket.Url)); status != 403 {
		t.Errorf("after 101 s the upgrade is answered with %d, want 403", status)
	}
}

func TestConnectionTokenLivesADay(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	s.Advance(24*time.Hour - 2*time.Second)
	chat.Send("in time")
	s.Advance(3 * time.Second)
	_, err := chat.TrySend("text/plain", "too late")
	harness.WantRefusal(t, err, 403, "AccessDeniedException")
	chat.Connect().Send("renewed")
}

// TestExpiriesSuitChatjs: it renews 60 s before the expiry, and calls without
// end when that is past or more than 24.8 days ahead.
func TestExpiriesSuitChatjs(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	out := s.Connection(s.StartChat(s.Quiet()).ParticipantToken)
	now := s.Now()
	wantAhead(t, now, aws.ToString(out.ConnectionCredentials.Expiry), 24*time.Hour)
	wantAhead(t, now, aws.ToString(out.Websocket.ConnectionExpiry), 100*time.Second)
}

func wantAhead(t *testing.T, now time.Time, stamp string, want time.Duration) {
	t.Helper()
	expiry, err := time.Parse("2006-01-02T15:04:05.000Z", stamp)
	if err != nil {
		t.Fatal(err)
	}
	if off := expiry.Sub(now) - want; off < -5*time.Second || off > time.Second {
		t.Errorf("the expiry is %v ahead, want %v", expiry.Sub(now), want)
	}
}
