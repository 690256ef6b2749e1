// Package interp runs flows. It is a pure function: Advance turns (document,
// run, input, now) into the next run, and tells a World what the flow does to
// the chat.
//
// It guarantees: the same arguments give the same results; the Run passed in is
// never changed; a Run that was written as JSON and read back goes on as the
// one that was not; no document and no input makes it panic or run for ever (see
// MaxStepsPerAdvance and MaxStepsPerRun); every step says by which rule it chose
// its branch.
package interp

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"
)

// Status is what a run waits for.
type Status string

// The statuses of a run.
const (
	// Ready: the run has not started.
	Ready Status = "ready"
	// Waiting: the current action waits for time or for an event.
	Waiting Status = "waiting"
	// Calling: the current action waits for the answer of a call to the outside.
	Calling Status = "calling"
	// Ended: the run is over; no input changes it.
	Ended Status = "ended"
)

// Run is the durable state of one running flow. A caller stores it with the
// chat and passes it to the next Advance; only Advance changes its state.
type Run struct {
	// ID names this run; the keys of its outbound calls begin with it.
	ID string `json:"id"`
	// FlowID and Content name the flow and the version of its content that the
	// run keeps to the end, whatever is published meanwhile.
	FlowID  string `json:"flow"`
	Content string `json:"content,omitempty"`
	Status  Status `json:"status"`
	// Action is the identifier of the action that ran last or is blocked.
	Action string `json:"action,omitempty"`
	// Steps counts the actions that ran.
	Steps int `json:"steps,omitempty"`
	// Wait is set while Status is Waiting, Call while it is Calling.
	Wait *Wait `json:"wait,omitempty"`
	Call *Call `json:"call,omitempty"`
	// Loops counts the rounds of each Loop action, by identifier.
	Loops map[string]int `json:"loops,omitempty"`
	// FlowAttributes are $.FlowAttributes.
	FlowAttributes map[string]string `json:"attributes,omitempty"`
	// The latest results of actions, as $.External, $.Lex, $.Views and
	// $.StoredCustomerInput.
	External            json.RawMessage `json:"external,omitempty"`
	Lex                 json.RawMessage `json:"lex,omitempty"`
	Views               json.RawMessage `json:"views,omitempty"`
	StoredCustomerInput json.RawMessage `json:"input,omitempty"`
}

// Wait says what ends a wait: time, or the first of some events.
type Wait struct {
	Until time.Time `json:"until"`
	// Events are names of the language, as in "CustomerReturned".
	Events []string `json:"events,omitempty"`
}

// Call is a request to the outside that a run waits for. The caller commits the
// run before it calls, and passes what came of it as Result.
type Call struct {
	// Key is the idempotency key: the same for every attempt at this call.
	Key string `json:"key"`
	// Kind says what to call ("lambda", "lex" …), Target which one.
	Kind    string          `json:"kind"`
	Target  string          `json:"target"`
	Payload json.RawMessage `json:"payload,omitempty"`
	Timeout time.Duration   `json:"timeout"`
}

// New returns a run of the flow that has not started.
func New(id, flowID, content string) Run {
	return Run{ID: id, FlowID: flowID, Content: content, Status: Ready}
}

// format is the version of a stored run.
const format = 1

// stored is a run as it is written, without its methods.
type stored Run

type envelope struct {
	Format int `json:"v"`
	stored
}

// MarshalJSON writes the run with the version of its format.
func (r Run) MarshalJSON() ([]byte, error) {
	return json.Marshal(envelope{format, stored(r)})
}

// UnmarshalJSON reads a run; it refuses formats that it does not know.
func (r *Run) UnmarshalJSON(data []byte) error {
	var e envelope
	if err := json.Unmarshal(data, &e); err != nil {
		return fmt.Errorf("flow run: %w", err)
	}
	if e.Format != format {
		return fmt.Errorf("flow run: format %d is unknown", e.Format)
	}
	*r = Run(e.stored)
	return nil
}

// clone returns a copy whose maps may be written.
func (r Run) clone() Run {
	r.Loops = maps.Clone(r.Loops)
	r.FlowAttributes = maps.Clone(r.FlowAttributes)
	return r
}
