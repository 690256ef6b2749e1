package chat_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	participant "github.com/aws/aws-sdk-go-v2/service/connectparticipant"
	participanttypes "github.com/aws/aws-sdk-go-v2/service/connectparticipant/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

func rehydrate(how, source string) harness.Change {
	return func(in *connect.StartChatContactInput) {
		in.PersistentChat = &types.PersistentChat{RehydrationType: types.RehydrationType(how), SourceContactId: aws.String(source)}
	}
}

// past makes an ended chat that holds these messages.
func past(s *harness.Server, quiet harness.Change, change []harness.Change, messages ...string) *harness.Chat {
	chat := s.Join(append(change, quiet)...)
	for _, message := range messages {
		chat.Send(message)
	}
	chat.Leave()
	chat.Socket.AwaitEvent("chat.ended")
	return chat
}

// allPages reads the whole transcript, past chats included, as the widget
// does: backwards, following NextToken. The result is in the order read.
func allPages(t *testing.T, chat *harness.Chat, size int32) (items []participanttypes.Item) {
	t.Helper()
	in := &participant.GetTranscriptInput{MaxResults: aws.Int32(size), ScanDirection: participanttypes.ScanDirectionBackward}
	for range 1000 {
		out, err := chat.Page(in)
		if err != nil {
			t.Fatalf("GetTranscript: %v", err)
		}
		if got := aws.ToString(out.InitialContactId); got != chat.ContactID {
			t.Errorf("InitialContactId is %s, want the new chat's: %s", got, chat.ContactID)
		}
		items = append(items, out.Transcript...)
		if aws.ToString(out.NextToken) == "" {
			return items
		}
		in.NextToken = out.NextToken
	}
	t.Fatal("the transcript has no end")
	return nil
}

func countType(items []participanttypes.Item, contentType string) (n int) {
	for _, item := range items {
		if aws.ToString(item.ContentType) == contentType {
			n++
		}
	}
	return n
}

func TestPersistentChatContinuesThePast(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"ENTIRE_PAST_SESSION", "FROM_SEGMENT"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			s := harness.Start(t)
			quiet := s.Quiet()
			first := past(s, quiet, []harness.Change{attributes(map[string]string{"a": "old", "b": "old"})}, "one", "two")
			second := past(s, quiet, []harness.Change{rehydrate(how, first.ContactID)}, "three")
			third := s.Join(quiet, rehydrate(how, second.ContactID), attributes(map[string]string{"b": "new"}))
			third.Send("four")
			if third.ContinuedFrom != second.ContactID {
				t.Errorf("ContinuedFromContactId is %s, want %s", third.ContinuedFrom, second.ContactID)
			}
			if got := aws.ToString(third.Describe().RelatedContactId); got != second.ContactID {
				t.Errorf("RelatedContactId is %s, want %s", got, second.ContactID)
			}
			if diff := cmp.Diff(map[string]string{"a": "old", "b": "new"}, stored(t, s, third)); diff != "" {
				t.Errorf("attributes (-want +got):\n%s", diff)
			}
			checkHistory(t, third, []*harness.Chat{third, second, first})
		})
	}
}

// checkHistory reads with several page sizes: the same items each time, none
// lost, none twice, newest first, the past ones with RelatedContactId instead
// of ContactId.
func checkHistory(t *testing.T, chat *harness.Chat, newestFirst []*harness.Chat) {
	t.Helper()
	whole := allPages(t, chat, 100)
	if diff := cmp.Diff([]string{"four", "three", "two", "one"}, contents(whole)); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	for _, size := range []int32{1, 2, 3} {
		if diff := cmp.Diff(ids(whole), ids(allPages(t, chat, size))); diff != "" {
			t.Errorf("pages of %d (-whole +got):\n%s", size, diff)
		}
	}
	last := 0
	for _, item := range whole {
		place, current := placeOf(newestFirst, item), item.ContactId != nil
		if place < last || current != (place == 0) {
			t.Errorf("an item of chat %d comes after one of chat %d: %+v", place, last, item)
		}
		last = place
	}
}

// placeOf tells which of the chats an item belongs to, -1 for none.
func placeOf(chats []*harness.Chat, item participanttypes.Item) int {
	owner := aws.ToString(item.ContactId) + aws.ToString(item.RelatedContactId) // one of the two
	return slices.IndexFunc(chats, func(c *harness.Chat) bool { return c.ContactID == owner })
}

func ids(items []participanttypes.Item) (found []string) {
	seen := map[string]bool{}
	for _, item := range items {
		id := aws.ToString(item.Id)
		if seen[id] {
			id += " again"
		}
		seen[id] = true
		found = append(found, id)
	}
	return found
}

func TestPersistentChatAnnouncesItself(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	quiet := s.Quiet()
	chat := s.Join(quiet, rehydrate("FROM_SEGMENT", past(s, quiet, nil, "x").ContactID))
	chat.Socket.AwaitEvent("chat.rehydrated")
}

func TestPersistentChatRefusals(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	quiet := s.Quiet()
	active, ended := s.Join(quiet), past(s, quiet, nil, "x")
	cases := []struct {
		name   string
		member map[string]string
		status int
		error  string
	}{
		{"an active chat", map[string]string{"RehydrationType": "FROM_SEGMENT", "SourceContactId": active.ContactID}, 400, "InvalidRequestException"},
		{"no type", map[string]string{"SourceContactId": ended.ContactID}, 400, ""},
		{"no source", map[string]string{"RehydrationType": "FROM_SEGMENT"}, 400, ""},
		{"unknown type", map[string]string{"RehydrationType": "ALL", "SourceContactId": ended.ContactID}, 400, "InvalidParameterException"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := start(s.With(t), seedRequest(s), map[string]any{"PersistentChat": c.member})
			if got.Status != c.status || (c.error != "" && got.Error() != c.error) {
				t.Errorf("%d %s, want %d %s", got.Status, got.Error(), c.status, c.error)
			}
		})
	}
}

