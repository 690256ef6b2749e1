// Package remark holds the rules of what colleagues write about a contact: notes, and the disposition.
//
// It guarantees: nothing of it is part of the chat, and who is mentioned in a note is told in the same decision.
package remark

import (
	"slices"
	"unicode/utf8"

	"parley/domain/agent"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/internal/fault"
)

// Bounds of what is written about a contact (our choice: small enough to be kept with the chat).
const (
	MaxNotes    = 50    // of a contact
	MaxNote     = 2_000 // characters of a note, and of the text beside a disposition
	MaxMentions = 10    // of a note
)

// Concerned reports whether a chat is a user's business: the user has, had or is offered a contact of it, or was mentioned in a note on it.
func Concerned(s *session.Session, user string) bool {
	for k := range s.Contacts() {
		switch {
		case k.Agent != nil && k.Agent.UserID == user, k.Offer != nil && k.Offer.UserID == user:
			return true
		case slices.ContainsFunc(k.Notes, func(n session.Note) bool { return slices.Contains(n.Mentions, user) }):
			return true
		}
	}
	return false
}

// Fits refuses a text that is no note, by its length; fault.Invalid.
func Fits(text string) error {
	if text == "" || utf8.RuneCountInString(text) > MaxNote {
		return fault.New(fault.Invalid, "A note has 1 to %d characters", MaxNote)
	}
	return nil
}

// Note writes a note on a contact, also after its end, and has the mentioned agents told whom the decision knows.
func Note(d *contact.Draft, contactID string, n session.Note) (session.Note, error) {
	k := d.Session().Contact(contactID)
	if k == nil {
		return session.Note{}, fault.New(fault.NotFound, "The contact was not found")
	}
	if err := Fits(n.Text); err != nil {
		return session.Note{}, err
	}
	switch {
	case len(n.Mentions) > MaxMentions:
		return session.Note{}, fault.New(fault.Invalid, "A note mentions at most %d people", MaxMentions)
	case len(k.Notes) >= MaxNotes:
		return session.Note{}, fault.New(fault.LimitExceeded, "A contact has at most %d notes", MaxNotes)
	}
	n.At = d.Now()
	k.Notes = append(slices.Clip(k.Notes), n)
	d.Touch(change.State)
	for _, user := range n.Mentions {
		d.Mention(user, agent.Mention{ContactID: k.ID, NoteID: n.ID, By: n.UserID, At: n.At})
	}
	return n, nil
}

// Dispose says what became of a contact. That is for its agent to say, in the chat or in the work after it; said again it replaces what
// was said. codes are those that may be used, nil = any.
func Dispose(d *contact.Draft, contactID string, said session.Disposition, codes []string) error {
	k := d.Session().Contact(contactID)
	switch {
	case k == nil || k.Agent == nil || k.Agent.UserID != said.UserID || k.InitiationMethod == contact.ByMonitor:
		return fault.New(fault.NotFound, "The user has no such contact")
	case !k.Agent.WorkEnded.IsZero():
		return fault.New(fault.Rule, "The after-contact work is over")
	case said.Code == "" || utf8.RuneCountInString(said.Code) > MaxCode || utf8.RuneCountInString(said.Text) > MaxNote:
		return fault.New(fault.Invalid, "A disposition has a code of 1 to %d characters, and a text of at most %d", MaxCode, MaxNote)
	case codes != nil && !slices.Contains(codes, said.Code):
		return fault.New(fault.Invalid, "There is no disposition code %q for this queue", said.Code)
	}
	said.At, k.UpdatedAt = d.Now(), d.Now()
	k.Disposition = &said
	d.Touch(change.State)
	return nil
}

// MaxCode bounds a disposition code, in characters (our choice).
const MaxCode = 100
