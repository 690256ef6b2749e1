package chat_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"

	"parley/e2e/harness"
)

// A queue whose MaxContacts is 0 takes no contact; without a number it takes any.
func TestAQueueThatTakesNoContact(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	queue, _ := makeQueue(t, s, "None")
	into := harness.Enqueue()
	into.Errors = map[string]string{"QueueAtCapacity": "full", "NoMatchingError": "failed"}
	flow := s.Flow("To it", harness.Queue(queue), into, harness.Say("failed").Named("failed"), harness.Say("it is full").Named("full"), harness.Wait(harness.Week))
	bound := func(most *int32) {
		t.Helper()
		if _, err := s.Connect().UpdateQueueMaxContacts(ctx(), &connect.UpdateQueueMaxContactsInput{InstanceId: &s.InstanceID, QueueId: &queue, MaxContacts: most}); err != nil {
			t.Fatal(err)
		}
	}
	bound(aws.Int32(0))
	s.Join(harness.WithFlow(flow)).Socket.AwaitText("it is full")
	bound(nil)
	chat := s.Join(harness.WithFlow(flow))
	harness.Await(t, "the queue", 10*time.Second, func() error { return inQueueNow(t, s, chat.ContactID, queue) })
}

func inQueueNow(t *testing.T, s *harness.Server, contact, queue string) error {
	t.Helper()
	if k := segment(t, s, contact); k.QueueInfo == nil || aws.ToString(k.QueueInfo.Id) != queue {
		return errors.New("it is not there")
	}
	return nil
}
