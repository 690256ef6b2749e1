package chat_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"parley/e2e/harness"
)

func TestDurationBounds(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	cases := map[string]string{
		"59": "InvalidParameterException", "60": "", "10080": "", "10081": "InvalidParameterException",
		"0": "InvalidParameterException", "-60": "InvalidParameterException",
	}
	for minutes, want := range cases {
		t.Run(minutes, func(t *testing.T) {
			status := 200
			if want != "" {
				status = 400
			}
			durationRequest(s.With(t), minutes).Want(t, status, want)
		})
	}
	for _, wrong := range []string{`"60"`, "60.5", "true", "1e400", "99999999999999999999"} {
		if got := durationRequest(s, wrong); got.Status != 400 {
			t.Errorf("%s minutes: %d %s, want 400", wrong, got.Status, got.Error())
		}
	}
}

func durationRequest(s *harness.Server, minutes string) harness.Response {
	return s.Signed("PUT", "/contact/chat", fmt.Sprintf(
		`{"InstanceId":%q,"ContactFlowId":%q,"ParticipantDetails":{"DisplayName":"Customer"},"ChatDurationInMinutes":%s}`,
		s.InstanceID, s.ContactFlowID, minutes))
}

func TestCustomDurationsCanBeTurnedOff(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--setting", "custom-chat-duration=off"))
	durationRequest(s, "60").Want(t, 400, "InvalidRequestException")
	durationRequest(s, "1500").Want(t, 400, "InvalidRequestException")
	chat := s.Join(s.Quiet())
	s.Advance(25*time.Hour + 10*time.Second)
	wantExpired(t, s, chat)
}

func TestChatExpires(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		change  []harness.Change
		minutes int
	}{
		{"after 25 hours by default", nil, 25 * 60},
		{"after 60 minutes", []harness.Change{minutes(60)}, 60},
		{"after seven days", []harness.Change{minutes(10080)}, 10080},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := harness.Start(t)
			chat := s.Join(append(c.change, s.Quiet())...)
			s.Advance(time.Duration(c.minutes)*time.Minute - 10*time.Second)
			chat.Connect() // the connection token may be over
			chat.Send("still here")
			s.Advance(15 * time.Second)
			wantExpired(t, s, chat)
		})
	}
}

func wantExpired(t *testing.T, s *harness.Server, chat *harness.Chat) {
	t.Helper()
	chat.Socket.AwaitEvent("chat.ended")
	contact := chat.Describe()
	if got := aws.ToString(contact.DisconnectReason); got != "EXPIRED" {
		t.Errorf("DisconnectReason is %q, want EXPIRED", got)
	}
	if contact.DisconnectTimestamp == nil {
		t.Error("the contact has no DisconnectTimestamp")
	}
	s.Bearer(chat.ParticipantToken, "/participant/connection", connectBoth()).Want(t, 403, "AccessDeniedException")
}

func connectBoth() map[string]any {
	return map[string]any{"Type": []string{"WEBSOCKET", "CONNECTION_CREDENTIALS"}}
}

// TestLongChatRenewsItsToken: a connection token lives a day, a chat up to seven.
func TestLongChatRenewsItsToken(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(minutes(10080), s.Quiet())
	for day := range 6 {
		s.Advance(24 * time.Hour)
		chat.Socket.Close() // a participant has five at most
		chat.Connect().Send(fmt.Sprint("day ", day))
	}
	if got := len(contents(chat.Transcript())); got != 6 {
		t.Errorf("%d messages in the transcript, want 6", got)
	}
}

// TestExpiryFiresOnceAfterACrash: the deadline is stored, not a timer in memory.
func TestExpiryFiresOnceAfterACrash(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(minutes(60), s.Quiet())
	s.Crash()
	chat.Connect()
	s.Advance(61 * time.Minute)
	wantExpired(t, s, chat)
	s.Advance(time.Hour)
	s.Crash()
	s.Advance(time.Hour)
	if got := aws.ToString(chat.Describe().DisconnectReason); got != "EXPIRED" {
		t.Errorf("DisconnectReason is %q after another crash, want EXPIRED", got)
	}
	next := s.Join(s.Quiet(), rehydrate("FROM_SEGMENT", chat.ContactID))
	if n := countType(allPages(t, next, 10), harness.EventType("chat.ended")); n != 1 {
		t.Errorf("the expired chat's transcript holds chat.ended %d times, want once", n)
	}
}
