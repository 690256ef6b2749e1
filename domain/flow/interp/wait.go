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
	// lambdaReturned ends a wait for an asynchronous call (our spelling: AWS
	// documents the wait, not how the language writes it).
	lambdaReturned = "LambdaReturned"
)

// customerInput is the event that an action waits for which takes what the
// customer says: a bot or a view. It stands in no document.
const customerInput = "CustomerInput"

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
	if slices.Contains(events, lambdaReturned) {
		if r, ok := m.lambdaWait(a); ok {
			return r
		}
	}
	return stop(Outcome{Kind: Blocked, Until: m.after(seconds), Events: events})
}

func (m *machine) after(seconds int) time.Time {
	return m.now.Add(time.Duration(seconds) * time.Second).UTC()
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
func resumeWait(m *machine, a *flow.Action, in Input) (result, bool) {
	events := m.run.Wait.Events
	switch in := in.(type) {
	case Timer:
		return value(waitCompleted), !m.now.Before(m.run.Wait.Until)
	case CustomerMessage:
		return value(customerReturns), slices.Contains(events, customerReturns)
	case ParticipantLeft:
		bot := in.Role == "CUSTOM_BOT"
		return value(botDisconnects), bot && slices.Contains(events, botDisconnects)
	case noted:
		if slices.Contains(events, lambdaReturned) {
			return m.lambdaWait(a)
		}
	}
	return result{}, false
}

// lambdaWait says whether the asynchronous call that the block waits for is
// done: the one that LambdaInvocationId names, else the latest. With a wrong id
// the wait runs to its end (Amazon Connect, Wait).
func (m *machine) lambdaWait(a *flow.Action) (result, bool) {
	key, _ := m.text(a.Parameters.Field("LambdaInvocationId"))
	c := m.asyncCall(key)
	if c == nil || !c.Done {
		return result{}, false
	}
	if r := m.take(c); r.kind == failed {
		return r, true
	}
	return value(lambdaReturned), true
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
