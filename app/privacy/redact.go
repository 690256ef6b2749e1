package privacy

import (
	"context"
	"encoding/json"
	"path"

	"parley/domain/attachment"
	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/store"
	"parley/work/audit"
	"parley/work/resource"
)

// Redacted is what stands in the place of a text that was redacted. Clients show it as any message (text/plain).
const Redacted = "[REDACTED]"

// Redaction names what is to be redacted in a contact.
type Redaction struct {
	Instance string
	Contact  string
	// ID is that of a message, or of what shows an attached file, as transcripts have it; or an AttachmentId.
	ID string
	// Name says that the name of a file goes, too; how it ends stays.
	Name bool
}

// Redact takes the text of one message, or the bytes of one file, out of a contact, whether its chat goes on or not: who sent it and when
// stays, and a file is shown as one that was rejected. A text is gone from the index when this returns (later only where more than a thousand deadlines wait), from what is sent later, and from what the chat
// remembers word by word; a client that shows it already shows it until it reads the transcript again. The audit log says so in the same
// commit; bytes go right after it, if need be by a deadline. fault.NotFound for an id that is no message or file of the contact.
func (s *Service) Redact(ctx context.Context, r Redaction) error {
	chat, err := s.Sessions.ChatOf(ctx, r.Instance, r.Contact)
	if err != nil {
		return err
	}
	var found *redacted
	rule := func(snap *session.Session) (set *change.Set, err error) {
		if found, err = s.find(ctx, snap, &r); err != nil {
			return nil, err
		}
		return s.redaction(snap, found), nil
	}
	commit := func(ctx context.Context, set *change.Set) (store.Result, error) {
		return s.Audit.Commit(ctx, set, r.Instance, found.note(&r))
	}
	_, err = s.Sessions.DecideBy(ctx, chat, rule, commit)
	if err == nil && found.file != "" {
		err = s.Files.Clear(ctx, chat, found.file)
	}
	if err != nil {
		return err
	}
	s.dropped(ctx, []string{chat})
	if err := s.enter(ctx, chat); err != nil {
		return err
	}
	return s.store.Scrub(ctx)
}

// mostDue is among how many deadlines that have come those of a chat are looked for (our choice): behind more, the index follows later.
const mostDue = 1_000

// enter handles the deadlines by which what searches find of a chat's contacts is made anew, where nobody else has.
func (s *Service) enter(ctx context.Context, chat string) error {
	rows, err := s.store.Due(ctx, s.Clock.Now(), mostDue)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.DueKey == s.Again(chat, row.Subject) {
			if err := s.Enter(ctx, row.DueRef); err != nil {
				return err
			}
		}
	}
	return nil
}

// redacted is what is redacted: an item, a file, or both.
type redacted struct {
	item    *transcript.Item // as it stands; nil = nothing shows the file
	file    string           // AttachmentId, "" = it is a message
	renamed bool
}

// note is what the audit log says of it.
func (f *redacted) note(r *Redaction) audit.Note {
	if f.file == "" {
		return audit.Note{Event: EventRedacted, Subject: r.Contact, Detail: f.item.ID}
	}
	n := audit.Note{Event: EventFileRedacted, Subject: r.Contact, Detail: f.file}
	if f.renamed {
		n.Detail += " and its name"
	}
	return n
}

// redaction is the change that puts another item in the place of one, and ends a file.
func (s *Service) redaction(snap *session.Session, f *redacted) *change.Set {
	next := snap.Clone()
	c := &change.Session{ID: snap.ID, Version: snap.Version, Next: next, Parts: change.State}
	set := &change.Set{ID: resource.NewID(), At: s.Clock.Now(), Session: c}
	switch {
	case f.file == "":
		c.Parts |= forget(next, f.item.Content)
		gone := *f.item
		gone.Content, gone.ContentType = Redacted, transcript.Plain
		c.Rewrite = []transcript.Item{gone}
		if k := snap.Contact(gone.ContactID); k != nil && !k.DisconnectedAt.IsZero() {
			set.Due = []change.Due{{DueKey: s.Again(snap.ID, k.ID), At: set.At}}
		}
	case f.item != nil:
		c.Rewrite = []transcript.Item{unshown(f.item, f.renamed)}
	}
	if file := next.File(f.file); file != nil {
		if file.Status = session.FileDiscarded; f.renamed {
			file.Name = nameless(file.Name)
		}
		set.Due = []change.Due{{DueKey: change.DueKey{Owner: snap.ID, Kind: attachment.DueFile, Subject: file.ID}, At: set.At}}
	}
	return set
}

// forget has a chat forget a text that it remembers word by word, and says what it changed.
func forget(next *session.Session, text string) (parts change.Parts) {
	if next.State.InitialMessage == text {
		next.State.InitialMessage = Redacted
	}
	if next.Flow == nil {
		return 0
	}
	for i := range next.Flow.Input {
		if next.Flow.Input[i].Content == text {
			next.Flow.Input[i].Content, parts = Redacted, change.Flow
		}
	}
	return parts
}

// unshown is the item of a file that is not to be had any more.
func unshown(item *transcript.Item, renamed bool) transcript.Item {
	a, _ := item.Attached()
	if a.Status = string(session.FileRejected); renamed {
		a.AttachmentName = nameless(a.AttachmentName)
	}
	content, _ := json.Marshal(a) // texts always encode
	gone := *item
	gone.Content = string(content)
	return gone
}

// nameless is what a file is called whose name is redacted.
func nameless(name string) string { return Redacted + path.Ext(name) }
