package chat_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	participant "github.com/aws/aws-sdk-go-v2/service/connectparticipant"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// written is a chat with the joining and twelve messages, "m1" to "m12".
func written(s *harness.Server) (*harness.Chat, []types.Item) {
	chat := s.Join(s.Quiet())
	for i := range 12 {
		chat.Send(fmt.Sprint("m", i+1))
	}
	return chat, chat.Transcript()
}

// texts names items by their content, the joining by "joined".
func texts(items []types.Item) (found []string) {
	for _, item := range items {
		if item.Content == nil {
			found = append(found, "joined")
			continue
		}
		found = append(found, *item.Content)
	}
	return found
}

// m returns the names of messages from one number to another, in that order.
func m(from, to int) (found []string) {
	step := 1
	if from > to {
		step = -1
	}
	for i := from; i != to+step; i += step {
		found = append(found, fmt.Sprint("m", i))
	}
	return found
}

func TestTranscriptPages(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat, items := written(s)
	fifth := aws.ToString(items[5].Id) // m5
	const (
		back, forward = types.ScanDirectionBackward, types.ScanDirectionForward
		up, down      = types.SortKeyAscending, types.SortKeyDescending
	)
	cases := []struct {
		name string
		in   participant.GetTranscriptInput
		want []string
	}{
		{"defaults: ten, newest first", participant.GetTranscriptInput{}, m(12, 3)},
		{"MaxResults 0 is the default", participant.GetTranscriptInput{MaxResults: aws.Int32(0)}, m(12, 3)},
		{"ascending", participant.GetTranscriptInput{SortOrder: up}, m(3, 12)},
		{"all", participant.GetTranscriptInput{MaxResults: aws.Int32(100), SortOrder: up}, append([]string{"joined"}, m(1, 12)...)},
		{"an empty start is none", participant.GetTranscriptInput{StartPosition: &types.StartPosition{}, SortOrder: up}, m(3, 12)},
		{"backward from an item, inclusive", participant.GetTranscriptInput{
			StartPosition: &types.StartPosition{Id: &fifth}, ScanDirection: back, SortOrder: up, MaxResults: aws.Int32(3),
		}, m(3, 5)},
		{"forward from an item, inclusive", participant.GetTranscriptInput{
			StartPosition: &types.StartPosition{Id: &fifth}, ScanDirection: forward, SortOrder: up, MaxResults: aws.Int32(3),
		}, m(5, 7)},
		{"a start alone goes forward", participant.GetTranscriptInput{
			StartPosition: &types.StartPosition{Id: &fifth}, MaxResults: aws.Int32(3),
		}, m(7, 5)},
		{"forward, newest first", participant.GetTranscriptInput{
			StartPosition: &types.StartPosition{Id: &fifth}, ScanDirection: forward, SortOrder: down, MaxResults: aws.Int32(3),
		}, m(7, 5)},
		{"forward from a time, inclusive", participant.GetTranscriptInput{
			StartPosition: &types.StartPosition{AbsoluteTime: items[5].AbsoluteTime}, ScanDirection: forward, SortOrder: up, MaxResults: aws.Int32(2),
		}, m(5, 6)},
		{"backward from a time, inclusive", participant.GetTranscriptInput{
			StartPosition: &types.StartPosition{AbsoluteTime: items[5].AbsoluteTime}, ScanDirection: back, SortOrder: up, MaxResults: aws.Int32(2),
		}, m(4, 5)},
		{"forward from the third most recent", participant.GetTranscriptInput{
			StartPosition: &types.StartPosition{MostRecent: 3}, ScanDirection: forward, SortOrder: up,
		}, m(10, 12)},
		{"this chat's contact", participant.GetTranscriptInput{ContactId: &chat.ContactID, SortOrder: up}, m(3, 12)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			out, err := chat.Page(&c.in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, texts(out.Transcript)); diff != "" {
				t.Errorf("items (-want +got):\n%s", diff)
			}
			if aws.ToString(out.InitialContactId) != chat.ContactID {
				t.Errorf("InitialContactId is %q", aws.ToString(out.InitialContactId))
			}
		})
	}
}

func TestTranscriptFollowsNextToken(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat, items := written(s)
	want := texts(items)
	for _, direction := range []types.ScanDirection{types.ScanDirectionBackward, types.ScanDirectionForward} {
		for size := int32(1); size <= 14; size++ {
			got := walk(t, chat, direction, size, aws.ToString(items[0].Id))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s in pages of %d (-want +got):\n%s", direction, size, diff)
			}
		}
	}
}

