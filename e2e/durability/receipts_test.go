package durability_test

import (
	"fmt"
	"strings"
	"testing"

	"parley/client"
	"parley/e2e/harness"
)

// TestReceiptsSurviveAKill kills the program as soon as a read receipt was
// acknowledged: the transcript shows it afterwards (P1, SendEvent).
func TestReceiptsSurviveAKill(t *testing.T) {
	s := harness.Start(t)
	flow := s.Flow("Receipts", harness.Wait(harness.Week))
	r := enter(t, newAPI(t, s, s.URL).signed, flow, "room")
	customer, bot := r.people[0].chat, r.people[1].chat
	for n := range count(4, 50) {
		text := fmt.Sprint("message ", n)
		sent, err := bot.SendMessage(t.Context(), client.Message{ContentType: client.TextPlain, Content: text, ClientToken: text})
		if err != nil {
			t.Fatal(err)
		}
		receipt := client.Message{ContentType: client.EventPrefix + "message.read", Content: fmt.Sprintf(`{"messageId":%q}`, sent.ID)}
		if _, err := customer.SendEvent(t.Context(), receipt); err != nil {
			t.Fatal(err)
		}
		s.Crash()
		page, err := customer.Transcript(t.Context(), client.Query{MaxResults: 1})
		if err != nil {
			t.Fatal(err)
		}
		if item := page.Items[0]; item.ID != sent.ID || !strings.Contains(item.Metadata, "ReadTimestamp") {
			t.Errorf("%s was read; after the kill the newest item is %s with metadata %q", sent.ID, item.ID, item.Metadata)
		}
	}
}
