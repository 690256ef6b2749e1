// Package transcript holds the nouns of a chat's record: items, their order
// and identity, and receipts.
//
// It guarantees that an item's Id, position and AbsoluteTime agree: the Id is
// a UUIDv7 that carries the AbsoluteTime and, mixed with the session's id, the
// position; so an Id alone finds its item, and no index of Ids is kept.
package transcript

import "time"

// Type is an item's Type on the wire.
type Type string

// The types of items (Amazon Connect Participant, Item.Type). MessageMetadata
// and typing events are only pushed, never stored.
const (
	Message         Type = "MESSAGE"
	Event           Type = "EVENT"
	Attachment      Type = "ATTACHMENT"
	MessageMetadata Type = "MESSAGEMETADATA"
)

// Role is a participant's role on the wire.
type Role string

// The roles of participants (Amazon Connect, ParticipantRole).
const (
	Customer   Role = "CUSTOMER"
	Agent      Role = "AGENT"
	System     Role = "SYSTEM"
	CustomBot  Role = "CUSTOM_BOT"
	Supervisor Role = "SUPERVISOR"
)

// Visibility says which side of the chat may see an item.
type Visibility uint8

// The audiences. The zero value is everybody.
const (
	All Visibility = iota
	CustomerOnly
	AgentOnly
	AuthorOnly
)

// Processing is what the processing of a message on its way came to.
type Processing string

// The outcomes of processing (Amazon Connect Participant, MessageProcessingStatus). A message that was processed shows none on the wire.
const (
	Processed Processing = "PROCESSED"
	Failed    Processing = "FAILED"
	Rejected  Processing = "REJECTED"
)

// Author is who an item comes from. The zero value means nobody in
// particular (chat.ended).
type Author struct {
	ParticipantID string
	DisplayName   string
	Role          Role
}

// Item is one entry of a session's transcript. Stored items have a Position;
// items that are only pushed have none.
type Item struct {
	Position    int64 // 1, 2, 3 … within the session; 0 = not stored
	ID          string
	Time        time.Time // AbsoluteTime, strictly increasing with Position
	Type        Type
	ContentType string
	Content     string
	ContactID   string // the segment in which it was said
	Author      Author
	Visibility  Visibility
	Receipt     *Receipt // MessageMetadata only
	// Stream is the Id under which the message was shown while it was being made
	// (StreamID), "" for all others. Chunk is set for a part of it, which is only
	// pushed: parts count from 1, and their Content is what they add.
	Stream string
	Chunk  int
	// Processing is set for a message that went through a processor: its Stream is the Id under which it was
	// acknowledged, before anybody knew where it would stand.
	Processing Processing
}

// Passing reports whether the item is shown as it happens and then is no part of the transcript (Amazon Connect: the
// events of timers; our choice: those of lost connections). It is stored all the same, so that every socket of the chat gets it, in its place.
func (i *Item) Passing() bool {
	switch i.ContentType {
	case Idle, Returned, AutoDisconnection, Active, Inactive:
		return true
	}
	return false
}

// SeenBy reports whether a participant may see the item.
func (i *Item) SeenBy(participant string, r Role) bool {
	if i.Visibility == AuthorOnly {
		return i.Author.ParticipantID == participant
	}
	return i.VisibleTo(r)
}

// VisibleTo reports whether every participant of that role may see the item.
func (i *Item) VisibleTo(r Role) bool {
	switch i.Visibility {
	case CustomerOnly:
		return r == Customer
	case AgentOnly:
		return r == Agent || r == Supervisor
	case AuthorOnly:
		return false
	default:
		return true
	}
}

// Place stamps the item with its position in a session and its time.
func (i *Item) Place(session string, position int64, at time.Time) {
	i.Position, i.Time = position, at
	if i.ID = i.Stream; i.ID == "" {
		i.ID = ID(session, position, at)
	}
}

// NextTime returns the AbsoluteTime of an item decided at now that follows an
// item of time last: strictly later, to the millisecond (our choice: clients
// sort by it).
func NextTime(now, last time.Time) time.Time {
	now = now.Truncate(time.Millisecond)
	if now.After(last) {
		return now
	}
	return last.Add(time.Millisecond)
}
