// Package processing knows how a message processor is asked about a message on its way, and what
// it answers (Amazon Connect administrator guide, message processing).
//
// It guarantees: whatever a processor answers is a decision that can be carried out, or a failure;
// nothing of an answer is believed that was not asked for.
package processing

import (
	"encoding/json"
	"time"
	"unicode/utf8"

	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// Kind names the calls of processors.
const Kind = "processor"

// Timeout is how long a processor may take in all (our choice: that of the functions of flows).
const Timeout = 8 * time.Second

// maxContent bounds what a processor makes of a message, in characters (Amazon Connect Participant, ChatContent).
const maxContent = 16_384

// Status is what becomes of a message.
type Status string

// The decisions of a processor, and its failure.
const (
	Approved  Status = "APPROVED"  // as it is
	Processed Status = "PROCESSED" // with another content
	Rejected  Status = "REJECTED"  // only its author sees it
	Failed    Status = "FAILED"
)

// Result is what a processor decided. ContentType and Content are those of a Processed message.
type Result struct {
	Status               Status
	ContentType, Content string
}

// Takes reports whether messages of that type are processed: texts and JSON.
func Takes(contentType string) bool {
	return contentType == transcript.Plain || contentType == transcript.Markdown || contentType == transcript.JSON
}

// Event is what a processor is asked. contact is the ARN of the contact.
func Event(s *session.Session, contact string, w session.Waiting) json.RawMessage {
	type content struct {
		AbsoluteTime     string `json:"absoluteTime"`
		Content          string `json:"content"`
		ContentType      string `json:"contentType"`
		ID               string `json:"id"`
		ParticipantID    string `json:"participantId"`
		DisplayName      string `json:"displayName"`
		ParticipantRole  string `json:"participantRole"`
		InitialContactID string `json:"initialContactId"`
		ContactID        string `json:"contactId"`
	}
	raw, _ := json.Marshal(struct { // texts always encode
		Version     string  `json:"version"`
		InstanceID  string  `json:"instanceId"`
		ResourceARN string  `json:"associatedResourceArn"`
		ChatContent content `json:"chatContent"`
	}{"1.0", s.InstanceID, contact, content{
		w.At.UTC().Format("2006-01-02T15:04:05.000Z"), w.Content, w.ContentType, w.ID,
		w.Author.ParticipantID, w.Author.DisplayName, string(w.Author.Role), s.ID, w.ContactID,
	}})
	return raw
}

// Read reads an answer.
func Read(answer json.RawMessage) (Result, error) {
	var given struct {
		Status Status `json:"status"`
		Result struct {
			Content struct {
				Content     string `json:"content"`
				ContentType string `json:"contentType"`
			} `json:"processedChatContent"`
		} `json:"result"`
	}
	if err := json.Unmarshal(answer, &given); err != nil {
		return Result{}, fault.New(fault.Rule, "the processor's answer cannot be read")
	}
	switch given.Status {
	case Approved, Rejected:
		return Result{Status: given.Status}, nil
	case Processed:
		c := given.Result.Content
		return Result{Processed, c.ContentType, c.Content}, check(c.ContentType, c.Content)
	case Failed:
		return Result{}, fault.New(fault.Rule, "the processor says that it failed")
	}
	return Result{}, fault.New(fault.Rule, "the processor's answer has no status that is known")
}

func check(contentType, content string) error {
	switch {
	case !Takes(contentType):
		return fault.New(fault.Rule, "the processor's answer has no content type that it may have")
	case content == "" || utf8.RuneCountInString(content) > maxContent:
		return fault.New(fault.Rule, "the processor's content must have 1 to %d characters", maxContent)
	case contentType == transcript.JSON && !json.Valid([]byte(content)):
		return fault.New(fault.Rule, "the processor's content is no JSON")
	}
	return nil
}
