// Package interp runs flows. It is a pure function: Advance turns (run, input,
// now) into the next run, reads documents from a World and tells it what the
// flow does to the chat.
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
	"slices"
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
	// Frame is the flow or module that runs now.
	Frame
	Status Status `json:"status"`
	// Steps counts the actions that ran, in all flows and modules of the run.
	Steps int `json:"steps,omitempty"`
	// Calls counts the calls to the outside; it makes their keys.
	Calls int `json:"calls,omitempty"`
	// Wait is set while Status is Waiting, Call while it is Calling.
	Wait *Wait `json:"wait,omitempty"`
	Call *Call `json:"call,omitempty"`
	// Callers are the frames that wait for a module to return, the outermost first.
	Callers []Frame `json:"callers,omitempty"`
	// Async are the asynchronous calls of the current flow and its modules whose
	// results nobody took yet, the latest last.
	Async []AsyncCall `json:"async,omitempty"`
	// Bots are the session attributes that each bot gave last, by the bot's target.
	Bots map[string]json.RawMessage `json:"bots,omitempty"`
}

// Frame is where a run stands in one flow or module, and the data that only
// that flow or module sees.
type Frame struct {
	// FlowID and Content name the flow and the version of its content that the
	// run keeps, whatever is published meanwhile. Module says that it is a module.
	FlowID  string `json:"flow"`
	Content string `json:"content,omitempty"`
	Module  bool   `json:"module,omitempty"`
	// Action is the identifier of the action that ran last or is blocked.
	Action string `json:"action,omitempty"`
	// Loops counts the rounds of each Loop action, by identifier.
	Loops map[string]int `json:"loops,omitempty"`
	// Items are the arrays of those that go through one, resolved when the loop began.
	// (A version that knows none resolves them itself, so the format stays the same.)
	Items map[string]json.RawMessage `json:"items,omitempty"`
	// Waits are when the Wait actions end that let the flow run on meanwhile.
	Waits map[string]time.Time `json:"waits,omitempty"`
	Local
}

// Local is the data of one flow: it is gone after TransferToFlow, and a module
// begins with none of it. Each member is what the latest action of its kind
// left, as JSON.
type Local struct {
	FlowAttributes      map[string]string `json:"attributes,omitempty"` // $.FlowAttributes
	External            json.RawMessage   `json:"external,omitempty"`   // $.External: InvokeLambdaFunction
	Lex                 json.RawMessage   `json:"lex,omitempty"`        // $.Lex: ConnectParticipantWithLexBot
	Views               json.RawMessage   `json:"views,omitempty"`      // $.Views: ShowView
	StoredCustomerInput json.RawMessage   `json:"input,omitempty"`      // $.StoredCustomerInput
	Metrics             json.RawMessage   `json:"metrics,omitempty"`    // $.Metrics: GetMetricData
	Customer            json.RawMessage   `json:"customer,omitempty"`   // $.Customer: GetCustomerProfile …
	Case                json.RawMessage   `json:"case,omitempty"`       // $.Case
	Wisdom              json.RawMessage   `json:"wisdom,omitempty"`     // $.Wisdom
	Modules             json.RawMessage   `json:"modules,omitempty"`    // $.Modules: Input in a module; Result and ResultData after one
	Invocation          string            `json:"invocation,omitempty"` // $.LambdaInvocation.InvocationId
}

// Wait says what ends a wait: time, or the first of some events.
type Wait struct {
	Until time.Time `json:"until"`
	// Events are names of the language, as in "CustomerReturned", and our own.
	Events []string `json:"events,omitempty"`
	// Bot is the bot that hears what the customer says, as Call.Target names it.
	Bot string `json:"bot,omitempty"`
	// Hide: what the customer answers stays out of the transcript.
	Hide bool `json:"hide,omitempty"`
}

// Call is a request to the outside that a run waits for. The caller commits the
// run before it calls, and passes what came of it as Result.
type Call struct {
	// Key is the idempotency key: the same for every attempt at this call.
	Key string `json:"key"`
	// Kind says what to call (KindLambda, KindBot), Target which one.
	Kind    string          `json:"kind"`
	Target  string          `json:"target"`
	Payload json.RawMessage `json:"payload,omitempty"`
	Timeout time.Duration   `json:"timeout"`
	// Async: the flow goes on as soon as the call is under way (Started), and
	// takes the Result later.
	Async bool `json:"async,omitempty"`
	// Attempt counts from 1; Until is when this attempt counts as lost (with no
	// Result by then, a Timer makes the call again with the same key, once).
	Attempt int       `json:"attempt,omitempty"`
	Until   time.Time `json:"until,omitzero"`
	// Began is when the first attempt was decided.
	Began time.Time `json:"began,omitzero"`
}

