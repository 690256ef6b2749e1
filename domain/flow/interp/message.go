package interp

import (
	"unicode/utf8"

	"parley/domain/flow"
)

// MaxText is the longest text of a flow in code points (AWS: 6,000 characters
// in a text of a prompt).
const MaxText = 6000

// messageParticipant sends a text. Speech and audio have no meaning in a chat.
// Consoles of old gave the block no error branch: without one nothing fails, the
// message is skipped.
func messageParticipant(m *machine, a *flow.Action) result {
	cause := m.say(a.Parameters.Field("Text"))
	if cause == "" {
		return done()
	}
	if _, wired := a.ErrorBranch(flow.NoMatchingError); !wired {
		return skip(cause)
	}
	return refuse(cause)
}

// say sends the text of a parameter and returns why it could not, "" if it
// could. A text that comes to nothing, because a reference in it does, is not
// sent and no failure (our choice).
func (m *machine) say(p flow.Param) string {
	if !p.Present() {
		return "only Text works on chat"
	}
	text, ok := p.Text().Expand(m.lookup, MaxText*utf8.UTFMax)
	if !ok || utf8.RuneCountInString(text) > MaxText {
		return "the text is longer than 6,000 characters"
	}
	if text == "" {
		return ""
	}
	if err := m.world.Say(text); err != nil {
		return "the text cannot be sent"
	}
	return ""
}
