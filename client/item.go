package client

import (
	"strings"
	"time"
)

// Prefixes of Amazon Connect's content types.
const (
	EventPrefix   = "application/vnd.amazonaws.connect.event."
	MessagePrefix = "application/vnd.amazonaws.connect.message."
)

// Content types that callers of this package tell apart.
const (
	TextPlain = "text/plain"
	Typing    = EventPrefix + "typing"
	ChatEnded = EventPrefix + "chat.ended"
	// ParticipantLeft is also what a participant sees of itself when others end the chat.
	ParticipantLeft = EventPrefix + "participant.left"
)

// Item is one message or event of a chat, as the socket and GetTranscript
// carry it. Members that the server left out are "".
type Item struct {
	ID               string
	Type             string // MESSAGE, EVENT, ATTACHMENT, MESSAGEMETADATA
	ContentType      string
	Content          string
	AbsoluteTime     string // ISO 8601, UTC, milliseconds
	ParticipantID    string
	ParticipantRole  string // CUSTOMER, AGENT, SYSTEM, SUPERVISOR, CUSTOM_BOT
	DisplayName      string
	ContactID        string
	InitialContactID string
	Attachments      string // raw JSON
	Metadata         string // MessageMetadata, raw JSON
}

// Time returns AbsoluteTime, the zero time if it is not one.
func (i Item) Time() time.Time {
	t, _ := time.Parse(time.RFC3339, i.AbsoluteTime)
	return t
}

// Stored reports whether the transcript keeps items of this kind: messages,
// attachments and all events but typing, idleness and its consequences.
func (i Item) Stored() bool {
	switch i.Type {
	case "MESSAGE", "ATTACHMENT":
		return true
	case "EVENT":
		return !passing(strings.TrimPrefix(i.ContentType, EventPrefix))
	}
	return false
}

func passing(event string) bool {
	switch event {
	case "typing", "participant.idle", "participant.returned", "participant.autodisconnection",
		"connection.acknowledged", "message.metadata":
		return true
	}
	return false
}

// parseItem reads an item; its strings share the memory of raw.
func parseItem(raw string) (Item, error) {
	var item Item
	err := members(raw, func(key, value string) {
		if field := item.field(key); field != nil {
			*field = text(value)
			return
		}
		switch key {
		case "Attachments":
			item.Attachments = value
		case "MessageMetadata":
			item.Metadata = value
		}
	})
	return item, err
}

// field returns where a member with text goes, nil if it has no place.
func (i *Item) field(key string) *string {
	switch key {
	case "Id":
		return &i.ID
	case "Type":
		return &i.Type
	case "ContentType":
		return &i.ContentType
	case "Content":
		return &i.Content
	case "AbsoluteTime":
		return &i.AbsoluteTime
	case "ParticipantId":
		return &i.ParticipantID
	case "ParticipantRole":
		return &i.ParticipantRole
	case "DisplayName":
		return &i.DisplayName
	case "ContactId":
		return &i.ContactID
	case "InitialContactId":
		return &i.InitialContactID
	}
	return nil
}
