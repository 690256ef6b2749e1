// Package bus is the port through which the parts of Parley, on one node or
// on many, tell one another that something has been committed.
//
// It guarantees nothing but cheapness: a hint may be lost, late, doubled or
// out of order, and nobody may be wrong because of it. What a hint says is
// already durable when it is published; whoever needs certainty reads the
// store.
//
// The conformance suite is package bustest; every adapter runs it.
package bus

import (
	"context"

	"parley/domain/transcript"
)

// Topic is what a hint is about; subscribers choose by it. It is made of words
// of letters, digits, - and _, with dots between them.
type Topic string

// The topics beside those of single things.
const (
	Due    Topic = "due"    // due work was committed that may be earlier than what nodes wait for
	Config Topic = "config" // a resource changed; Hint.Key names it
	// Routing: an agent or a waiting contact changed. Hint.Key is instance/kind/id, Hint.Version
	// the version that its document has from then on.
	Routing Topic = "routing"
	// Alert: an alert was raised or cleared; Hint.Key is its instance.
	Alert Topic = "alert"
	// Erased: a chat was erased, or its transcript changed; Hint.Key is its id. Who has something of it in memory drops it.
	Erased Topic = "erased"
	// Restored tells this node's subscribers that hints of other nodes arrive again and
	// that some may have been lost. Only the bus itself publishes it.
	Restored Topic = "restored"
)

// Session returns the topic of one session.
func Session(id string) Topic { return Topic("session." + id) }

// Agent returns the topic of one agent.
func Agent(id string) Topic { return Topic("agent." + id) }

// Queue returns the topic of one queue.
func Queue(id string) Topic { return Topic("queue." + id) }

// Hint says what was committed. Receivers share it and must not change it.
type Hint struct {
	// Key is for topics that are not sessions: what changed, in the topic's own words.
	Key string

	Session string
	// Version of the session after the commit; Changed: the commit moved it. (A hint that leaves
	// the version as it is tells a receiver that knows a lower one that it has missed a change.)
	Version int64
	Changed bool
	// Items are the session's new items in order. Stored ones carry their
	// Position; those that are only pushed (typing, receipts) have Position 0.
	Items []transcript.Item
	// Preview is what a customer writes and has not sent, nil for nothing. It is no item of the session; a hint that has one may be
	// heard of by nodes of its release or newer ones only.
	Preview *transcript.Item
	// Head is the session's last position where the new items were left out because they are
	// too large to carry: whoever lacks them reads the store. Else 0.
	Head int64
	// Gone lists the participants that the commit removed from the chat.
	Gone []string
	// Ended: the commit ended the session.
	Ended bool
}

// Bus carries hints. It is safe for concurrent use.
type Bus interface {
	// Publish tells the topic's subscribers, on this node and on others. It
	// may run this node's handlers before it returns; it does not wait for other nodes, and
	// there is no error: a hint that cannot be sent is lost.
	Publish(ctx context.Context, topic Topic, hint Hint)
	// Subscribe has handle called with every hint of the topic that arrives, possibly from
	// several goroutines at once. handle must not block; it may use the bus.
	// cancel does not wait for calls that have begun; no other begins after it returned.
	Subscribe(topic Topic, handle func(Hint)) (cancel func())
	// Up reports whether hints of other nodes arrive, as far as is known.
	Up() bool
	// Close ends all subscriptions and releases everything.
	Close() error
}

// Counted is a Bus that counts what it does.
type Counted interface {
	// Stats returns the counts.
	Stats() Stats
}

// Stats counts what a Bus does on this node.
type Stats struct {
	Published int64 // hints handed to it
	Dropped   int64 // hints that it could not send, or for which a receiver had no room
}
