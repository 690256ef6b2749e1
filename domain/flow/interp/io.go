package interp

import (
	"encoding/json"
	"time"
)

// Input is something that happened and may concern a run: Start, Timer,
// CustomerMessage, ParticipantLeft or Result.
type Input interface{ input() }

// Start begins a run that is Ready.
type Start struct{}

// Timer says that time passed. Before the end of the wait it changes nothing.
type Timer struct{}

// CustomerMessage says that the customer sent a message.
type CustomerMessage struct {
	ContentType string
	Content     string
}

// ParticipantLeft says that a participant of that role (as in "CUSTOM_BOT") left.
type ParticipantLeft struct{ Role string }

// Result is what came of the call with that key: an answer, or an error.
type Result struct {
	Key     string
	Payload json.RawMessage
	// Err is why there is no answer, "" if there is one.
	Err string
}

func (Start) input()           {}
func (Timer) input()           {}
func (CustomerMessage) input() {}
func (ParticipantLeft) input() {}
func (Result) input()          {}

// OutcomeKind says how an Advance ended.
type OutcomeKind string

// How an Advance ends.
const (
	// Ignored: the input does not concern the run; nothing changed.
	Ignored OutcomeKind = "ignored"
	// Blocked: an action waits until Outcome.Until or for one of Outcome.Events.
	Blocked OutcomeKind = "waiting"
	// CallOut: make Outcome.Call, once the run is stored.
	CallOut OutcomeKind = "call"
	// Queued: the contact is in its queue, and the flow is over.
	Queued OutcomeKind = "queued"
	// Disconnected: the flow disconnected its participant.
	Disconnected OutcomeKind = "disconnected"
	// EndedByFlow: EndFlowExecution. A contact that is not queued is ended by it.
	EndedByFlow OutcomeKind = "ended"
	// Unwired: a branch led nowhere; Outcome.Reason says which.
	Unwired OutcomeKind = "unwired"
	// Budget: the flow ran too many actions; Outcome.Reason says which limit.
	Budget OutcomeKind = "budget"
)

// Outcome says how an Advance ended. All kinds but Ignored, Blocked and CallOut
// mean that the run is over.
type Outcome struct {
	Kind   OutcomeKind
	Until  time.Time
	Events []string
	Call   *Call
	Reason string
}

// Rule is what chose the branch of a step.
type Rule string

// The rules.
const (
	// ByResult: the action led to its NextAction; Detail says why, if it did nothing.
	ByResult Rule = "result"
	// ByCondition: the first condition that held, in Detail, or none of them.
	ByCondition Rule = "condition"
	// ByError: the branch of an error type; Detail has the type and the cause.
	ByError Rule = "error"
	// ByBlock: the action waits; there is no branch yet.
	ByBlock Rule = "block"
	// ByEnd: the action ended the flow.
	ByEnd Rule = "end"
)

// Trace is one step of a run: which action, and why it went where it went. It
// holds texts of the document and of this package, no values of the contact.
type Trace struct {
	Action string
	Type   string
	Rule   Rule
	Detail string
	// Next is the identifier of the next action, "" if the flow went nowhere.
	Next string
}
