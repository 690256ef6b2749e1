// Package outside holds the rules of channels elsewhere whose customers chat here: text messages, messengers (SendChatIntegrationEvent).
//
// It guarantees: a kind of channel is one of Amazon Connect's, or one with a name of its own that nothing else has.
package outside

import (
	"regexp"
	"strings"

	"parley/internal/fault"
)

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
