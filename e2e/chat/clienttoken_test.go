package chat_test

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"

	"parley/e2e/harness"
)

// replay starts a chat by raw HTTP and returns the body, which must be a success.
func replay(t *testing.T, s *harness.Server, value string) string {
	t.Helper()
	answer := s.Signed("PUT", "/contact/chat", s.Request(token(value)))
	return string(answer.Want(t, 200, "").Body)
}

func wantSame(t *testing.T, when, first, again string) {
	t.Helper()
	if again != first {
		t.Errorf("%s the answer is\n%s\nwant the first one again:\n%s", when, again, first)
	}
}

func TestClientTokenReplaysTheAnswer(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	first := replay(t, s, "abc")
	wantSame(t, "at once", first, replay(t, s, "abc"))
	if replay(t, s, "ABC") == first {
		t.Error("ABC is answered like abc: tokens are case-sensitive")
	}
	changed := s.Signed("PUT", "/contact/chat", s.Request(token("abc"), func(in *startInput) {
		in.ParticipantDetails.DisplayName = aws.String("Somebody else")
	}))
	wantSame(t, "with another name", first, string(changed.Body))
	s.Restart()
	wantSame(t, "after a restart", first, replay(t, s, "abc"))
}

func TestStrictClientTokensRefuseAnotherBody(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--setting", "strict-client-tokens=on"))
	first := replay(t, s, "abc")
	wantSame(t, "at once", first, replay(t, s, "abc"))
	_, err := s.TryStart(token("abc"), func(in *startInput) { in.ParticipantDetails.DisplayName = aws.String("Somebody else") })
	harness.WantRefusal(t, err, 400, "InvalidRequestException")
}

func TestWithoutClientTokenEveryCallStartsAChat(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	one := s.Signed("PUT", "/contact/chat", s.Request()).Want(t, 200, "")
	two := s.Signed("PUT", "/contact/chat", s.Request()).Want(t, 200, "")
	if bytes.Equal(one.Body, two.Body) {
		t.Errorf("both calls are answered with %s", one.Body)
	}
}

func TestEightParallelCallsMakeOneChat(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--limit", "active-chats=1"))
	var bodies [8]string
	var wait sync.WaitGroup
	for i := range bodies {
		wait.Go(func() { bodies[i] = replay(t, s, "parallel") })
	}
	wait.Wait()
	for _, body := range bodies {
		wantSame(t, "in parallel", bodies[0], body)
	}
	wantFull(t, s)
}

func TestReplayAfterTheEnd(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	first := replay(t, s, "ended")
	chat := s.StartChat(token("ended"))
	if err := chat.Stop(); err != nil {
		t.Fatal(err)
	}
	wantSame(t, "after the end", first, replay(t, s, "ended"))
	s.Advance(7*24*time.Hour - time.Minute)
	wantSame(t, "a minute before seven days", first, replay(t, s, "ended"))
	s.Advance(24 * time.Hour)
	if replay(t, s, "ended") == first {
		t.Error("after eight days the first answer comes again, want a new chat")
	}
}

// TestReplayAfterACrash kills the server while it works on a start: whether or
// not the answer got out, the same token must lead to one chat.
func TestReplayAfterACrash(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--limit", "active-chats=1"))
	for round := range 5 {
		name := "crash-" + string(rune('a'+round))
		answered := make(chan string, 1)
		request := s.SignedRequest("PUT", "/contact/chat", s.Request(token(name)))
		go func() { answered <- attempt(request) }()
		select {
		case body := <-answered:
			answered <- body
		case <-time.After(time.Duration(round) * time.Millisecond):
		}
		s.Crash()
		first := <-answered
		after := replay(t, s, name)
		if first != "" {
			wantSame(t, "after the crash", first, after)
		}
		wantSame(t, "once more", after, replay(t, s, name))
		wantFull(t, s)
		if err := s.StartChat(token(name)).Stop(); err != nil {
			t.Fatal(err)
		}
	}
}

// attempt sends a request and returns the body, "" when the server died first.
func attempt(request *http.Request) string {
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return ""
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return ""
	}
	return string(body)
}

func TestSendMessageTokenStoresOneItem(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	message := map[string]string{"ContentType": "text/plain", "Content": "once", "ClientToken": "m1"}
	send := func() string {
		return string(s.Bearer(chat.ConnectionToken, "/participant/message", message).Want(t, 200, "").Body)
	}
	first := send()
	chat.Connect()
	wantSame(t, "after a reconnect", first, send())
	s.Crash()
	wantSame(t, "after a crash", first, send())
	if n := count(contents(chat.Transcript()), "once"); n != 1 {
		t.Errorf("the message is %d times in the transcript, want once", n)
	}
	for name, other := range map[string]*harness.Chat{"another chat's customer": s.Join(s.Quiet()), "the same chat's bot": joinBot(t, s, chat)} {
		theirs := s.Bearer(other.ConnectionToken, "/participant/message", message).Want(t, 200, "")
		if string(theirs.Body) == first {
			t.Errorf("%s gets this participant's answer for the same token", name)
		}
	}
}

func TestDisconnectTwiceWithOneToken(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	leave := func(token string) error {
		_, err := s.Participant().DisconnectParticipant(ctx(), &connectparticipant.DisconnectParticipantInput{
			ConnectionToken: aws.String(chat.ConnectionToken), ClientToken: aws.String(token),
		})
		return err
	}
	for range 2 {
		if err := leave("bye"); err != nil {
			t.Fatalf("DisconnectParticipant: %v", err)
		}
	}
	harness.WantRefusal(t, leave("another"), 403, "AccessDeniedException")
}
