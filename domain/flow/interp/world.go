package interp

import "parley/domain/flow"

// World is the chat as a flow sees it and what a flow may do to it, within one
// decision. The rules of the session implement it: purely, so that a decision
// can be thrown away and made again. An error from a method is the flow's: it
// takes an error branch, and the method must have changed nothing.
type World interface {
	// Lookup resolves a path that belongs to the contact: Attributes, Channel,
	// ContactId, InitialContactId, Queue, SegmentAttributes, CustomerId … It sees
	// what the flow changed before. Nothing there is (zero, false).
	Lookup(path flow.Path) (flow.Value, bool)
	// Say sends a text of 1 to MaxText code points to the flow's participant.
	Say(text string) error
	// SetAttributes sets contact attributes: all or, with an error, none.
	SetAttributes(attributes map[string]string) error
	// SetTargetQueue chooses the queue for a later Enqueue, by id or ARN.
	SetTargetQueue(queue string) error
	// Enqueue puts the contact into its target queue. fault.LimitExceeded means
	// that the queue is full; every other error takes the NoMatchingError branch.
	Enqueue() error
	// BotPresent reports whether a CUSTOM_BOT participant is in the chat.
	BotPresent() bool
}
