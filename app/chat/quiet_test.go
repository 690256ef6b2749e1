package chat_test

import (
	"testing"
	"time"

	"parley/app/chat"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
)

// TestQuietLooksBackSoFar: what the customer said counts where it is among the last thousand items, else nothing does: asking costs no
// more the longer others have talked.
func TestQuietLooksBackSoFar(t *testing.T) {
	w := newWorld(t)
	ann := w.begin()
	if err := w.SetTimers(t.Context(), here, ann.contact, []contact.TimerUpdate{{Role: transcript.Customer, Kind: session.DisconnectNoncustomer, Minutes: 10}}); err != nil {
		t.Fatal(err)
	}
	ann = w.connect(ann)
	bot := w.bot(ann.contact)
	w.after(2 * time.Minute)
	w.say(ann, 1)
	w.after(time.Minute)
	left := func() chat.Quiet {
		t.Helper()
		q, err := w.Quiet(t.Context(), ann.token)
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	w.say(bot, 999)
	if got := left().Left.Round(time.Minute); got != 9*time.Minute {
		t.Errorf("with 999 items after it: %v are left, want 9m", got)
	}
	w.say(bot, 1)
	if got := left().Left.Round(time.Minute); got != 7*time.Minute {
		t.Errorf("with a thousand items after it: %v are left, want 7m", got)
	}
}
