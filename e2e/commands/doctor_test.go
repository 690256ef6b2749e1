package commands_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// wantInOrder fails unless a text has all these, one after the other.
func wantInOrder(t *testing.T, text string, parts ...string) {
	t.Helper()
	rest := text
	for _, part := range parts {
		_, after, found := strings.Cut(rest, part)
		if !found {
			t.Fatalf("%q is not there, or not in its place:\n%s", part, text)
		}
		rest = after
	}
}

const canary = "canary-4711"

// TestDoctorTellsAStory: everything that happened to a chat, in its order, and nothing that was said.
func TestDoctorTellsAStory(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	idle := s.Agent("idle", false, 0).Online()
	chat := s.StartChat(func(in *connect.StartChatContactInput) {
		in.ParticipantDetails = &types.ParticipantDetails{DisplayName: aws.String(canary)}
		in.Attributes = map[string]string{"note": canary}
		in.InitialMessage = &types.ChatMessage{ContentType: aws.String("text/plain"), Content: aws.String(canary)}
	}).Connect()
	harness.Await(t, "the offer", 10*time.Second, func() error {
		if told := run(t, s, "doctor", chat.ContactID); !strings.Contains(told, "offered to user "+idle.UserID) {
			return errors.New(told)
		}
		return nil
	})
	s.Advance(time.Minute)
	agent := s.Agent("busy", true, 0).Online()
	chat.AwaitAgent()
	chat.Send(canary)
	if _, err := chat.TrySend("text/html", canary); err == nil {
		t.Error("text/html was taken")
	}
	s.DropSockets(chat.ContactID, 0)
	chat.Socket.AwaitClose()
	s.Advance(25 * time.Hour) // the chat's duration
	if _, err := chat.TrySend("text/plain", canary); err == nil {
		t.Error("an ended chat took a message")
	}
	told := run(t, s, "doctor", chat.ContactID)
	wantInOrder(t, told, "The contact began: API", "StartChatContact was answered [request ", "websocket of CUSTOMER", "It entered queue",
		"MessageParticipant (block ", "offered to user "+idle.UserID, idle.UserID+" rejected or missed the offer", "User "+agent.UserID+" took it", "Item", "MESSAGE of CUSTOMER (text/plain, 11 characters)",
		"SendMessage was refused with 400 ValidationException", "A websocket of CUSTOMER is over: a test dropped it")
	wantInOrder(t, told, "EXPIRED", "SendMessage was refused with 403 AccessDeniedException")
	_, err := s.Connect().StopContact(t.Context(), &connect.StopContactInput{InstanceId: aws.String(s.InstanceID), ContactId: aws.String(chat.ContactID)})
	harness.WantRefusal(t, err, 410, "ContactNotFoundException")
	told = run(t, s, "doctor", chat.ContactID)
	wantInOrder(t, told, "The chat ended", "StopContact was refused with 410 ContactNotFoundException")
	for _, secret := range []string{canary, chat.ConnectionToken, chat.ParticipantToken} {
		if strings.Contains(told, secret) {
			t.Errorf("%s is told:\n%s", secret, told)
		}
	}
	s.Restart()
	told = run(t, s, "doctor", chat.ContactID)
	wantInOrder(t, told, "The contact began: API", "took it", "The chat ended", "it began at ")
	if strings.Contains(told, "websocket of CUSTOMER is over") {
		t.Errorf("a socket is remembered over a restart, against what is said:\n%s", told)
	}
}

func TestDoctorTellsWhatIsGoingToHappen(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	wantInOrder(t, run(t, s, "doctor", s.StartChat().ContactID), "the customer has not connected yet", "What is going to happen:",
		"CUSTOMER_CONNECTION_NOT_ESTABLISHED", "it ends with EXPIRED")
	if text, err := s.Command("doctor", "00000000-0000-4000-8000-000000000000").CombinedOutput(); err == nil || !strings.Contains(string(text), "not found") {
		t.Errorf("an unknown contact: %v %s", err, text)
	}
}

// TestDoctorTellsTheLastRefusals: a start that was refused has no contact to ask for.
func TestDoctorTellsTheLastRefusals(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	if text := run(t, s, "doctor"); !strings.Contains(text, "No call was refused") {
		t.Errorf("nothing was refused yet: %s", text)
	}
	_, err := s.TryStart(harness.WithFlow("00000000-0000-4000-8000-000000000000"))
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
	var answered *awshttp.ResponseError
	if !errors.As(err, &answered) {
		t.Fatal(err)
	}
	_, err = s.WithKey(s.AccessKeyID, "not the secret").TryStart()
	harness.WantRefusal(t, err, 403, "InvalidSignatureException")
	limited := newKey(t, s, "key", "create", "--operations", "StopContact")
	_, err = limited.TryStart()
	harness.WantRefusal(t, err, 403, "AccessDeniedException")
	told := run(t, s, "doctor")
	wantInOrder(t, told, "StartChatContact was refused with 404 ResourceNotFoundException", answered.RequestID, "403 InvalidSignatureException", "403 AccessDeniedException", "connect:StartChatContact")
	if !regexp.MustCompile(`\[request [0-9a-f-]{36}\]`).MatchString(told) {
		t.Errorf("no request id: %s", told)
	}
}

