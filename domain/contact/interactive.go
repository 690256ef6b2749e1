package contact

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/interactive"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// referencesKept is how many interactive messages of a session an answer may name (our choice).
const referencesKept = 64

// sendInteractive is Send for an interactive message, which the session remembers.
func sendInteractive(s *session.Session, p *session.Participant, m Message, id string, now time.Time) (*change.Set, error) {
	d := Decide(s, id, now)
	if err := d.mayWait(); err != nil {
		return nil, err
	}
	if err := d.template(m.Content, p.Author()); err != nil {
		return nil, err
	}
	d.Returned(p) // as in Send
	return d.Changes(), nil
}

// showMenu sends an interactive message of a flow, or its text where the chat takes no such messages.
func (d *Draft) showMenu(content string, who transcript.Author) error {
	if len(content) > MaxTemplateBytes {
		return fault.New(fault.Invalid, "Content must have at most %d bytes for content type %s, got %d", MaxTemplateBytes, transcript.Interactive, len(content))
	}
	if allows(d.s.State.ContentTypes, transcript.Interactive) {
		return d.template(content, who)
	}
	if _, err := interactive.Prepare(content, d.reference()); err != nil {
		return err
	}
	text := interactive.Text(content)
	if text == "" {
		return fault.New(fault.Rule, "the chat does not take %s", transcript.Interactive)
	}
	d.message(transcript.Plain, text, who)
	return nil
}

// template appends an interactive message that follows its template, with the reference by which an answer finds it.
func (d *Draft) template(content string, who transcript.Author) error {
	prepared, err := interactive.Prepare(content, d.reference())
	if err != nil {
		return err
	}
	if reference := interactive.Reference(prepared); reference != "" && !slices.Contains(d.s.State.References, reference) {
		kept := append(slices.Clone(d.s.State.References), reference)
		d.s.State.References = kept[max(0, len(kept)-referencesKept):]
		d.touch(change.State)
	}
	d.message(transcript.Interactive, prepared, who)
	return nil
}

// reference derives a referenceId from the Set's id, which is new for every decision, and from how many were said before.
func (d *Draft) reference() string {
	space, err := uuid.Parse(d.set.ID)
	if err != nil {
		space = uuid.NameSpaceOID
	}
	return uuid.NewSHA1(space, fmt.Append(nil, "reference", len(d.set.Items)+d.waits())).String()
}

// answers holds an answer against the interactive message that it names, as long as the session remembers it.
func answers(s *session.Session, m Message) error {
	r, err := interactive.ReadResponse(m.Content)
	if err != nil {
		return err
	}
	known := s.State.References
	if r.Reference == "" || slices.Contains(known, r.Reference) || len(known) == referencesKept {
		return nil
	}
	return fault.New(fault.Invalid, "Content.data.referenceId names no interactive message of this chat")
}
