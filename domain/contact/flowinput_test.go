package contact_test

import (
	"strings"
	"testing"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/transcript"
)

// What waits for a flow in a call is bounded, by number and in all; all of it is in the transcript.
func TestWhatWaitsForAFlowIsBounded(t *testing.T) {
	for name, c := range map[string]struct{ bytes, sent, waiting int }{
		"many":  {10, contact.MaxInputs + 3, contact.MaxInputs},
		"large": {contact.MaxInputBytes/4 - 1, 7, 4},
	} {
		r := ready(t)
		doc := botDocument(t)
		r.run(doc, config())
		_ = r.send(customer, text("one"))
		r.run(doc, config()) // in a call
		before := len(r.items)
		for range c.sent {
			err := r.try(func() (*change.Set, error) {
				return contact.Send(r.s, customer, text(strings.Repeat("x", c.bytes)), contact.TextLimit{Bytes: contact.MaxInputBytes}, setID, r.now)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if len(r.s.Flow.Input) != c.waiting || len(r.items)-before != c.sent {
			t.Errorf("%s: %d wait of %d", name, len(r.s.Flow.Input), len(r.items)-before)
		}
	}
}

// Bots that come and go while a flow is in a call leave one input, not one each.
func TestBotsThatLeaveDuringACall(t *testing.T) {
	r := ready(t)
	r.run(calling(t), config())
	for range 5 {
		r.bot()
		r.must(func(d *contact.Draft) error { return d.Disconnect(bot, config()) })
		for i := range r.s.State.Participants { // the next one has an id of its own
			if p := &r.s.State.Participants[i]; p.Role == transcript.CustomBot {
				p.ID = "gone"
			}
		}
	}
	if len(r.s.Flow.Input) != 1 {
		t.Errorf("%d inputs wait", len(r.s.Flow.Input))
	}
}
