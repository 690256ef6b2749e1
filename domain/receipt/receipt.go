// Package receipt reads what clients say of the messages that have reached them (SendEvent, message receipts).
package receipt

import (
	"encoding/json"
	"time"

	"parley/domain/transcript"
	"parley/internal/fault"
)

// Mark reads a delivered or read event (SendEvent): the participant's client
// has reached the message at that position; 0 means that the chat has no such message.
func Mark(participant, contentType string, position int64, now time.Time) (transcript.Mark, error) {
	m := transcript.Mark{Participant: participant}
	switch {
	case position == 0:
		return m, fault.New(fault.Invalid, "Content.messageId names no message of this chat")
	case contentType == transcript.Read:
		m.Read, m.ReadAt = position, now
	default:
		m.Delivered, m.DeliveredAt = position, now
	}
	return m, nil
}

// MessageID returns the id of the message that a delivered or read event names.
func MessageID(content string) (string, error) {
	var body struct {
		MessageID string `json:"messageId"`
	}
	if err := json.Unmarshal([]byte(content), &body); err != nil || body.MessageID == "" {
		return "", fault.New(fault.Invalid, `Content must be JSON with a messageId for message receipts`)
	}
	return body.MessageID, nil
}

// Is reports whether an event's content type is a message receipt.
func Is(contentType string) bool {
	return contentType == transcript.Delivered || contentType == transcript.Read
}
