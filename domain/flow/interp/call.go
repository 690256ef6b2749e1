package interp

import (
	"fmt"
	"time"

	"parley/domain/flow"
)

// Grace is how long after the timeout of a call its answer is still waited for,
// before the attempt counts as lost (our choice).
const Grace = 5 * time.Second

// maxAttempts is how often one call is made: again once, where a crash may have
// lost the first attempt.
const maxAttempts = 2

// noted stands for an input that the run has taken note of, so that a Wait may
// look what it means.
type noted struct{}

func (noted) input() {}

// callOut blocks the action on a call.
func (m *machine) callOut(c Call) result {
	m.run.Calls++
	c.Key, c.Began = fmt.Sprintf("%s/%d", m.run.ID, m.run.Calls), m.now.UTC()
	return m.attempt(c)
}

// attempt makes the next attempt at a call.
func (m *machine) attempt(c Call) result {
	c = m.next(c)
	return stop(Outcome{Kind: CallOut, Call: &c})
}

func (m *machine) next(c Call) Call {
	c.Attempt++
	c.Until = m.now.Add(c.Timeout + Grace).UTC()
	return c
}

// resumeCall gives the action that is in a call what came of it. A call whose
// time is over with no word of it is made once more, then it has failed.
func (m *machine) resumeCall(a *flow.Action, in Input) (result, bool) {
	h, c := handlerOf(a.Type), m.run.Call
	if h.resume == nil || c == nil {
		return result{}, false
	}
	m.logParameters(a)
	switch in := in.(type) {
	case Timer:
		if m.now.Before(c.Until) {
			return result{}, false
		}
		if c.Attempt < maxAttempts {
			return m.attempt(*c), true
		}
		return h.resume(m, a, Result{Key: c.Key, Err: "no answer came in time"})
	case Result:
		if in.Key != c.Key {
			return result{}, false
		}
		return h.resume(m, a, in)
	case Started:
		if in.Key != c.Key || !c.Async {
			return result{}, false
		}
		return h.resume(m, a, in)
	}
	return result{}, false
}

// again makes an asynchronous call again whose time is over with no word of it, or
// gives it up. It reports whether there was one, and the call to make.
func (m *machine) again() (call *Call, was bool) {
	for i := range m.run.Async {
		c := &m.run.Async[i]
		switch {
		case c.Call == nil || m.now.Before(c.Call.Until):
			continue
		case c.Call.Attempt < maxAttempts:
			next := m.next(*c.Call)
			c.Call = &next
			return &next, true
		}
		return nil, m.note(Result{Key: c.Key, Err: "no answer came in time"})
	}
	return nil, false
}

// note keeps the result of an asynchronous call that the run made before.
func (m *machine) note(in Input) bool {
	answer, ok := in.(Result)
	if !ok {
		return false
	}
	for i := range m.run.Async {
		c := &m.run.Async[i]
		if c.Key == answer.Key && !c.Done {
			c.Done, c.Call = true, nil
			c.Answer, c.Err = checkAnswer(answer, c.JSON)
			return true
		}
	}
	return false
}
