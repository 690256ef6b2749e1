// Package outside holds the rules of channels elsewhere whose customers chat here: text messages, messengers (SendChatIntegrationEvent).
//
// It guarantees: a customer of a channel has one chat at a time; the key of it tells neither who it is nor where. The signed-in customers of a
// widget have such keys, too, under which their other devices find the chat.
package outside

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"parley/domain/session"
	"parley/internal/fault"
)

// Key names the chat that a customer of a channel has: who, where to, and what kind of channel.
func Key(source, destination, subtype string) string {
	h := sha256.New()
	for _, part := range []string{source, destination, subtype} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))
}

// WidgetKey names the chat that a signed-in customer of a widget has.
func WidgetKey(widget, customer string) string { return Key("widget/"+widget, customer, "") }

// DefaultSubtype is what a channel is that does not say what it is (our choice).
const DefaultSubtype = "connect:Chat"

var subtype = regexp.MustCompile(`^[A-Za-z0-9_-]{1,50}:[A-Za-z0-9_-]{1,49}$`)

// Subtype reads what kind of channel it is. Amazon Connect has connect:SMS and connect:WhatsApp; others have a name of their own, as
// example:Messenger (our choice).
func Subtype(value string) (string, error) {
	switch name, own := strings.CutPrefix(value, "connect:"); {
	case value == "":
		return DefaultSubtype, nil
	case own:
		for _, known := range []string{"Chat", "SMS", "WhatsApp"} {
			if strings.EqualFold(name, known) {
				return "connect:" + known, nil
			}
		}
	case subtype.MatchString(value):
		return value, nil
	}
	return "", fault.New(fault.Rule, "Subtype must be connect:SMS, connect:WhatsApp, connect:Chat, or a name of your own as example:Messenger")
}

// Over reports whether a change leaves a chat that nobody is to find by its key any more: it has ended, the customer has left, or what a widget has
// started for one CustomerId is now another's.
func Over(next *session.Session) bool {
	return next.State.Outside != "" && (next.Status == session.Ended || !next.Customer().LeftAt.IsZero() || handedOn(next))
}

// handedOn reports whether a chat that a widget has started is of another CustomerId than the one in its key.
func handedOn(s *session.Session) bool {
	return s.State.Widget != "" && s.State.Outside != WidgetKey(s.State.Widget, s.Current().CustomerID)
}
