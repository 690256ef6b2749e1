package sim

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"parley/domain/contact"
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
	to   *talk
	call *interp.Call
	Answer
}

// call makes the call that a flow wants. The flow waits for its answer, unless
// it is asynchronous.
func (c *Chat) call(t *talk, out interp.Outcome) error {
	if out.Kind != interp.CallOut {
		return nil
	}
	call := *out.Call
	if done, ok := c.relate(t, call); ok {
		c.pending = slices.Insert(c.pending, 0, done)
		return nil
	}
	c.history = append(c.history, Entry{At: c.now, Decision: c.decisions, Guide: t.guides(), Call: &call})
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
	c.pending = append(c.pending, answer{at: c.now.Add(a.After), to: t, call: &call, Answer: a})
	slices.SortStableFunc(c.pending, func(a, b answer) int { return a.at.Compare(b.at) })
	if call.Async {
		return c.tellFlow(t, interp.Started{Key: call.Key})
	}
	return nil
}

// relate sets attributes of the chat that a guide is for, as the flow of the guide wants. No other chat is there: ok
// is false where the flow relates to another one.
func (c *Chat) relate(t *talk, call interp.Call) (done answer, ok bool) {
	if call.Kind != interp.KindAttributes || c.talk.s.Contact(call.Target) == nil {
		return answer{}, false
	}
	var attributes map[string]string
	err := json.Unmarshal(call.Payload, &attributes)
	if err == nil {
		err = c.decideOn(c.talk, func(d *contact.Draft) error { return d.SetAttributes(attributes) })
	}
	done = answer{at: c.now, to: t, call: &call}
	if err != nil {
		done.Err = err.Error()
	}
	return done, true
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
	if a.call.Kind != interp.KindAttributes {
		c.history = append(c.history, Entry{At: c.now, Decision: c.decisions, Guide: a.to.guides(), Answer: &Answered{Call: a.call, Answer: a.Answer}})
	}
	return c.tellFlow(a.to, interp.Result{Key: a.call.Key, Payload: a.Payload, Err: a.Err})
}
