package chat_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/connect"

	connectapi "parley/api/connect"
	participantapi "parley/api/participant"
	"parley/e2e/harness"
)

// TestEveryOperationFailsOnPurpose: those that are not built, too; a client that calls them must be testable.
func TestEveryOperationFailsOnPurpose(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	named := regexp.MustCompile(`\{[^}]*\}`)
	check := func(operation, pattern, want string) {
		t.Helper()
		s.Fail(map[string]any{"operation": operation, "error": "throttle"})
		method, path, _ := strings.Cut(pattern, " ")
		s.Signed(method, named.ReplaceAllString(path, "x"), nil).Want(t, 429, want)
	}
	for _, op := range connectapi.Operations() {
		check(op.Name, op.Pattern(), "TooManyRequestsException")
	}
	for _, op := range participantapi.Operations() {
		check(op.Name, op.Pattern(), "ThrottlingException")
	}
	if left := s.Faults(); left != 0 {
		t.Errorf("%d failures were not met", left)
	}
}

// TestAnAnswerThatIsLostIsGivenAgain: what a client token is for, in one line of a builder's test.
func TestAnAnswerThatIsLostIsGivenAgain(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	request := s.Request(s.Quiet(), func(in *connect.StartChatContactInput) { in.ClientToken = aws.String("once") })
	s.Fail(map[string]any{"operation": "StartChatContact", "drop": true, "after": true})
	patient := connect.NewFromConfig(s.Config(), func(o *connect.Options) { o.Retryer = retry.NewStandard() })
	first, err := patient.StartChatContact(ctx(), request)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Connect().StartChatContact(ctx(), request)
	if err != nil || *again.ContactId != *first.ContactId {
		t.Errorf("%v %v, want %s", again, err, *first.ContactId)
	}
	if left := s.Faults(); left != 0 {
		t.Errorf("%d failures were not met", left)
	}
}

func TestAnExpiredTokenOnPurpose(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	s.Fail(map[string]any{"operation": "SendMessage", "error": "expired"})
	_, err := chat.TrySend("text/plain", "x")
	harness.WantRefusal(t, err, 403, "AccessDeniedException")
	if !strings.Contains(err.Error(), "expired") {
		t.Errorf("%v does not say what is wrong", err)
	}
	chat.Connect()
	chat.Send("with a new token")
}

func TestSocketsAreDroppedAndRefusedOnPurpose(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat, other := s.Join(s.Quiet()), s.Join(s.Quiet())
	if n := s.DropSockets(chat.ContactID, 0); n != 1 {
		t.Errorf("%d sockets were dropped, want 1", n)
	}
	if code := chat.Socket.AwaitClose(); code != 0 {
		t.Errorf("a lost network has the close code %d", code)
	}
	s.Fail(map[string]any{"operation": "Websocket", "status": 403})
	if _, status := harness.Dial(t, chat.SocketURL()); status != 403 {
		t.Errorf("the upgrade is answered with %d, want 403", status)
	}
	chat.Connect()
	chat.Send("back")
	chat.Socket.AwaitText("back")
	if n := s.DropSockets(chat.ContactID, 1012); n != 1 {
		t.Errorf("%d sockets were dropped, want 1", n)
	}
	if code := chat.Socket.AwaitClose(); code != 1012 {
		t.Errorf("the close code is %d, want 1012", code)
	}
	other.Send("still here")
	other.Socket.AwaitText("still here")
}

// TestASeedDecidesTheIDs: the same calls after the same seed make the same ids; those of items begin with their time.
func TestASeedDecidesTheIDs(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Greets", harness.Say("hello"), harness.Wait(harness.Week))
	run := func(seed int) (ids []string) {
		s.ResetTo(seed)
		chat := s.Join(harness.WithFlow(flow))
		chat.Socket.AwaitText("hello")
		chat.Send("one")
		chat.Socket.AwaitText("one")
		ids = append(ids, chat.ContactID, chat.ParticipantID)
		for _, item := range chat.Transcript() {
			ids = append(ids, (*item.Id)[len("01a2162d-0f0e-"):])
		}
		return ids
	}
	first, again, other := run(7), run(7), run(8)
	if got, want := strings.Join(again, "\n"), strings.Join(first, "\n"); got != want {
		t.Errorf("the same seed gives\n%s\nwant\n%s", got, want)
	}
	for i := range min(len(first), len(other)) {
		if first[i] == other[i] {
			t.Errorf("id %d is the same under another seed: %s", i, first[i])
		}
	}
}
