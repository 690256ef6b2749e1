package contact_test

import (
	"testing"

	"parley/domain/agent"
	"parley/domain/contact"
	"parley/internal/fault"
)

// Whoever takes part in a chat, as an agent or a supervisor, is not offered a contact of it: it would be there twice.
func TestNobodyIsOfferedAChatThatItIsIn(t *testing.T) {
	r := served(t)
	r.come(mia)
	r.must(func(d *contact.Draft) error {
		_, _, err := d.Monitor(contact.Taker{UserID: mia, DisplayName: "Mia"}, true)
		return err
	})
	id := r.askIn(contact.Target{Name: "Sales", QueueID: queueID})
	for _, user := range []string{ben, mia} {
		if !r.waits().PassedOver[user].After(r.now) {
			t.Errorf("routing would offer the invitation to %s, who is in the chat", user)
		}
		for name, offer := range map[string]func(*contact.Draft) error{
			"offer":  func(d *contact.Draft) error { return d.Offer(id, user, 2) },
			"assign": func(d *contact.Draft) error { return d.Assign(id, user, 2) },
		} {
			wantKind(t, name+" to "+user, r.decide(offer), fault.Conflict)
		}
	}
	r.must(func(d *contact.Draft) error { return d.Offer(id, eve, 2) })
	wantKind(t, "who is offered it watches", r.decide(func(d *contact.Draft) error {
		_, _, err := d.Monitor(contact.Taker{UserID: eve, DisplayName: "Eve"}, true)
		return err
	}), fault.Rule)
	r.must(func(d *contact.Draft) error { return d.Reject(id, eve) })
	r.leave(mia)
	if r.waits().PassedOver[mia].After(r.now) {
		t.Error("who has left the chat is not offered it any more")
	}
	r.takeUp(id, mia)
	if got := r.holds(mia); got != id+" "+string(agent.Connected) {
		t.Errorf("who has left the chat and was asked in has %q", got)
	}
}
