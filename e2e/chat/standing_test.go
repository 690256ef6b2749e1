package chat_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

const standTopic = "parley/queue"

// standing is what a customer hears of where it stands.
type standing struct {
	PositionInQueue      int
	EstimatedWaitSeconds *int
}

// listens subscribes a customer to where it stands.
func listens(c *harness.Chat) *harness.Chat {
	c.Socket.Write(`{"topic":"aws/subscribe","content":{"topics":["parley/queue"]}}`)
	return c
}

// told lists what a customer has heard.
func told(t *testing.T, c *harness.Chat) (list []standing) {
	t.Helper()
	for _, frame := range c.Socket.Frames(standTopic) {
		var inner string
		var item harness.Item
		var s standing
		if json.Unmarshal(frame.Content, &inner) != nil || json.Unmarshal([]byte(inner), &item) != nil || json.Unmarshal([]byte(item.Content), &s) != nil {
			t.Fatalf("the frame is %s", frame.Content)
		}
		if item.Type != "EVENT" || item.ContentType != "application/vnd.parley.event.queue.position" || item.InitialContactID != c.ContactID || item.AbsoluteTime == "" || item.ID == "" {
			t.Errorf("the event is %+v", item)
		}
		list = append(list, s)
	}
	return list
}

// awaitStanding waits until the last thing that a customer has heard is this.
func awaitStanding(t *testing.T, c *harness.Chat, position int) {
	t.Helper()
	harness.Await(t, fmt.Sprintf("position %d", position), waiting, func() error {
		if all := told(t, c); len(all) == 0 || all[len(all)-1].PositionInQueue != position {
			return fmt.Errorf("the customer has heard %v", all)
		}
		return nil
	})
}

// TestACustomerHearsWhereItStands: on a topic of its own, when that changes; nothing of it is in the transcript, nor among the events of
// the chat; and who does not subscribe hears nothing.
func TestACustomerHearsWhereItStands(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	queued := func() *harness.Chat {
		c := s.Join()
		harness.Await(t, "the queue", waiting, func() error { return queuedAs(c) })
		return c
	}
	first, second, quiet := listens(queued()), listens(queued()), queued()
	awaitStanding(t, first, 1)
	awaitStanding(t, second, 2)
	agent := s.Agent("Ben", true, 0)
	first.Leave()
	awaitStanding(t, second, 1)
	slow := s.Agent("Eve", false, 0).Online()
	harness.Await(t, "an offer for each of her slots", waiting, func() error {
		if d := slow.Data(); d == nil || len(d.Contacts) != 2 {
			return fmt.Errorf("the agent is %+v", d)
		}
		return nil
	})
	agent.Online()
	s.Advance(21 * time.Second) // Eve misses them
	second.AwaitAgent()
	awaitStanding(t, second, 0)
	seat := agent.Take(second)
	if err := seatHearsNothing(seat); err != nil {
		t.Error(err)
	}
	got := told(t, second)
	positions := []int{}
	for _, one := range got {
		if len(positions) == 0 || positions[len(positions)-1] != one.PositionInQueue {
			positions = append(positions, one.PositionInQueue)
		}
	}
	if diff := cmp.Diff([]int{2, 1, 0}, positions); diff != "" {
		t.Errorf("the customer heard (-want +got):\n%s", diff)
	}
	if len(quiet.Socket.Frames(standTopic)) > 0 {
		t.Error("a customer who did not ask was told")
	}
	items := append(second.Socket.Items(), quiet.Socket.Items()...)
	if slices.ContainsFunc(items, func(i harness.Item) bool { return i.ContentType == "application/vnd.parley.event.queue.position" }) {
		t.Error("it is among the events of the chat")
	}
	if slices.ContainsFunc(summaries(second.Transcript()), func(s string) bool { return strings.Contains(s, "PositionInQueue") }) {
		t.Error("it is in the transcript")
	}
}

// seatHearsNothing: the topic is for customers.
func seatHearsNothing(seat *harness.Chat) error {
	listens(seat)
	var answer struct{ Status string }
	frame := seat.Socket.AwaitFrame("aws/subscribe")
	for _, frame = range seat.Socket.Frames("aws/subscribe") {
		_ = json.Unmarshal(frame.Content, &answer)
	}
	if len(seat.Socket.Frames(standTopic)) > 0 {
		return fmt.Errorf("an agent was told where the customer stands, answered %s", answer.Status)
	}
	return nil
}

// TestAFlowReadsWhereTheContactStands: a customer queue flow tells position and wait, as GetContactMetrics does.
func TestAFlowReadsWhereTheContactStands(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	queueFlow := s.FlowOf(types.ContactFlowTypeCustomerQueue, "Where you stand", harness.Wait(5),
		harness.Block{Type: "GetMetricData", Parameters: map[string]any{}, Errors: map[string]string{"NoMatchingError": ""}},
		harness.Say("number $.Metrics.Contact.PositionInQueue in $.Metrics.Contact.EstimatedWaitTime seconds"), harness.End())
	flow := s.Flow("Queue", harness.Hook("CustomerQueue", queueFlow), harness.Queue(basicQueue(t, s)), harness.Enqueue(), harness.End())
	agent := s.Agent("Ben", true, 5).Online()
	served := s.Join(harness.WithFlow(flow))
	served.AwaitAgent()
	s.Advance(60 * time.Second) // so long it takes to handle one
	served.Leave()
	s.Advance(6 * time.Second)
	for range 2 {
		s.Join(harness.WithFlow(flow)).AwaitAgent() // both slots are taken
	}
	var chats []*harness.Chat
	for range 2 {
		chats = append(chats, s.Join(harness.WithFlow(flow)))
		harness.Await(t, "the queue", waiting, func() error { return queuedAs(chats[len(chats)-1]) })
	}
	s.Advance(6 * time.Second)
	for i, chat := range chats {
		out, err := s.Connect().GetContactMetrics(ctx(), &connect.GetContactMetricsInput{InstanceId: &s.InstanceID, ContactId: &chat.ContactID, Metrics: []types.ContactMetricInfo{
			{Name: types.ContactMetricNamePositionInQueue}, {Name: types.ContactMetricNameEstimatedWaitTime},
		}})
		if err != nil || len(out.MetricResults) != 2 {
			t.Fatalf("GetContactMetrics: %+v, %v", out, err)
		}
		wait := out.MetricResults[1].Value.(*types.ContactMetricValueMemberNumber).Value
		if wait < 30 || wait > 80 {
			t.Errorf("chat %d waits %v seconds", i, wait)
		}
		harness.Await(t, "what the flow says", waiting, func() error { return hasText(chat, fmt.Sprintf("number %d in %v seconds", i+1, wait)) })
	}
	if agent.Data() == nil {
		t.Error("the agent is gone")
	}
}

func queuedAs(c *harness.Chat) error {
	if c.Describe().QueueInfo == nil {
		return fmt.Errorf("not queued")
	}
	return nil
}
