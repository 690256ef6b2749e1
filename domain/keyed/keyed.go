// Package keyed holds the rules of chats that are found by who their customer is: that of a customer of a channel elsewhere
// (SendChatIntegrationEvent), or of a signed-in one of a widget, on whichever device.
//
// It guarantees: a customer has one such chat at a time; the key of it tells neither who it is nor where.
package keyed

import (
	"crypto/sha256"
	"encoding/hex"

	"parley/domain/session"
)

// Channel is the key of the chat that a customer of a channel has: who, where to, and what kind of channel.
func Channel(source, destination, subtype string) string { return key(source, destination, subtype) }

// Widget is the key of the chat that a signed-in customer of a widget has.
func Widget(widget, customer string) string { return key("widget/"+widget, customer, "") }

func key(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Over reports whether a change leaves a chat that nobody is to find by its key any more: it has ended, the customer has left, or what a widget has
// started for one CustomerId is now another's.
func Over(next *session.Session) bool {
	return next.State.Key != "" && (next.Status == session.Ended || !next.Customer().LeftAt.IsZero() || handedOn(next))
}

// handedOn reports whether a chat that a widget has started is of another CustomerId than the one in its key.
func handedOn(s *session.Session) bool {
	return s.State.Widget != "" && s.State.Key != Widget(s.State.Widget, s.Current().CustomerID)
}