// The kinds of calls.
const (
	// KindLambda: Target is a function's ARN or name, Payload the whole event, the
	// answer the function's JSON.
	KindLambda = "lambda"
	// KindBot: Target is a Lex V2 alias ARN, or name:region:alias of a Lex V1 bot;
	// Payload and answer have the shape of Lex V2's RecognizeText.
	KindBot = "bot"
	// KindAttributes stays in the house: Target is the id of another contact of the
	// instance, Payload the attributes to set there; the answer is nothing.
	KindAttributes = "attributes"
)

// AsyncCall is an asynchronous call that a run made.
type AsyncCall struct {
	Key string `json:"key"`
	// JSON: the answer may be any object (ResponseType JSON).
	JSON   bool            `json:"any,omitempty"`
	Done   bool            `json:"done,omitempty"`
	Answer json.RawMessage `json:"answer,omitempty"`
	Err    string          `json:"err,omitempty"`
	// Call is the call itself while there is no answer: with none by its Until it is made again, once.
	Call *Call `json:"call,omitempty"`
}

// New returns a run of the flow that has not started.
func New(id, flowID, content string) Run {
	return Run{ID: id, Frame: Frame{FlowID: flowID, Content: content}, Status: Ready}
}

// Listening reports whether what the customer says is an input of the run: it
// waits for that, or talks to a bot.
func (r *Run) Listening() bool {
	switch {
	case r.Wait != nil:
		return slices.Contains(r.Wait.Events, customerReturns) || slices.Contains(r.Wait.Events, customerInput)
	case r.Call != nil:
		return r.Call.Kind == KindBot
	}
	return false
}

// Hiding reports whether the customer's next answer stays out of the transcript.
func (r *Run) Hiding() bool { return r.Wait != nil && r.Wait.Hide }

// WakeAt returns when the run needs a Timer; zero if never.
func (r *Run) WakeAt() (at time.Time) {
	switch {
	case r.Call != nil:
		at = r.Call.Until
	case r.Wait != nil:
		at = r.Wait.Until
	}
	for _, c := range r.Async {
		if c.Call != nil && (at.IsZero() || c.Call.Until.Before(at)) {
			at = c.Call.Until
		}
	}
	return at
}

// Versions of a stored run. Format 2 has everything from Callers on, format 1
// is a run of one flow and reads the same.
const (
	format    = 2
	oldFormat = 1
)

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
	if e.Format != format && e.Format != oldFormat {
		return fmt.Errorf("flow run: format %d is unknown", e.Format)
	}
	*r = Run(e.stored)
	return nil
}

// size is how many bytes of data the run keeps.
func (r *Run) size() int {
	n := r.Frame.size() + r.Call.size()
	for i := range r.Callers {
		n += r.Callers[i].size()
	}
	for _, c := range r.Async {
		n += len(c.Answer) + len(c.Err) + c.Call.size()
	}
	for target, raw := range r.Bots {
		n += len(target) + len(raw)
	}
	return n
}

func (f *Frame) size() int {
	n := f.Local.size()
	for _, raw := range f.Items {
		n += len(raw)
	}
	return n
}

func (l *Local) size() int {
	n := size(l.FlowAttributes)
	for _, raw := range []json.RawMessage{l.External, l.Lex, l.Views, l.StoredCustomerInput, l.Metrics, l.Customer, l.Case, l.Wisdom, l.Modules} {
		n += len(raw)
	}
	return n
}

func (c *Call) size() int {
	if c == nil {
		return 0
	}
	return len(c.Target) + len(c.Payload)
}

// clone returns a copy whose maps and lists may be written.
func (r Run) clone() Run {
	r.Frame = r.Frame.clone()
	r.Callers = slices.Clone(r.Callers)
	for i, caller := range r.Callers { // they run on when their module returns
		r.Callers[i] = caller.clone()
	}
	r.Async = slices.Clone(r.Async)
	r.Bots = maps.Clone(r.Bots)
	return r
}

func (f Frame) clone() Frame {
	f.Loops = maps.Clone(f.Loops)
	f.Items = maps.Clone(f.Items)
	f.Waits = maps.Clone(f.Waits)
	f.FlowAttributes = maps.Clone(f.FlowAttributes)
	return f
}
