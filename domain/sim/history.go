package sim

import (
	"time"

	"parley/domain/flow/interp"
	"parley/domain/transcript"
)

// Entry is one thing that happened: an item of the transcript, a step of a flow,
// a call to the outside or its answer, or the end of a flow. One member is set.
type Entry struct {
	At      time.Time
	Item    *transcript.Item
	Step    *Step
	Call    *interp.Call
	Answer  *Answered
	Outcome *Over
}

// Step is one action that ran.
type Step struct {
	FlowID  string // the flow that the run began with
	Content string // the content that the action stands in
	interp.Trace
}

// Answered is what came of a call.
type Answered struct {
	Call   *interp.Call
	Answer Answer
}

// Over says how a flow's run ended.
type Over struct {
	FlowID string
	interp.Outcome
}

// History returns everything that happened, in order. The caller must not change it.
func (c *Chat) History() []Entry { return c.history }

// Seen returns what a participant of that role sees of the transcript.
func (c *Chat) Seen(by transcript.Role) []transcript.Item {
	var seen []transcript.Item
	for _, e := range c.history {
		if e.Item != nil && e.Item.VisibleTo(by) {
			seen = append(seen, *e.Item)
		}
	}
	return seen
}

// Steps returns the steps of all flows, in order.
func (c *Chat) Steps() []Step {
	var steps []Step
	for _, e := range c.history {
		if e.Step != nil {
			steps = append(steps, *e.Step)
		}
	}
	return steps
}
