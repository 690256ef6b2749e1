package accounts_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	participant "github.com/aws/aws-sdk-go-v2/service/connectparticipant"
	participanttypes "github.com/aws/aws-sdk-go-v2/service/connectparticipant/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// backwards reads a chat's transcript from its end, past chats included: each item as contact and text or event.
func backwards(t *testing.T, c *harness.Chat, size int32, names map[string]string) (list []string) {
	t.Helper()
	in := &participant.GetTranscriptInput{MaxResults: &size, ScanDirection: participanttypes.ScanDirectionBackward, SortOrder: participanttypes.SortKeyDescending}
	for range 200 {
		out, err := c.Page(in)
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Transcript) > int(size) {
			t.Errorf("a page of %d has %d items", size, len(out.Transcript))
		}
		for _, item := range out.Transcript {
			what := strings.TrimPrefix(aws.ToString(item.ContentType), "application/vnd.amazonaws.connect.event.")
			if item.Type == participanttypes.ChatItemTypeMessage {
				what = aws.ToString(item.Content)
			}
			of, current := names[aws.ToString(item.RelatedContactId)], item.ContactId != nil
			if current == (of != "") {
				t.Errorf("%s is of %v and related to %v", what, aws.ToString(item.ContactId), aws.ToString(item.RelatedContactId))
			}
			if !current {
				list = append(list, of+" "+what)
			}
		}
		if in.NextToken = out.NextToken; aws.ToString(in.NextToken) == "" {
			return list
		}
	}
	t.Fatal("the transcript has no end")
	return nil
}

// TestAPersistentChatOverSegments: agent, transfer, survey; what the next chat shows of it, by segment and whole, in pages of any size.
func TestAPersistentChatOverSegments(t *testing.T) {
	t.Parallel()
	aPersistentChatOverSegments(t, house{harness.Start(t)})
}

func aPersistentChatOverSegments(t *testing.T, h house) {
	s := h.at(2)
	ben, eve := newDesk(t, h.at(0), "ben", "BasicAgentAccess", "TransferContact.Enabled"), newDesk(t, h.at(1), "eve", "BasicAgentAccess")
	queues, err := s.Connect().ListQueues(t.Context(), &connect.ListQueuesInput{InstanceId: &s.InstanceID, QueueTypes: []types.QueueType{types.QueueTypeStandard}})
	if err != nil {
		t.Fatal(err)
	}
	queue := aws.ToString(queues.QueueSummaryList[0].Id)
	survey := s.Flow("Survey", harness.Say("How was it?"), harness.Disconnect())
	flow := s.Flow("Shop", harness.Hook("CustomerRemaining", survey), harness.Queue(queue), harness.Enqueue(), harness.End())
	quick := map[string]string{"quick_connect_id": toQueue(t, s, "Sales", queue)}

	ben.choose("Available")
	chat := s.Join(harness.WithFlow(flow))
	ben.awaitContact(chat.ContactID, "CONNECTING")
	ben.accept(chat.ContactID).Send("I am Ben")
	ben.choose("Offline") // next
	ben.do(200, chat.ContactID, "transfer", quick)
	eve.choose("Available")
	second := eve.await("the chat", func(a agentState) bool { return len(a.Contacts) == 1 }).Contacts[0].ContactID
	eve.accept(second).Send("I am Eve")
	chat.Socket.AwaitText("I am Eve")
	chat.Send("thank you")
	eve.do(200, second, "end", nil)
	chat.Socket.AwaitText("How was it?")
	ended := chat.Socket.AwaitEvent("chat.ended")
	third := ended.ContactID
	names := map[string]string{chat.ContactID: "C1", second: "C2", third: "C3"}
	if len(names) != 3 {
		t.Fatalf("the contacts are %v", names)
	}
	wantSegments(t, s, []string{chat.ContactID, second, third})

	c1 := []string{"C1 participant.joined", "C1 participant.joined", "C1 I am Ben", "C1 transfer.succeeded", "C1 participant.left"}
	c2 := []string{"C2 participant.joined", "C2 I am Eve", "C2 thank you", "C2 participant.left"}
	c3 := []string{"C3 How was it?", "C3 participant.left", "C3 chat.ended"}
	for _, how := range []struct {
		kind   types.RehydrationType
		source string
		from   string
		want   []string
	}{
		{types.RehydrationTypeFromSegment, second, second, slices.Concat(c1, c2)},
		{types.RehydrationTypeEntirePastSession, chat.ContactID, third, slices.Concat(c1, c2, c3)},
	} {
		next := s.Join(s.Quiet(), func(in *connect.StartChatContactInput) {
			in.PersistentChat = &types.PersistentChat{RehydrationType: how.kind, SourceContactId: aws.String(how.source)}
		})
		if k := next.Describe(); next.ContinuedFrom != how.from || aws.ToString(k.RelatedContactId) != how.from {
			t.Errorf("%s: continued from %s, related to %s, want %s", how.kind, names[next.ContinuedFrom], names[aws.ToString(k.RelatedContactId)], names[how.from])
		}
		slices.Reverse(how.want)
		for _, size := range []int32{1, 2, 100} {
			if diff := cmp.Diff(how.want, backwards(t, next, size, names)); diff != "" {
				t.Errorf("%s in pages of %d (-want +got):\n%s", how.kind, size, diff)
			}
		}
	}
}

// wantSegments holds DescribeContact of the segments of the story to their chain.
func wantSegments(t *testing.T, s *harness.Server, ids []string) {
	t.Helper()
	previous := ""
	for i, want := range []struct{ method, reason string }{{"API", ""}, {"TRANSFER", "AGENT_DISCONNECT"}, {"DISCONNECT", "CONTACT_FLOW_DISCONNECT"}} {
		out, err := s.Connect().DescribeContact(t.Context(), &connect.DescribeContactInput{InstanceId: &s.InstanceID, ContactId: &ids[i]})
		if err != nil {
			t.Fatal(err)
		}
		k := out.Contact
		if string(k.InitiationMethod) != want.method || aws.ToString(k.DisconnectReason) != want.reason || aws.ToString(k.PreviousContactId) != previous || k.DisconnectTimestamp == nil {
			t.Errorf("segment %d: %s after %q, ended by %q; want %s after %q, %q", i+1, k.InitiationMethod, aws.ToString(k.PreviousContactId), aws.ToString(k.DisconnectReason), want.method, previous, want.reason)
		}
		if initial := aws.ToString(k.InitialContactId); i > 0 && initial != ids[0] {
			t.Errorf("segment %d: the initial contact is %q", i+1, initial)
		}
		previous = ids[i]
	}
}
