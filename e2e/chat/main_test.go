// Package chat_test proves, through the front door and with an unchanged AWS
// client, the rules of a customer's chat: one file for each group of rules.
package chat_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant/types"

	"parley/e2e/harness"
)

func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }

// ctx is what calls get that have nothing to cancel them.
func ctx() context.Context { return context.Background() }

// contents returns the texts of the messages among items.
func contents(items []types.Item) (texts []string) {
	for _, item := range items {
		if item.Type == types.ChatItemTypeMessage {
			texts = append(texts, *item.Content)
		}
	}
	return texts
}

// count returns how many of texts are equal to want.
func count(texts []string, want string) (n int) {
	for _, text := range texts {
		if text == want {
			n++
		}
	}
	return n
}

// names returns the members of a JSON object.
func names(members map[string]any) map[string]bool {
	found := map[string]bool{}
	for name := range members {
		found[name] = true
	}
	return found
}

// set returns the set of names.
func set(names ...string) map[string]bool {
	found := map[string]bool{}
	for _, name := range names {
		found[name] = true
	}
	return found
}

// waiting is how long a test waits for what the server does by itself.
const waiting = 10 * time.Second

// startInput is what a harness.Change changes.
type startInput = connect.StartChatContactInput

// hasText tells whether a message is in the transcript.
func hasText(chat *harness.Chat, want string) error {
	if found := contents(chat.Transcript()); count(found, want) == 0 {
		return fmt.Errorf("the transcript holds %q", found)
	}
	return nil
}

// transcriptInput is what harness.Chat.Page sends.
type transcriptInput = connectparticipant.GetTranscriptInput
