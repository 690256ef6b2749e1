package contact

import (
	"slices"
	"unicode/utf8"

	"github.com/google/uuid"

	"parley/domain/agent"
	"parley/domain/change"
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

// Note writes a note on a contact, also after its end, and has the mentioned agents told whom the decision knows.
func (d *Draft) Note(contact, user, text string, mentions []string) (session.Note, error) {
	k := d.s.Contact(contact)
	switch {
	case k == nil:
		return session.Note{}, fault.New(fault.NotFound, "The contact was not found")
	case text == "" || utf8.RuneCountInString(text) > MaxNote:
		return session.Note{}, fault.New(fault.Invalid, "A note has 1 to %d characters", MaxNote)
	case len(mentions) > MaxMentions:
		return session.Note{}, fault.New(fault.Invalid, "A note mentions at most %d people", MaxMentions)
	case len(k.Notes) >= MaxNotes:
		return session.Note{}, fault.New(fault.LimitExceeded, "A contact has at most %d notes", MaxNotes)
	}
	n := session.Note{
		ID: uuid.NewSHA1(d.space(), []byte("note")).String(), UserID: user, At: d.now, Text: text, Mentions: mentions,
	}
	k.Notes = append(slices.Clip(k.Notes), n)
	d.touch(change.State)
	for _, one := range mentions {
		_ = d.change(one, func(a agent.Agent) (agent.Agent, error) {
			return a.Mention(agent.Mention{ContactID: k.ID, NoteID: n.ID, By: user, At: d.now}), nil
		})
	}
	return n, nil
}

// Dispose says what became of a contact. That is for its agent to say, in the chat or in the work after it; said again it replaces what
// was said. codes are those that may be used, nil = any.
func (d *Draft) Dispose(contact, user, code, text string, codes []string) error {
	k := d.s.Contact(contact)
	switch {
	case k == nil || k.Agent == nil || k.Agent.UserID != user || k.InitiationMethod == byMonitor:
		return fault.New(fault.NotFound, "The user has no such contact")
	case !k.Agent.WorkEnded.IsZero():
		return fault.New(fault.Rule, "The after-contact work is over")
	case code == "" || utf8.RuneCountInString(code) > MaxCode || utf8.RuneCountInString(text) > MaxNote:
		return fault.New(fault.Invalid, "A disposition has a code of 1 to %d characters, and a text of at most %d", MaxCode, MaxNote)
	case codes != nil && !slices.Contains(codes, code):
		return fault.New(fault.Invalid, "There is no disposition code %q for this queue", code)
	}
	k.Disposition = &session.Disposition{Code: code, Text: text, UserID: user, At: d.now}
	d.updated(k)
	return nil
}

// MaxCode bounds a disposition code, in characters (our choice).
const MaxCode = 100
