package interp

import (
	"unicode/utf8"

	"parley/domain/flow"
)

// MaxText is the longest text of a flow in code points (AWS: 6,000 characters
// in a text of a prompt).
const MaxText = 6000

// messageParticipant sends a text, or the text of a prompt that has one. Speech
// and audio have no meaning in a chat. Consoles of old gave the block no error
// branch: without one nothing fails, the message is skipped.
func messageParticipant(m *machine, a *flow.Action) result {
	cause := "only Text, and prompts with a text, work on chat"
	if p, ok := m.prompt(a); ok {
		cause = m.say(p)
	}
	if cause == "" {
		return done()
	}
	if _, wired := a.ErrorBranch(flow.NoMatchingError); !wired {
		return skip(cause)
	}
	return refuse(cause)
}

// prompt is what an action says first: its Text, or the text of its PromptId.
func (m *machine) prompt(a *flow.Action) (flow.Template, bool) {
	if p := a.Parameters.Field("Text"); p.Present() {
		return p.Text(), true
	}
	id, ok := m.text(a.Parameters.Field("PromptId"))
	if !ok {
		return flow.Template{}, false
	}
	text, ok := m.world.Prompt(id)
	return flow.Compile(text), ok
}

// say sends a text and returns why it could not, "" if it could. A text that
// comes to nothing, because a reference in it does, is not sent and no failure (our choice).
func (m *machine) say(t flow.Template) string {
	text, ok := m.expand(t, MaxText*utf8.UTFMax)
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
