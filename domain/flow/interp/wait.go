package interp

import (
	"slices"
	"strconv"
	"time"

	"parley/domain/flow"
)

// The results of a Wait.
const (
	waitCompleted   = "WaitCompleted"
	customerReturns = "CustomerReturned"
	botDisconnects  = "BotParticipantDisconnected"
)

// maxWait is the longest wait in seconds: seven days, as AWS has it.
const maxWait = 604800

// wait blocks until its time has passed or the first of its events.
func wait(m *machine, a *flow.Action) result {
	seconds, ok := m.integer(timeLimit(a))
	if !ok || seconds < 1 || seconds > maxWait {
		return refuse("the time limit is not 1 to 604,800 seconds")
	}
	events := m.texts(a.Parameters.Field("Events"))
	if slices.Contains(events, botDisconnects) && !m.world.BotPresent() {
		return fail("ParticipantNotFound", "no bot participant is in the chat")
	}
	until := m.now.Add(time.Duration(seconds) * time.Second).UTC()
	return stop(Outcome{Kind: Blocked, Until: until, Events: events})
}

// timeLimit is the parameter with the time: consoles and the documentation
// spell it differently.
func timeLimit(a *flow.Action) flow.Param {
	if p := a.Parameters.Field("TimeLimitSeconds"); p.Present() {
		return p
	}
	return a.Parameters.Field("TimeoutSeconds")
}

// resumeWait says what ends a wait. A customer returns by sending a message, not
// by connecting again.
func resumeWait(m *machine, _ *flow.Action, in Input) (result, bool) {
	switch in := in.(type) {
	case Timer:
		return value(waitCompleted), !m.now.Before(m.run.Wait.Until)
	case CustomerMessage:
		return value(customerReturns), slices.Contains(m.run.Wait.Events, customerReturns)
	case ParticipantLeft:
		bot := in.Role == "CUSTOM_BOT"
		return value(botDisconnects), bot && slices.Contains(m.run.Wait.Events, botDisconnects)
	}
	return result{}, false
}

// integer returns a parameter that must be a whole number.
func (m *machine) integer(p flow.Param) (int, bool) {
	s, ok := m.text(p)
	n, err := strconv.Atoi(s)
	return n, ok && err == nil
}

// texts returns a parameter that is a list of texts.
func (m *machine) texts(p flow.Param) []string {
	var list []string
	for _, item := range p.Items() {
		if s, ok := m.text(item); ok {
			list = append(list, s)
		}
	}
	return list
}
