package contact

import (
	"encoding/json"
	"time"

	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// Receipt reads a delivered or read event (SendEvent): the participant's client
// has reached the message with that id. The session must be fresh enough to know the message.
func Receipt(s *session.Session, participant, contentType, content string, now time.Time) (_ transcript.Mark, id string, err error) {
	if id, err = receiptID(content); err != nil {
		return transcript.Mark{}, "", err
	}
	position, ok := transcript.PositionOf(s.ID, id)
	if !ok || position > s.Head {
		return transcript.Mark{}, "", fault.New(fault.Invalid, "Content.messageId names no message of this chat")
	}
	m := transcript.Mark{Participant: participant}
	if contentType == transcript.Read {
		m.Read, m.ReadAt = position, now
	} else {
		m.Delivered, m.DeliveredAt = position, now
	}
	return m, id, nil
}

func receiptID(content string) (string, error) {
	var body struct {
		MessageID string `json:"messageId"`
	}
	if err := json.Unmarshal([]byte(content), &body); err != nil || body.MessageID == "" {
		return "", fault.New(fault.Invalid, `Content must be JSON with a messageId for message receipts`)
	}
	return body.MessageID, nil
}

// IsReceipt reports whether an event's content type is a message receipt.
func IsReceipt(contentType string) bool {
	return contentType == transcript.Delivered || contentType == transcript.Read
}
