package chat_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// TestADisabledQueueTakesNoNewContacts: the flow takes its error branch; who waits already is served.
func TestADisabledQueueTakesNoNewContacts(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	queue := basicQueue(t, s)
	enqueue := harness.Enqueue()
	enqueue.Errors = map[string]string{"NoMatchingError": "closed", "QueueAtCapacity": "closed"}
	flow := s.Flow("Queue", harness.Queue(queue), enqueue, harness.Say("closed").Named("closed"), harness.End())
	waits := s.Join(harness.WithFlow(flow))
	harness.Await(t, "the queue", waiting, func() error { return queuedAs(waits) })
	set := func(status types.QueueStatus) {
		t.Helper()
		if _, err := s.Connect().UpdateQueueStatus(ctx(), &connect.UpdateQueueStatusInput{InstanceId: &s.InstanceID, QueueId: &queue, Status: status}); err != nil {
			t.Fatal(err)
		}
	}
	set(types.QueueStatusDisabled)
	late := s.Join(harness.WithFlow(flow))
	late.Socket.AwaitText("closed")
	if late.Describe().QueueInfo != nil {
		t.Error("a disabled queue has taken a contact")
	}
	s.Agent("Ben", true, 0).Online()
	waits.AwaitAgent()
	set(types.QueueStatusEnabled)
	s.Join(harness.WithFlow(flow)).AwaitAgent()
}
