// Package filed spells what Amazon Connect writes of chats into files: transcript files, and contact records.
//
// It guarantees: what is written is a function of what is given; a transcript is written item by item, whatever its length.
package filed

import (
	"time"

	"parley/domain/session"
	"parley/domain/transcript"
)

// Stamp is a time to the millisecond, in UTC, as contact events and transcripts write it.
type Stamp time.Time

// MarshalJSON writes the time.
func (s Stamp) MarshalJSON() ([]byte, error) {
	return []byte(time.Time(s).UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// Some is a time, nil for none.
func Some(t time.Time) *Stamp {
	if t.IsZero() {
		return nil
	}
	s := Stamp(t)
	return &s
}

// Item is an item of a chat as message streams and transcript files have it.
type Item struct {
	AbsoluteTime     *Stamp
	Content          string `json:",omitempty"`
	ContentType      string `json:",omitempty"`
	ID               string `json:"Id"`
	Type             string
	ParticipantID    string                `json:"ParticipantId,omitempty"`
	DisplayName      string                `json:",omitempty"`
	ParticipantRole  string                `json:",omitempty"`
	InitialContactID string                `json:"InitialContactId,omitempty"`
	ContactID        string                `json:"ContactId,omitempty"`
	Attachments      []transcript.Attached `json:",omitempty"`
}

// ItemOf spells an item, without the ids of its contact.
func ItemOf(item *transcript.Item) Item {
	c := Item{
		AbsoluteTime: Some(item.Time), Content: item.Content, ContentType: item.ContentType, ID: item.ID, Type: string(item.Type),
		ParticipantID: item.Author.ParticipantID, DisplayName: item.Author.DisplayName, ParticipantRole: string(item.Author.Role),
	}
	if file, ok := item.Attached(); ok {
		c.Content, c.Attachments = "", []transcript.Attached{file}
	}
	return c
}

// Segments are the contact's segment attributes whose values are texts, as events and records write them.
func Segments(k *session.Contact) map[string]map[string]string {
	all := map[string]map[string]string{}
	for name, v := range k.Segments() {
		if v.String != nil {
			all[name] = map[string]string{"valueString": *v.String}
		}
	}
	return all
}

// QueueType is the type of a contact's queue.
func QueueType(k *session.Contact) string {
	if k.AgentQueue {
		return "AGENT"
	}
	return "STANDARD"
}

// Lasting is a time from one moment to another in seconds, nil while one of them is missing.
func Lasting(from, to time.Time) *int64 {
	if from.IsZero() || to.IsZero() {
		return nil
	}
	n := int64(to.Sub(from) / time.Second)
	return &n
}
