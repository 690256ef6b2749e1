// Package flow is the Amazon Connect Flow language, version 2019-10-30: what a
// document says, before anything runs it.
//
// Parse accepts every document that has the language's shape and keeps all of
// it: Print writes it back with nothing lost, numbers, booleans, metadata and
// members that this package does not know included. Validate says what is wrong
// with a document that somebody wants to publish. A Document never changes
// after Parse, its texts are compiled once, and any number of goroutines may
// share it. Nothing here does I/O or knows the time.
package flow

import (
	"encoding/json"
	"iter"
)

// Version is the only version of the language that exists.
const Version = "2019-10-30"

// Document is a parsed flow. It is immutable.
type Document struct {
	start   string
	actions []*Action
	index   map[string]*Action
	members []member
	source  []byte
	chars   int
}

// Action is one block of a flow. Do not modify it: documents are shared.
type Action struct {
	// ID is the Identifier, unique within a valid document.
	ID string
	// Type names what the action does, as in "MessageParticipant".
	Type string
	// Parameters is an object; it is empty where the document has none.
	Parameters Param
	// NextAction is where a success leads, "" where nothing is wired. On
	// actions that end in a condition, and on transfers, consoles write a copy
	// of an error branch here.
	NextAction string
	// Conditions are tried in order against the result of the action.
	Conditions []Condition
	// Errors are the branches for failures.
	Errors []ErrorBranch

	members []member
}

// Condition is one branch that a result may take.
type Condition struct {
	Operator   Operator
	Operands   []Template
	NextAction string
}

// ErrorBranch is one branch that a failure may take.
type ErrorBranch struct {
	// ErrorType is what the branch is for, as in "NoMatchingError".
	ErrorType  string
	NextAction string
}

// Error types that more than one action has.
const (
	// NoMatchingError is the branch for every failure that has none of its own.
	NoMatchingError = "NoMatchingError"
	// NoMatchingCondition is the branch for a result that no condition matched.
	NoMatchingCondition = "NoMatchingCondition"
)

// Source returns the document exactly as it was written. Do not modify it.
func (d *Document) Source() []byte { return d.source }

// StartAction returns the identifier of the action that runs first.
func (d *Document) StartAction() string { return d.start }

// Action returns the action with that identifier; of several, the first.
func (d *Document) Action(id string) (*Action, bool) {
	a, ok := d.index[id]
	return a, ok
}

// Actions yields the actions in the order of the document.
func (d *Document) Actions() iter.Seq2[int, *Action] {
	return func(yield func(int, *Action) bool) {
		for i, a := range d.actions {
			if !yield(i, a) {
				return
			}
		}
	}
}

// Len returns the number of actions.
func (d *Document) Len() int { return len(d.actions) }

// Metadata returns the document's Metadata as it was written, nil if there is none.
func (d *Document) Metadata() json.RawMessage {
	raw, _ := find(d.members, "Metadata")
	return raw
}

// Settings returns a module's Settings as they were written, nil if there are none.
func (d *Document) Settings() json.RawMessage {
	raw, _ := find(d.members, "Settings")
	return raw
}

// ErrorBranch returns the branch for exactly that error type.
func (a *Action) ErrorBranch(errorType string) (ErrorBranch, bool) {
	for _, e := range a.Errors {
		if e.ErrorType == errorType {
			return e, true
		}
	}
	return ErrorBranch{}, false
}
