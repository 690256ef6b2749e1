package chat_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

func TestFlowQueuesTheContact(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	hours, err := createHours(s, "Mine")
	if err != nil {
		t.Fatal(err)
	}
	queue, err := createQueue(s, "Mine", aws.ToString(hours.HoursOfOperationId))
	if err != nil {
		t.Fatal(err)
	}
	flow := s.Flow("To my queue", harness.Queue(aws.ToString(queue.QueueArn)), harness.Say("Queue $.Queue.Name"), harness.Enqueue())
	chat := s.Join(harness.WithFlow(flow))
	chat.Socket.AwaitText("Queue Mine")
	mine := []types.QueueSummary{{Id: queue.QueueId, Name: aws.String("Mine")}}
	harness.Await(t, "queue", waiting, func() error { return inQueue(chat, mine, "Mine") })
	chat.Send("I wait")
	chat.Socket.AwaitText("I wait")
}

func TestFlowLoopsAndEnds(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Thrice",
		harness.Loop(3, "again").Named("loop"),
		harness.Say("done").Then("end"),
		harness.Say("again").Named("again").Then("loop"))
	chat := s.Join(harness.WithFlow(flow))
	chat.Socket.AwaitEvent("chat.ended")
	want := []string{
		"participant.joined CUSTOMER", "again SYSTEM", "again SYSTEM", "again SYSTEM", "done SYSTEM",
		"participant.left CUSTOMER", "chat.ended ",
	}
	if diff := cmp.Diff(want, liveSummaries(chat.Socket.Items())); diff != "" {
		t.Errorf("on the socket (-want +got):\n%s", diff)
	}
	if reason := aws.ToString(chat.Describe().DisconnectReason); reason != "CONTACT_FLOW_DISCONNECT" {
		t.Errorf("DisconnectReason is %q, want CONTACT_FLOW_DISCONNECT", reason)
	}
}

// TestWaitOutlivesACrash: a flow's wait is a stored deadline.
func TestWaitOutlivesACrash(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Later", harness.Say("now"), harness.Wait(3600), harness.Say("later"), harness.Wait(harness.Week))
	chat := s.Join(harness.WithFlow(flow))
	chat.Socket.AwaitText("now")
	s.Crash()
	chat.Connect()
	s.Advance(3598 * time.Second)
	if err := hasText(chat, "later"); err == nil {
		t.Error("the text comes before its time")
	}
	s.Advance(3 * time.Second)
	chat.Socket.AwaitText("later")
	if n := count(contents(chat.Transcript()), "later"); n != 1 {
		t.Errorf("the text came %d times, want once", n)
	}
}
