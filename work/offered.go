package work

import (
	"parley/domain/change"
	"parley/domain/session"
	"parley/internal/recent"
)

// offered remembers which offers a change made, and how others ended.
func (w *Sessions) offered(before *session.Session, set *change.Set) {
	if w.Recent == nil || before == nil || set.Session == nil || set.Session.Next == nil {
		return
	}
	for k := range set.Session.Next.Contacts() {
		var old *session.Offer
		if was := before.Contact(k.ID); was != nil {
			old = was.Offer
		}
		text := ""
		switch {
		case old == nil && k.Offer != nil:
			text = "The contact was offered to user " + k.Offer.UserID + " until " + k.Offer.Until.UTC().Format("15:04:05")
		case old != nil && k.Offer == nil && k.Agent != nil && k.Agent.UserID == old.UserID:
			text = "User " + old.UserID + " accepted the offer"
		case old != nil && k.Offer == nil && k.PassedOver[old.UserID].After(set.At):
			text = "User " + old.UserID + " rejected or missed the offer"
		case old != nil && k.Offer == nil:
			text = "The offer to user " + old.UserID + " was withdrawn"
		default:
			continue
		}
		w.Recent.Add(recent.Entry{Kind: recent.Offer, Instance: before.InstanceID, Session: before.ID, Contact: k.ID, Text: text})
	}
}
