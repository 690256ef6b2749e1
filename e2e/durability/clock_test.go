package durability_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant/types"

	"parley/e2e/harness"
)

// TestTheClockJumps (P13): the clock goes an hour or a day ahead, and back again while chats go on. What is said keeps its order, its
// times grow, every page of the transcript has it, and what waits happens once.
func TestTheClockJumps(t *testing.T) {
	s := harness.Start(t)
	flow := s.Flow("Waits", harness.Say("before"), harness.Wait(20*60), harness.Say("after"), harness.Wait(harness.Week))
	chat := s.Join(harness.WithFlow(flow))
	chat.Socket.AwaitText("before")
	var said []string
	say := func() { said = append(said, chat.Send(fmt.Sprint("message ", len(said)))) }
	for _, jump := range []time.Duration{time.Hour, 24 * time.Hour} {
		say()
		s.Advance(jump)
		chat.Connect() // a connection token is good for a day
		say()
		s.ResetClock()
		say()
		say()
		s.Restart()
		say()
	}
	wantOrder(t, chat, said)
	late := s.Join(harness.WithFlow(flow)) // its wait begins behind the jumps
	late.Socket.AwaitText("before")
	s.Advance(21 * time.Minute)
	late.Socket.AwaitText("after")
	for name, c := range map[string]*harness.Chat{"the chat of before": chat, "the late one": late} {
		count := 0
		for _, item := range c.Transcript() {
			if aws.ToString(item.Content) == "after" {
				count++
			}
		}
		if count != 1 {
			t.Errorf("%s: the flow went on %d times", name, count)
		}
	}
}

// wantOrder pages through the transcript, one item a page, both ways.
func wantOrder(t *testing.T, chat *harness.Chat, said []string) {
	t.Helper()
	var last time.Time
	for _, item := range chat.Transcript() {
		at, err := time.Parse(time.RFC3339, *item.AbsoluteTime)
		if err != nil {
			t.Fatal(err)
		}
		if !at.After(last) {
			t.Errorf("%s at %v, after %v", *item.Id, at, last)
		}
		last = at
	}
	first := *chat.Transcript()[0].Id
	back := slices.Clone(said)
	slices.Reverse(back)
	wantPages(t, chat, back, connectparticipant.GetTranscriptInput{ScanDirection: types.ScanDirectionBackward})
	wantPages(t, chat, said, connectparticipant.GetTranscriptInput{ScanDirection: types.ScanDirectionForward, StartPosition: &types.StartPosition{Id: &first}})
}

func wantPages(t *testing.T, chat *harness.Chat, want []string, in connectparticipant.GetTranscriptInput) {
	t.Helper()
	at := 0
	for in.MaxResults = aws.Int32(1); ; {
		page, err := chat.Page(&in)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Transcript {
			if at < len(want) && *item.Id == want[at] {
				at++
			}
		}
		if in.NextToken = page.NextToken; in.NextToken == nil {
			break
		}
	}
	if at != len(want) {
		t.Errorf("%s: %d of %d messages in their order", in.ScanDirection, at, len(want))
	}
}
