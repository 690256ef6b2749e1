package sim

import (
	"encoding/json"
	"fmt"
	"time"

	"parley/domain/flow/interp"
)

// Caller answers the calls of flows in place of the world outside.
type Caller interface {
	// Call says what comes of a call. An error ends the act that led to it: the
	// script has no answer.
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

// call makes the call that a flow waits for.
func (c *Chat) call(out interp.Outcome) error {
	if out.Kind != interp.CallOut {
		return nil
	}
	call := *out.Call
	c.history = append(c.history, Entry{At: c.now, Call: &call})
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
	c.pending = &answer{at: c.now.Add(a.After), call: &call, Answer: a}
	return nil
}

// answerFirst reports whether the answer of a call comes before a deadline at that time.
func (c *Chat) answerFirst(at time.Time) bool { return c.pending != nil && !c.pending.at.After(at) }