func TestOnlyTheSameCustomerContinues(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--setting", "require-same-customer=on"))
	quiet := s.Quiet()
	customer := func(id string) harness.Change {
		return func(in *connect.StartChatContactInput) { in.CustomerId = aws.String(id) }
	}
	old := past(s, quiet, []harness.Change{customer("ann")}, "x")
	if _, err := s.TryStart(customer("bob"), rehydrate("FROM_SEGMENT", old.ContactID)); harness.RefusalOf(err).Status/100 != 4 {
		t.Errorf("another customer continues the chat: %v, want a refusal", err)
	}
	if _, err := s.TryStart(customer("ann"), rehydrate("FROM_SEGMENT", old.ContactID)); err != nil {
		t.Errorf("the same customer: %v", err)
	}
}

func TestCreatePersistentContactAssociation(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	quiet := s.Quiet()
	old, chat := past(s, quiet, nil, "old words"), s.Join(quiet)
	out, err := associate(s, chat, old.ContactID)
	if err != nil {
		t.Fatalf("CreatePersistentContactAssociation: %v", err)
	}
	if got := aws.ToString(out.ContinuedFromContactId); got != old.ContactID {
		t.Errorf("ContinuedFromContactId is %s, want %s", got, old.ContactID)
	}
	chat.Socket.AwaitEvent("chat.rehydrated")
	if n := count(contents(allPages(t, chat, 1)), "old words"); n != 1 {
		t.Errorf("the past message is %d times in the transcript, want once", n)
	}
	_, err = associate(s, chat, old.ContactID)
	if got := harness.RefusalOf(err).Status; got != 400 {
		t.Errorf("a second association: %v, want 400", err)
	}
	_, err = associate(s, s.Join(quiet), chat.ContactID)
	harness.WantRefusal(t, err, 400, "InvalidRequestException")
	_, err = associate(s, s.Join(quiet), unknownID)
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
	_, err = associate(s, &harness.Chat{ContactID: unknownID}, old.ContactID)
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
	_, err = associate(s, past(s, quiet, nil, "over"), old.ContactID)
	harness.WantRefusal(t, err, 400, "InvalidRequestException")
}

// TestAssociationTokenReplaysTheAnswer: an association is made once, so a
// client that lost the answer must get it again.
func TestAssociationTokenReplaysTheAnswer(t *testing.T) {
	t.Parallel()
	for _, strict := range []string{"off", "on"} {
		s := harness.Start(t, harness.Flags("--setting", "strict-client-tokens="+strict))
		quiet := s.Quiet()
		old, other, chat := past(s, quiet, nil, "x"), past(s, quiet, nil, "y"), s.Join(quiet)
		for range 2 {
			out, err := associate(s, chat, old.ContactID, "a1")
			if err != nil || aws.ToString(out.ContinuedFromContactId) != old.ContactID {
				t.Errorf("strict %s: %+v (%v), want %s", strict, out, err, old.ContactID)
			}
			s.Restart()
		}
		out, err := associate(s, chat, other.ContactID, "a1")
		if strict == "on" {
			harness.WantRefusal(t, err, 400, "InvalidRequestException")
		} else if err != nil || aws.ToString(out.ContinuedFromContactId) != old.ContactID {
			t.Errorf("another source: %+v (%v), want the first answer", out, err)
		}
	}
}

// associate makes the chat continue another; a client token is optional.
func associate(s *harness.Server, chat *harness.Chat, source string, clientToken ...string) (*connect.CreatePersistentContactAssociationOutput, error) {
	var once *string
	if len(clientToken) > 0 {
		once = &clientToken[0]
	}
	return s.Connect().CreatePersistentContactAssociation(ctx(), &connect.CreatePersistentContactAssociationInput{
		InstanceId: aws.String(s.InstanceID), InitialContactId: aws.String(chat.ContactID), ClientToken: once,
		RehydrationType: types.RehydrationTypeFromSegment, SourceContactId: aws.String(source),
	})
}

func TestRelatedContact(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	quiet := s.Quiet()
	first := s.Join(quiet, attributes(map[string]string{"a": "1", "b": "2"}))
	first.Send("not for the next chat")
	chat := s.Join(quiet, attributes(map[string]string{"b": "3"}), func(in *startInput) { in.RelatedContactId = aws.String(first.ContactID) })
	if diff := cmp.Diff(map[string]string{"a": "1", "b": "3"}, stored(t, s, chat)); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	if texts := contents(allPages(t, chat, 100)); len(texts) != 0 {
		t.Errorf("the new chat's transcript holds %q, want nothing", texts)
	}
	described := chat.Describe()
	if got := aws.ToString(described.RelatedContactId); got != first.ContactID {
		t.Errorf("RelatedContactId is %q, want %s", got, first.ContactID)
	}
	if got, want := described.ContactAssociationId, first.Describe().ContactAssociationId; aws.ToString(got) != aws.ToString(want) {
		t.Errorf("ContactAssociationId is %q, want the related contact's: %q", aws.ToString(got), aws.ToString(want))
	}
	big := s.StartChat(attributes(sized(32768)))
	_, err := s.TryStart(attributes(map[string]string{"c": "x"}), func(in *startInput) { in.RelatedContactId = aws.String(big.ContactID) })
	if got := harness.RefusalOf(err).Status; got != 400 {
		t.Errorf("attributes beyond the limit after copying: %v, want 400", err)
	}
}