// TestDoctorTellsForWhomAContactWaits: which step of the routing criteria applies now, in words, and until when.
func TestDoctorTellsForWhomAContactWaits(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join()
	harness.Await(t, "the queue", 10*time.Second, func() error {
		if chat.Describe().QueueInfo == nil {
			return errors.New("it is in no queue")
		}
		return nil
	})
	s.Predefined("Language", "English")
	who := s.Agent("Ben", true, 0)
	_, err := s.Connect().UpdateContactRoutingData(t.Context(), &connect.UpdateContactRoutingDataInput{
		InstanceId: &s.InstanceID, ContactId: &chat.ContactID, RoutingCriteria: &types.RoutingCriteriaInput{Steps: []types.RoutingCriteriaInputStep{
			{Expression: &types.Expression{AttributeCondition: &types.AttributeCondition{
				Name: aws.String("Language"), Value: aws.String("English"), ProficiencyLevel: aws.Float32(3), ComparisonOperator: aws.String("NumberGreaterOrEqualTo"),
			}}, Expiry: &types.RoutingCriteriaInputStepExpiry{DurationInSeconds: aws.Int32(60)}},
			{Expression: &types.Expression{AttributeCondition: &types.AttributeCondition{
				MatchCriteria: &types.MatchCriteria{AgentsCriteria: &types.AgentsCriteria{AgentIds: []string{who.UserID}}},
			}}, Expiry: &types.RoutingCriteriaInputStepExpiry{DurationInSeconds: aws.Int32(30)}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	entered := aws.ToTime(chat.Describe().QueueInfo.EnqueueTimestamp)
	until := func(d time.Duration) string { return entered.Add(d).UTC().Format("2006-01-02 15:04:05") }
	for _, want := range []string{
		`It waits for an agent who has Language "English" at level 3 or more (step 1 of 2 of its routing criteria), until ` + until(time.Minute),
		"It waits for an agent who is user " + who.UserID + " (step 2 of 2 of its routing criteria), until " + until(90*time.Second),
		"It waits for any agent of the queue: the steps of its routing criteria are over",
	} {
		if told := run(t, s, "doctor", chat.ContactID); strings.Count(told, "It waits for") != 1 || !strings.Contains(told, want) {
			t.Errorf("%q is not told, or something else, too:\n%s", want, told)
		}
		s.Advance(61 * time.Second)
	}
}

// TestDoctorTellsWhatIsAmissWithAToken, and the wire does not.
func TestDoctorTellsWhatIsAmissWithAToken(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.StartChat().Connect()
	url := chat.SocketURL()
	_, socket, _ := strings.Cut(url, "=")
	connect, say := map[string]any{"Type": []string{"CONNECTION_CREDENTIALS"}}, map[string]any{"ContentType": "text/plain", "Content": canary}
	refuse := func(token, path string, body any, want string) {
		t.Helper()
		answer := s.Bearer(token, path, body)
		if answer.Status != 403 || strings.Contains(string(answer.Body), "token of") || strings.Contains(string(answer.Body), "belongs") {
			t.Errorf("the answer is %d %s", answer.Status, answer.Body)
		}
		told := run(t, s, "doctor")
		if lines := strings.Split(strings.TrimSpace(told), "\n"); !strings.Contains(lines[len(lines)-1], want) {
			t.Errorf("%q is not in the last of\n%s", want, told)
		}
	}
	refuse(chat.ConnectionToken, "/participant/connection", connect, "; it came with a connection token where a participant token belongs")
	refuse(chat.ParticipantToken, "/participant/message", say, "; it came with a participant token where a connection token belongs")
	refuse(socket, "/participant/message", say, "; it came with the token of a websocket URL where a connection token belongs")
	refuse(chat.ConnectionToken[:40]+"AAAA"+chat.ConnectionToken[44:], "/participant/message", say, "; it came with what is no token of this server")
	if told := run(t, s, "doctor", chat.ContactID); strings.Count(told, "belongs") != 3 {
		t.Errorf("the contact's story is\n%s", told)
	}
	s.Advance(24*time.Hour + time.Minute)
	refuse(chat.ConnectionToken, "/participant/message", say, "; its token has run out")
}
