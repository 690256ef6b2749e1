package interp

import (
	"encoding/json"
	"time"
)

// Input is something that happened and may concern a run: Start, Timer,
// CustomerMessage, SignIn, ParticipantLeft, Started or Result.
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

// Started says that the asynchronous call with that key is under way: the run
// goes on, and its Result comes later.
type Started struct{ Key string }

// Result is what came of the call with that key: an answer, or an error. A run
// that does not wait for that key ignores it.
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
func (Started) input()         {}
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
	// NeedDocument: the Advance needs the content Outcome.Content. Nothing that it
	// did counts; read it and make the whole decision again.
	NeedDocument OutcomeKind = "document"
	// NeedMetrics, NeedContact and NeedUser: the same for the live numbers of a queue, for
	// the chat of a contact and for the name of a user, whose id is Outcome.Subject.
	NeedMetrics OutcomeKind = "metrics"
	NeedContact OutcomeKind = "contact"
	NeedUser    OutcomeKind = "user"
	NeedServed  OutcomeKind = "served"
	// Noted: the run took note of the input and stays where it was. With Outcome.Call,
	// make that call again.
	Noted OutcomeKind = "noted"
	// Queued: the contact is in its queue, and the flow is over.
	Queued OutcomeKind = "queued"
	// Disconnected: the flow disconnected its participant.
	Disconnected OutcomeKind = "disconnected"
	// EndedByFlow: EndFlowExecution. A contact that is not queued is ended by it.
	EndedByFlow OutcomeKind = "ended"
	// Unwired: a branch led nowhere; Outcome.Reason says which.
	Unwired OutcomeKind = "unwired"
	// Budget: the flow ran too many actions, or resolved or kept too much; Outcome.Reason says which limit.
	Budget OutcomeKind = "budget"
)

// Needs reports whether the decision is to be made again with something that it lacks.
func (k OutcomeKind) Needs() bool {
	return k == NeedDocument || k == NeedMetrics || k == NeedContact || k == NeedUser || k == NeedServed
}

// Outcome says how an Advance ended. All kinds but Ignored, Noted, Blocked, CallOut
// and those that Needs mean that the run is over.
type Outcome struct {
	Kind    OutcomeKind
	Until   time.Time
	Events  []string
	Call    *Call
	Content string
	Subject string
	Reason  string // holds nothing of the contact: it may stand in any log
	Cause   string // why there was an error, where Reason tells of one; it may quote what a function or the customer said

	bot  string // of the Wait
	hide bool
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
// holds texts of the document and of this package, no values of the contact but
// in Log.
type Trace struct {
	// Flow is the id of the flow or module that the action stands in.
	Flow   string
	Action string
	Type   string
	Rule   Rule
	Detail string
	// Next is the identifier of the next action, "" if the flow went nowhere.
	Next string
	// Plain says, in our words alone, why the step failed: it may stand in any log. "" where it did not, or where the cause could quote somebody:
	// Detail has it.
	Plain string
	// Missing are the references of the step at which there was nothing, their parts joined with dots however the author spelled them ($.Attributes.a b
	// for $['Attributes']['a b']): texts of the document, which may stand in any log.
	Missing []string
	// Log is what the flow log shows of the step, nil where logging is not enabled
	// for the contact.
	Log *Log
}

// Log is the private part of a step: values of the contact. Only the flow log
// reads it.
type Log struct {
	// Module is what the first flow language called the action.
	Module string
	// Parameters are the action's, an object, with every reference resolved.
	Parameters json.RawMessage
	// Results is what came of the action: a value, an error type and its cause, or
	// what a call answered. Empty where there is nothing to tell.
	Results string
}
