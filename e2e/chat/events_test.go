package chat_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

func TestTypingIsToldAndNotStored(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	bot := joinBot(t, s, chat)
	chat.Send("before") // a hint may be lost while the bot's socket is still catching up
	bot.Socket.AwaitText("before")
	if err := chat.TryEvent("typing", ""); err != nil {
		t.Fatal(err)
	}
	typing := bot.Socket.AwaitEvent("typing")
	if typing.ParticipantID != chat.ParticipantID || typing.ParticipantRole != "CUSTOMER" || typing.DisplayName != "Customer" {
		t.Errorf("typing: %+v, want the customer", typing)
	}
	chat.Send("typed")
	if n := countType(chat.Transcript(), harness.EventType("typing")); n != 0 {
		t.Errorf("typing is %d times in the transcript", n)
	}
}

func receipt(id string) string { return fmt.Sprintf(`{"messageId":%q,"disableThrottle":true}`, id) }

func TestReceiptsReachTheSender(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	bot := joinBot(t, s, chat)
	id := bot.Send("read me")
	for _, name := range []string{"message.delivered", "message.read"} {
		if err := chat.TryEvent(name, receipt(id)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	read := bot.Socket.AwaitItem("a read receipt", func(i harness.Item) bool {
		return i.Type == "MESSAGEMETADATA" && len(i.MessageMetadata.Receipts) == 1 && i.MessageMetadata.Receipts[0].ReadTimestamp != ""
	})
	got := read.MessageMetadata
	if got.MessageID != id || got.Receipts[0].RecipientParticipantID != chat.ParticipantID {
		t.Errorf("the receipt is %+v, want one by %s for %s", got, chat.ParticipantID, id)
	}
	if read.ContentType != harness.EventType("message.metadata") || read.AbsoluteTime == "" {
		t.Errorf("the receipt's frame is %+v", read)
	}
	wantStoredReceipt(t, bot, id, chat.ParticipantID)
	s.Crash()
	bot.Connect()
	wantStoredReceipt(t, bot, id, chat.ParticipantID)
}

func wantStoredReceipt(t *testing.T, chat *harness.Chat, id, recipient string) {
	t.Helper()
	for _, item := range chat.Transcript() {
		if aws.ToString(item.Id) != id {
			continue
		}
		if item.MessageMetadata == nil || len(item.MessageMetadata.Receipts) != 1 {
			t.Fatalf("the message has no receipt: %+v", item)
		}
		got := item.MessageMetadata.Receipts[0]
		if aws.ToString(got.RecipientParticipantId) != recipient || got.ReadTimestamp == nil || got.DeliveredTimestamp == nil {
			t.Errorf("the stored receipt is %+v", got)
		}
		return
	}
	t.Errorf("the transcript has no item %s", id)
}

// TestReadingOneReadsAllBefore: chatjs sends a receipt for the latest only.
func TestReadingOneReadsAllBefore(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	bot := joinBot(t, s, chat)
	first, second, third := bot.Send("1"), bot.Send("2"), bot.Send("3")
	for _, name := range []string{"message.delivered", "message.read"} {
		if err := chat.TryEvent(name, receipt(second)); err != nil {
			t.Fatal(err)
		}
	}
	wantStoredReceipt(t, bot, first, chat.ParticipantID)
	wantStoredReceipt(t, bot, second, chat.ParticipantID)
	if err := chat.TryEvent("message.read", receipt(first)); err != nil { // late, and no step back
		t.Fatal(err)
	}
	wantStoredReceipt(t, bot, second, chat.ParticipantID)
	for _, item := range bot.Transcript() {
		if *item.Id == third && item.MessageMetadata != nil && len(item.MessageMetadata.Receipts) > 0 {
			t.Errorf("the third message is read: %+v", item.MessageMetadata)
		}
	}
}

// TestConstantReceiptTokens: chatjs sends every receipt with the same
// ClientToken; three messages read must be three receipts seen.
func TestConstantReceiptTokens(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	bot := joinBot(t, s, chat)
	var want []string
	for i := range 3 {
		id := bot.Send(fmt.Sprint("message ", i))
		want = append(want, id)
		s.Bearer(chat.ConnectionToken, "/participant/event", map[string]string{
			"ContentType": harness.EventType("message.read"), "Content": receipt(id), "ClientToken": "INCOMING_READ_RECEIPT",
		}).Want(t, 200, "")
		bot.Socket.AwaitItem("a receipt", func(i harness.Item) bool { return i.MessageMetadata.MessageID == id && i.Type == "MESSAGEMETADATA" })
	}
	var got []string
	for _, item := range bot.Socket.Items() {
		if item.Type == "MESSAGEMETADATA" {
			got = append(got, item.MessageMetadata.MessageID)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("receipts (-want +got):\n%s", diff)
	}
}

func TestEventBodies(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	id := chat.Send("x")
	cases := []struct {
		name, content string
		good          bool
	}{
		{"typing", "", true},
		{"connection.acknowledged", "", true},
		{"message.delivered", receipt(id), true},
		{"message.read", receipt(id), true},
		{"message.read", "no JSON", false},
		{"message.read", "", false},
		{"message.read", `{}`, false},
		{"chat.ended", "", false},
		{"participant.joined", "", false},
		{"unheard.of", "", false},
	}
	for _, c := range cases {
		t.Run(c.name+" "+c.content, func(t *testing.T) {
			err := chat.TryEvent(c.name, c.content)
			if c.good && err != nil {
				t.Error(err)
			}
			if !c.good {
				harness.WantRefusal(t, err, 400, "ValidationException")
			}
		})
	}
	if got := len(chat.Transcript()); got != 2 {
		t.Errorf("the transcript holds %d items, want the joining and the message", got)
	}
}
