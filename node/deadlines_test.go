package node

import (
	"slices"
	"strings"
	"testing"

	"parley/app/account"
	"parley/app/alert"
	"parley/app/deliver"
	"parley/app/privacy"
	"parley/app/router"
	"parley/app/story"
)

// Every deadline that a chat may have is told ahead in plain words.
func TestEveryDeadlineHasWords(t *testing.T) {
	ofNoChat := []string{router.DueAgent, account.DueEnd, account.DueGuess, alert.DueEvent, deliver.DueAgain, privacy.DueErase, privacy.DueRetain}
	n, err := Start(t.Context(), Config{Listen: "127.0.0.1:0", Data: t.TempDir() + "/data", LogTo: new(strings.Builder)})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Stop(t.Context())
	kinds := n.due.Kinds()
	for _, kind := range kinds {
		if text, known := story.Deadline(kind); known == slices.Contains(ofNoChat, kind) || known && text == "" {
			t.Errorf("the deadline %q is told as %q", kind, text)
		}
	}
	if len(kinds) < 20 {
		t.Errorf("only %d kinds of deadlines are known: %q", len(kinds), kinds)
	}
}
