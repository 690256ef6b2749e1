package session

import "time"

// Note is what somebody wrote about a contact for colleagues. It is no part of the transcript.
type Note struct {
	ID       string
	UserID   string // who wrote it
	At       time.Time
	Text     string
	Mentions []string `json:",omitempty"` // the users who are told of it
}

// Disposition is what became of a contact, as its agent says.
type Disposition struct {
	Code   string
	Text   string `json:",omitempty"`
	UserID string
	At     time.Time
}
