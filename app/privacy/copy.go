package privacy

import (
	"archive/zip"
	"context"
	"io"
	"path"
	"strings"
	"unicode"

	"parley/domain/filed"
	"parley/domain/held"
	"parley/domain/session"
	"parley/work"
)

// chatCopy writes one chat into an export.
type chatCopy struct {
	s    *Service
	out  *bundle
	chat *session.Session
}

// write writes all that domain/held says of a chat.
func (c chatCopy) write(ctx context.Context) error {
	for _, part := range []func(context.Context) error{c.state, c.records, c.transcripts, c.receipts, c.documents, c.files} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// in is where the export has something of the chat.
func (c chatCopy) in(name string) string { return "chats/" + c.chat.ID + "/" + name }

// table is where it has what is in a table.
func (c chatCopy) table(name string) string {
	place, _ := held.Named(held.Tables(), name)
	return c.in(place.Export().In)
}

// state writes the chat as rules read it: all but what would let somebody sign in who has it.
func (c chatCopy) state(context.Context) error {
	shown := c.chat.Clone()
	if shown.State.Authentication != nil {
		shown.State.Authentication.Attempt = nil
	}
	status := map[session.Status]string{session.Pending: "pending", session.Active: "active", session.Ended: "ended"}[shown.Status]
	return c.out.document(c.table("sessions"), struct {
		Status string
		*session.Session
	}{status, shown})
}

// records writes the contact records.
func (c chatCopy) records(ctx context.Context) error {
	for k := range c.chat.Contacts() {
		r, err := work.RecordOf(ctx, c.s.store, c.chat, k)
		if err != nil {
			return err
		}
		w, err := c.out.file(c.table("contacts")+k.ID+".json", zip.Deflate)
		if err != nil {
			return err
		}
		if _, err := w.Write(filed.Record(c.s.Home, c.chat, k, &r)); err != nil {
			return err
		}
	}
	return nil
}

// transcripts writes what was said in each contact: all of it, also what others do not see.
func (c chatCopy) transcripts(ctx context.Context) error {
	for k := range c.chat.Contacts() {
		if err := c.transcript(ctx, k); err != nil {
			return err
		}
	}
	return nil
}

func (c chatCopy) transcript(ctx context.Context, k *session.Contact) error {
	var file *filed.Transcript
	for item, err := range work.ItemsOf(ctx, c.s.store, c.chat.ID, k) {
		if err == nil && file == nil {
			file, err = c.begin(k)
		}
		if err == nil {
			err = file.Add(item)
		}
		if err != nil {
			return err
		}
	}
	if file == nil {
		return nil
	}
	return file.End()
}

// begin begins the file of a contact's transcript.
func (c chatCopy) begin(k *session.Contact) (*filed.Transcript, error) {
	w, err := c.out.file(c.table("items")+k.ID+".json", zip.Deflate)
	if err != nil {
		return nil, err
	}
	return filed.NewTranscript(w, filed.Head{Account: c.s.Home.Account, Instance: c.chat.InstanceID, Initial: c.chat.ID, Contact: k.ID}), nil
}

// receipts writes up to where each participant has got and read the transcript.
func (c chatCopy) receipts(ctx context.Context) error {
	marks, err := c.s.store.Marks(ctx, c.chat.ID)
	file := lines{bundle: c.out, name: c.table("marks")}
	for i := range marks {
		if err == nil {
			err = file.add(marks[i])
		}
	}
	return err
}

// documents writes the documents of the chat and of its contacts, each kind into a file.
func (c chatCopy) documents(ctx context.Context) error {
	var contacts []string
	for k := range c.chat.Contacts() {
		contacts = append(contacts, k.ID)
	}
	for _, place := range held.Documents() {
		file := lines{bundle: c.out, name: c.in(place.Export().In)}
		for _, id := range place.Owners([]string{c.chat.ID}, contacts) {
			for r, err := range c.s.owned(ctx, c.chat.InstanceID, place.Name, id) {
				if err == nil {
					err = file.add(document{r.ID, plain(r.Document)})
				}
				if err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// files writes the bytes of attached files, under the names that chat.json has for their keys.
func (c chatCopy) files(ctx context.Context) error {
	return c.s.Files.Held(ctx, c.chat.ID, func(key string, body io.Reader) error {
		name := path.Base(key)
		for i := range c.chat.State.Files {
			if f := &c.chat.State.Files[i]; f.Key == key {
				name = f.ID + "-" + Safe(f.Name)
			}
		}
		w, err := c.out.file(c.in(held.Files)+name, zip.Store)
		if err == nil {
			_, err = io.Copy(w, body)
		}
		return err
	})
}

// longest is how many characters of the name that somebody gave a file are in that of its copy (our choice).
const longest = 80

// Safe makes a name that is one on every system out of what somebody called a file.
func Safe(name string) string {
	runes := []rune(strings.ToValidUTF8(name, "_"))
	if extra := len(runes) - longest; extra > 0 {
		runes = runes[extra:] // its end says what it is
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, string(runes))
}
