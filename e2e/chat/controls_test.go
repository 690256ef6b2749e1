package chat_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"

	"parley/e2e/harness"
)

func TestControlsNeedTheirHeader(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	answer, err := http.Post(s.URL+"/_parley/clock/advance", "application/json", strings.NewReader(`{"seconds":3600}`))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode/100 != 4 {
		t.Errorf("without X-Parley-Test the clock answers %d, want a refusal", answer.StatusCode)
	}
	if ahead := time.Until(s.Now()); ahead > time.Minute {
		t.Errorf("the clock is %v ahead after a refused call", ahead)
	}
}

func TestControlsAreClosedByDefault(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.WithoutControls())
	request, err := http.NewRequest("GET", s.URL+"/_parley/clock", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Parley-Test", "1")
	s.Send(request).Want(t, 404, "UnknownOperationException")
}

func TestAdvanceMovesTheClockAndFires(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	s.StartChat(s.Quiet())
	before := s.Now()
	if fired := s.Advance(time.Hour); fired < 1 {
		t.Errorf("%d pieces of work fired, want the connect deadline at least", fired)
	}
	if moved := s.Now().Sub(before); moved < time.Hour || moved > time.Hour+waiting {
		t.Errorf("the clock moved by %v, want an hour", moved)
	}
}

func TestResetErasesChatsAndKeepsResources(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--limit", "active-chats=1"))
	quiet := s.Quiet()
	chat := s.Join(quiet)
	s.Reset()
	_, err := s.Connect().DescribeContact(ctx(), &connect.DescribeContactInput{
		InstanceId: aws.String(s.InstanceID), ContactId: aws.String(chat.ContactID),
	})
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
	_, err = chat.TrySend("text/plain", "x")
	harness.WantRefusal(t, err, 403, "AccessDeniedException")
	s.Join(quiet)
	s.ResetAll()
	_, err = s.TryStart(quiet)
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
	s.StartChat()
}