// walk reads all pages in one direction and returns the texts, oldest first.
func walk(t *testing.T, chat *harness.Chat, direction types.ScanDirection, size int32, first string) (got []string) {
	t.Helper()
	in := &participant.GetTranscriptInput{ScanDirection: direction, SortOrder: types.SortKeyAscending, MaxResults: aws.Int32(size)}
	if direction == types.ScanDirectionForward {
		in.StartPosition = &types.StartPosition{Id: &first}
	}
	for range 50 {
		out, err := chat.Page(in)
		if err != nil {
			t.Fatal(err)
		}
		page := texts(out.Transcript)
		if direction == types.ScanDirectionForward {
			got = append(got, page...)
		} else {
			got = append(page, got...)
		}
		if in.NextToken = out.NextToken; aws.ToString(in.NextToken) == "" {
			return got
		}
	}
	t.Fatalf("%s in pages of %d has no end", direction, size)
	return nil
}

func TestTranscriptRefusals(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat, items := written(s)
	other, theirs := written(s)
	page, err := other.Page(&participant.GetTranscriptInput{MaxResults: aws.Int32(1)})
	if err != nil {
		t.Fatal(err)
	}
	id := aws.ToString(items[1].Id)
	cases := map[string]map[string]any{
		"forward without a start": {"ScanDirection": "FORWARD"},
		"forward, empty start":    {"ScanDirection": "FORWARD", "StartPosition": map[string]any{}},
		"another chat's item":     {"StartPosition": map[string]any{"Id": aws.ToString(theirs[1].Id)}},
		"an unknown item":         {"StartPosition": map[string]any{"Id": "nothing"}},
		"two starts":              {"StartPosition": map[string]any{"Id": id, "MostRecent": 3}},
		"no time":                 {"StartPosition": map[string]any{"AbsoluteTime": "yesterday"}},
		"a bad token":             {"NextToken": "noise"},
		"another chat's token":    {"NextToken": aws.ToString(page.NextToken)},
		"101 results":             {"MaxResults": 101},
		"-1 results":              {"MaxResults": -1},
		"unknown direction":       {"ScanDirection": "SIDEWAYS"},
		"unknown order":           {"SortOrder": "RANDOM"},
	}
	for name, body := range cases {
		t.Run(name, func(t *testing.T) {
			s.With(t).Bearer(chat.ConnectionToken, "/participant/transcript", body).Want(t, 400, "ValidationException")
		})
	}
}

func TestTranscriptOfAnotherContactIsEmpty(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat, _ := written(s)
	other, _ := written(s)
	body := map[string]any{"ContactId": other.ContactID}
	got := s.Bearer(chat.ConnectionToken, "/participant/transcript", body).Want(t, 200, "").Members(t)
	if list, ok := got["Transcript"].([]any); !ok || len(list) != 0 {
		t.Errorf("Transcript is %v, want an empty list", got["Transcript"])
	}
}

// TestTranscriptKeepsTheOrderOfTheSocket: one total order for everybody.
func TestTranscriptKeepsTheOrderOfTheSocket(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	bot := joinBot(t, s, chat)
	done := make(chan error, 2)
	for _, sender := range []*harness.Chat{chat, bot} {
		go func() {
			var err error
			for i := range 20 {
				if _, failure := sender.TrySend("text/plain", fmt.Sprint(i)); failure != nil {
					err = failure
				}
			}
			done <- err
		}()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	stored := chat.Transcript()
	want := messageIDs(stored)
	if len(want) != 40 {
		t.Fatalf("%d messages in the transcript, want 40", len(want))
	}
	for _, socket := range []*harness.Socket{chat.Socket, bot.Socket} {
		socket.AwaitItem("the last message", func(i harness.Item) bool { return i.ID == want[39] })
		if diff := cmp.Diff(want, liveMessageIDs(socket.Items())); diff != "" {
			t.Errorf("order on a socket (-transcript +socket):\n%s", diff)
		}
	}
	for i := range stored[1:] {
		if earlier, later := *stored[i].AbsoluteTime, *stored[i+1].AbsoluteTime; later <= earlier {
			t.Errorf("an item of %s follows one of %s", later, earlier)
		}
	}
}

func messageIDs(items []types.Item) (found []string) {
	for _, item := range items {
		if item.Type == types.ChatItemTypeMessage {
			found = append(found, *item.Id)
		}
	}
	return found
}

func liveMessageIDs(items []harness.Item) (found []string) {
	for _, item := range items {
		if item.Type == "MESSAGE" {
			found = append(found, item.ID)
		}
	}
	return found
}
