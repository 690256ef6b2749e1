package chat_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	connecttypes "github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

func TestWholeChat(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Welcome", harness.Say("Welcome"), harness.Wait(harness.Week))
	chat := s.Join(harness.WithFlow(flow))
	chat.Socket.AwaitText("Welcome")
	id := chat.Send("hi there")
	if echo := chat.Socket.AwaitText("hi there"); echo.ID != id || echo.ParticipantID != chat.ParticipantID {
		t.Errorf("the echo is %+v, want id %s from participant %s", echo, id, chat.ParticipantID)
	}
	want := []string{"participant.joined CUSTOMER", "Welcome SYSTEM", "hi there CUSTOMER"}
	if diff := cmp.Diff(want, summaries(chat.Transcript())); diff != "" {
		t.Errorf("transcript (-want +got):\n%s", diff)
	}
	chat.Leave()
	items := awaitEnd(chat)
	live := liveSummaries(items)
	if diff := cmp.Diff(append(want, "participant.left CUSTOMER", "chat.ended "), live); diff != "" {
		t.Errorf("on the socket (-want +got):\n%s", diff)
	}
	checkItems(t, chat, items)
}

func awaitEnd(chat *harness.Chat) []harness.Item {
	chat.Socket.AwaitEvent("chat.ended")
	return chat.Socket.Items()
}

// checkItems holds every live item to what Android and chatjs need of it.
func checkItems(t *testing.T, chat *harness.Chat, items []harness.Item) {
	t.Helper()
	last := ""
	for _, item := range items {
		if item.ID == "" || item.ContentType == "" || item.InitialContactID != chat.ContactID || item.ContactID != chat.ContactID {
			t.Errorf("an item lacks ids or type: %+v", item)
		}
		if len(item.AbsoluteTime) != len("2006-01-02T15:04:05.000Z") || item.AbsoluteTime <= last {
			t.Errorf("the time of %+v is not after %s, in milliseconds", item, last)
		}
		last = item.AbsoluteTime
		if item.ContentType != harness.EventType("chat.ended") && (item.DisplayName == "" || item.ParticipantID == "") {
			t.Errorf("an item has no DisplayName or ParticipantId: %+v", item)
		}
	}
}

const eventPrefix = "application/vnd.amazonaws.connect.event."

func summaries(items []types.Item) (lines []string) {
	for _, item := range items {
		lines = append(lines, summary(aws.ToString(item.Content), aws.ToString(item.ContentType), string(item.ParticipantRole)))
	}
	return lines
}

func liveSummaries(items []harness.Item) (lines []string) {
	for _, item := range items {
		lines = append(lines, summary(item.Content, item.ContentType, item.ParticipantRole))
	}
	return lines
}

func summary(content, contentType, role string) string {
	if len(contentType) > len(eventPrefix) && contentType[:len(eventPrefix)] == eventPrefix {
		content = contentType[len(eventPrefix):]
	}
	return content + " " + role
}

// TestOnlyTheBannersVariables needs nothing but what the banner prints.
func TestOnlyTheBannersVariables(t *testing.T) {
	s := harness.Start(t)
	for _, pair := range s.Environment() {
		name, value, _ := strings.Cut(pair, "=")
		t.Setenv(name, value)
	}
	t.Setenv("HOME", t.TempDir())
	cfg, err := config.LoadDefaultConfig(ctx())
	if err != nil {
		t.Fatal(err)
	}
	started, err := connect.NewFromConfig(cfg).StartChatContact(ctx(), &connect.StartChatContactInput{
		InstanceId: aws.String(s.InstanceID), ContactFlowId: aws.String(s.ContactFlowID),
		ParticipantDetails: &connecttypes.ParticipantDetails{DisplayName: aws.String("Customer")},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = connectparticipant.NewFromConfig(cfg).CreateParticipantConnection(ctx(), &connectparticipant.CreateParticipantConnectionInput{
		ParticipantToken: started.ParticipantToken, Type: []types.ConnectionType{types.ConnectionTypeWebsocket},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestDefaultFlowGreetsAndQueues: the flow of the ready file.
func TestDefaultFlowGreetsAndQueues(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join()
	greeting := chat.Socket.AwaitItem("a greeting", func(i harness.Item) bool { return i.Type == "MESSAGE" })
	if greeting.ParticipantRole != "SYSTEM" || greeting.Content == "" {
		t.Errorf("the greeting is %+v, want a text from SYSTEM", greeting)
	}
	queues, err := s.Connect().ListQueues(ctx(), &connect.ListQueuesInput{
		InstanceId: aws.String(s.InstanceID), QueueTypes: []connecttypes.QueueType{connecttypes.QueueTypeStandard},
	})
	if err != nil {
		t.Fatal(err)
	}
	harness.Await(t, "queue", waiting, func() error { return inQueue(chat, queues.QueueSummaryList, "BasicQueue") })
}

func inQueue(chat *harness.Chat, queues []connecttypes.QueueSummary, name string) error {
	contact := chat.Describe()
	if contact.QueueInfo == nil {
		return errors.New("the contact is in no queue")
	}
	for _, queue := range queues {
		if aws.ToString(queue.Id) == aws.ToString(contact.QueueInfo.Id) && aws.ToString(queue.Name) == name {
			return nil
		}
	}
	return fmt.Errorf("the contact is in queue %s, which is not %s", aws.ToString(contact.QueueInfo.Id), name)
}
