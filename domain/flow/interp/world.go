package interp

import (
	"encoding/json"

	"parley/domain/flow"
)

// World is the chat as a flow sees it and what a flow may do to it, within one
// decision. The rules of the session implement it: purely, so that a decision
// can be thrown away and made again. An error from a method is the flow's: it
// takes an error branch, and the method must have changed nothing.
type World interface {
	Data
	Documents
	Messages
	Views
	Authentication
	Logs
	Queues
	Contacts
	Instance
}

// Data is what a flow reads of its contact, and its attributes.
type Data interface {
	// Lookup resolves a path that belongs to the contact: Attributes, Channel,
	// ContactId, InitialContactId, Queue, SegmentAttributes, CustomerId … It sees
	// what the flow changed before. Nothing there is (zero, false).
	Lookup(path flow.Path) (flow.Value, bool)
	// ContactData is Details.ContactData of the event that a function gets.
	ContactData() json.RawMessage
	// SetAttributes sets contact attributes: all or, with an error, none.
	SetAttributes(attributes map[string]string) error
	// BotPresent reports whether a CUSTOM_BOT participant is in the chat.
	BotPresent() bool
}

// Documents are the flows, modules and prompts of the instance.
type Documents interface {
	// Document returns a content, nil if it is gone; false if it was not read for this decision. The
	// Advance then ends with NeedDocument.
	Document(content string) (*flow.Document, bool)
	// Flow finds the published content of a flow that TransferToFlow may name, by
	// id or ARN.
	Flow(ref string) (Target, error)
	// Module finds the content of a module by id or ARN, with ":alias", ":version"
	// or ":$LATEST", else the published one.
	Module(ref string) (Target, error)
	// Prompt returns the text of a prompt by id or ARN; false if it has none.
	Prompt(ref string) (string, bool)
}

// Target is a flow or module to go to.
type Target struct{ FlowID, Content string }

// Messages are what a flow says.
type Messages interface {
	// Say sends a text of 1 to MaxText code points to the flow's participant.
	Say(text string) error
	// SayBot sends what a bot said. An interactive message that does not follow its
	// template is an error; a chat that takes none gets its text.
	SayBot(contentType, content string) error
}

// Views are the views that a flow shows.
type Views interface {
	// View finds a view by name of a managed one, id or ARN, each with ":version"
	// or ":$LATEST", else in the given version, else the latest.
	View(ref, version string) (ViewRef, error)
	// ShowView sends a view with its data. The token finds the view again for who
	// received it. A chat that does not take interactive messages is an error; errors quote nobody.
	ShowView(token string, view ViewRef, data json.RawMessage) error
}

// ViewRef is one version of a view.
type ViewRef struct {
	ID, Version string
	Content     string // id of the immutable content
}

// Logs is whether the steps of the flow are logged with their values.
type Logs interface {
	Logging() bool
	SetLogging(on bool)
}

// Queues is where a flow sends its contact.
type Queues interface {
	// SetTargetQueue chooses the queue for a later Enqueue, by id or ARN.
	SetTargetQueue(queue string) error
	// SetTargetAgent chooses a user's own queue for a later Enqueue, by the user's id or ARN. It may return a *Need.
	SetTargetAgent(user string) error
	// Enqueue puts the contact into its target queue. fault.LimitExceeded means
	// that the queue is full; every other error takes the NoMatchingError branch.
	Enqueue() error
}
