package sim

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"parley/domain/flow/interp"
)

// Caller answers the calls of flows in place of the world outside.
type Caller interface {
	// Call says what comes of a call. An error ends the act that led to it: there
	// is nothing to say.
	Call(interp.Call) (Answer, error)
}

// Answer is what comes of a call.
type Answer struct {
	Payload json.RawMessage
	Err     string // why there is no answer, "" if there is one
	After   time.Duration
	Never   bool // no answer comes: the call runs into its time limit
}

// answer is one that is on its way.
type answer struct {
	at   time.Time
	call *interp.Call
	Answer
}

// call makes the call that a flow wants. The flow waits for its answer, unless
// it is asynchronous.
func (c *Chat) call(out interp.Outcome) error {
	if out.Kind != interp.CallOut {
		return nil
	}
	call := *out.Call
	c.history = append(c.history, Entry{At: c.now, Decision: c.decisions, Call: &call})
	if c.calls == nil {
		return fmt.Errorf("the flow calls %s %s, and nobody answers", call.Kind, call.Target)
	}
	a, err := c.calls.Call(call)
	if err != nil {
		return err
	}
	if a.Never || a.After > call.Timeout {
		a = Answer{Err: fmt.Sprintf("no answer within %s", call.Timeout), After: call.Timeout}
	}
	c.pending = append(c.pending, answer{at: c.now.Add(a.After), call: &call, Answer: a})
	slices.SortStableFunc(c.pending, func(a, b answer) int { return a.at.Compare(b.at) })
	if call.Async {
		return c.tellFlow(interp.Started{Key: call.Key})
	}
	return nil
}

// awaited returns when the answer comes that the flow waits for.
func (c *Chat) awaited() (time.Time, bool) {
	for _, a := range c.pending {
		if !a.call.Async {
			return a.at, true
		}
	}
	return time.Time{}, false
}

// answersBy reports whether an answer comes by that time.
func (c *Chat) answersBy(at time.Time) bool { return len(c.pending) > 0 && !c.pending[0].at.After(at) }

// deliver hands the next answer to the flow.
func (c *Chat) deliver() error {
	a := c.pending[0]
	c.pending = c.pending[1:]
	if c.now.Before(a.at) {
		c.now = a.at
	}
	c.history = append(c.history, Entry{At: c.now, Decision: c.decisions, Answer: &Answered{Call: a.call, Answer: a.Answer}})
	return c.tellFlow(interp.Result{Key: a.call.Key, Payload: a.Payload, Err: a.Err})
}
