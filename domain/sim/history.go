package sim

import (
	"time"

	"parley/domain/agent"
	"parley/domain/flow/interp"
	"parley/domain/transcript"
)

// Entry is one thing that happened: an item of the transcript, a step of a flow,
// a call to the outside or its answer, the end of a flow, or what became of a contact with an
// agent. One of these members is set.
type Entry struct {
	At time.Time
	// Guide is the user in whose guide it happened, "" for the customer's chat.
	Guide string
	// Decision counts the decisions of flows until then, its own among them.
	Decision int
	Item     *transcript.Item
	Step     *interp.Trace
	Call     *interp.Call
	Answer   *Answered
	Outcome  *interp.Outcome
	Agent    *Moved
}

// Moved says that a contact stands differently with an agent now.
type Moved struct {
	User     string
	From, To agent.State // "" where it has no place among the agent's contacts
}

// Answered is what came of a call.
type Answered struct {
	Call   *interp.Call
	Answer Answer
}

// History returns everything that happened, in order. The caller must not change it.
func (c *Chat) History() []Entry { return c.history }

// Seen returns what a participant of that role sees of the transcript of the customer's chat.
func (c *Chat) Seen(by transcript.Role) []transcript.Item {
	var seen []transcript.Item
	for _, e := range c.history {
		if e.Item != nil && e.Guide == "" && e.Item.VisibleTo(by) {
			seen = append(seen, *e.Item)
		}
	}
	return seen
}

// Steps returns the steps of all flows, in order.
func (c *Chat) Steps() []interp.Trace {
	var steps []interp.Trace
	for _, e := range c.history {
		if e.Step != nil {
			steps = append(steps, *e.Step)
		}
	}
	return steps
}
