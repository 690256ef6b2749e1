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
	continues      = "Continue"
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
	if on, _ := m.text(a.Parameters.Field("ContinueExecution")); on == "True" {
		return waitRunning(m, a, seconds)
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

// waitRunning is a wait that lets the flow run on meanwhile. AWS documents that
// there is such a wait, not how it works; our reading: after
// MinimumWaitTimeSeconds the flow takes the Continue branch, and when it comes to
// the block again it waits for what is left of the time.
func waitRunning(m *machine, a *flow.Action, seconds int) result {
	until, again := m.run.Waits[a.ID]
	switch {
	case again && m.now.Before(until):
		return stop(Outcome{Kind: Blocked, Until: until})
	case again:
		return m.runningOver(a)
	}
	least, ok := m.integer(a.Parameters.Field("MinimumWaitTimeSeconds"))
	if !ok || least < 0 || least > seconds {
		return refuse("the least time is not 0 to the time limit")
	}
	if m.run.Waits == nil {
		m.run.Waits = map[string]time.Time{}
	}
	m.run.Waits[a.ID] = m.after(seconds)
	return stop(Outcome{Kind: Blocked, Until: m.after(least), Events: []string{continues}})
}

// resumeRunning ends either part of such a wait.
func (m *machine) resumeRunning(a *flow.Action) result {
	if slices.Contains(m.run.Wait.Events, continues) && m.now.Before(m.run.Waits[a.ID]) {
		return value(continues)
	}
	return m.runningOver(a)
}

func (m *machine) runningOver(a *flow.Action) result {
	delete(m.run.Waits, a.ID)
	return value(waitCompleted)
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
		if m.now.Before(m.run.Wait.Until) {
			return result{}, false
		}
		if _, running := m.run.Waits[a.ID]; running {
			return m.resumeRunning(a), true
		}
		return value(waitCompleted), true
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
