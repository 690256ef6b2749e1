package chat_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"

	"parley/e2e/harness"
)

// burst calls one function n times at once and returns how often each answer
// ("200 ", "429 TooManyRequestsException") came.
func burst(n int, call func(i int) harness.Response) map[string]int {
	answers := make([]harness.Response, n)
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { answers[i] = call(i) })
	}
	wait.Wait()
	found := map[string]int{}
	for _, answer := range answers {
		found[fmt.Sprint(answer.Status, " ", answer.Error())]++
	}
	return found
}

// within repeats a burst, with full buckets, until it took less time than one
// token needs to come back; a busy machine may need several.
func within(t *testing.T, s *harness.Server, refill time.Duration, n int, call func(i int) harness.Response) map[string]int {
	t.Helper()
	for range 10 {
		s.Advance(time.Minute)
		begin := time.Now()
		found := burst(n, call)
		if time.Since(begin) < refill {
			return found
		}
	}
	t.Fatalf("no burst of %d calls took less than %v", n, refill)
	return nil
}

func TestNinthStartAtOnceIsThrottled(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--limits", "aws"))
	got := within(t, s, 200*time.Millisecond, 9, func(i int) harness.Response {
		return s.Signed("PUT", "/contact/chat", s.Request())
	})
	if got["200 "] != 8 || got["429 TooManyRequestsException"] != 1 {
		t.Errorf("nine starts at once were answered with %v, want eight 200 and one 429 TooManyRequestsException", got)
	}
}

func TestParticipantOperationsAreThrottled(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--limit", "SendMessage=1/2", "--limit", "GetTranscript=1/2"))
	chat := s.Join(s.Quiet())
	message := map[string]string{"ContentType": "text/plain", "Content": "x"}
	for path, body := range map[string]any{"/participant/message": message, "/participant/transcript": map[string]any{}} {
		got := within(t, s, time.Second, 3, func(int) harness.Response { return s.Bearer(chat.ConnectionToken, path, body) })
		if got["200 "] != 2 || got["429 ThrottlingException"] != 1 {
			t.Errorf("%s: three calls were answered with %v, want two 200 and one 429 ThrottlingException", path, got)
		}
	}
}

func TestChatBeyondTheQuotaIsRefused(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--limit", "active-chats=2"))
	first, second := s.StartChat(), s.StartChat(token("second"))
	wantFull(t, s)
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	s.StartChat()
	wantFull(t, s) // the refused start took no slot, and made no contact that holds one
	s.Crash()
	wantFull(t, s)
	if again := s.StartChat(token("second")); again.ContactID != second.ContactID {
		t.Errorf("the replay answers with chat %s, want %s", again.ContactID, second.ContactID)
	}
}

func wantFull(t *testing.T, s *harness.Server) {
	t.Helper()
	_, err := s.TryStart()
	harness.WantRefusal(t, err, 429, "LimitExceededException")
}

func token(value string) harness.Change {
	return func(in *connect.StartChatContactInput) { in.ClientToken = aws.String(value) }
}

func minutes(n int32) harness.Change {
	return func(in *connect.StartChatContactInput) { in.ChatDurationInMinutes = aws.Int32(n) }
}

func TestEveryEndFreesTheSlot(t *testing.T) {
	t.Parallel()
	ends := []struct {
		name string
		end  func(t *testing.T, s *harness.Server)
	}{
		{"the customer leaves", func(t *testing.T, s *harness.Server) { s.Join(s.Quiet()).Leave() }},
		{"StopContact", func(t *testing.T, s *harness.Server) {
			if err := s.Join(s.Quiet()).Stop(); err != nil {
				t.Error(err)
			}
		}},
		{"StopContact before anybody connected", func(t *testing.T, s *harness.Server) {
			if err := s.StartChat().Stop(); err != nil {
				t.Error(err)
			}
		}},
		{"the flow disconnects", func(t *testing.T, s *harness.Server) {
			s.Join(harness.WithFlow(s.Flow("Goodbye", harness.Say("bye")))).Socket.AwaitEvent("chat.ended")
		}},
		{"nobody connects", func(t *testing.T, s *harness.Server) { s.StartChat(); s.Advance(301 * time.Second) }},
		{"the time is over", func(t *testing.T, s *harness.Server) { s.Join(s.Quiet(), minutes(60)); s.Advance(61 * time.Minute) }},
	}
	for _, c := range ends {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := harness.Start(t, harness.Flags("--limit", "active-chats=1"))
			c.end(t, s)
			s.StartChat()
			wantFull(t, s)
		})
	}
}

// TestRefusedStartsLeaveNoTrace: what a rate refuses takes no slot, makes no
// contact and uses up no client token (P10).
func TestRefusedStartsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--limit", "active-chats=2", "--limit", "StartChatContact=0.02/1"))
	s.StartChat()
	for range 5 {
		_, err := s.TryStart(token("again"))
		harness.WantRefusal(t, err, 429, "TooManyRequestsException")
	}
	s.Advance(50 * time.Second)
	chat := s.StartChat(token("again"))
	s.Advance(50 * time.Second)
	if again := s.StartChat(token("again")); again.ContactID != chat.ContactID {
		t.Errorf("the token of the refused starts answers with %s, then with %s", chat.ContactID, again.ContactID)
	}
	s.Advance(50 * time.Second)
	wantFull(t, s)
}
