package privacy

import (
	"archive/zip"
	"context"
	"encoding/json"
	"io"
	"time"

	"parley/domain/held"
	"parley/domain/routing"
	"parley/internal/fault"
	"parley/work/audit"
	"parley/work/resource"
)

// Wanted asks for what is held. Exactly one of Contact and Customer is set; of a contact it is the whole chat, as of an erasure.
type Wanted struct {
	Instance string
	Contact  string
	Customer string // a CustomerId: all its chats that have begun
}

// Export is what was asked for, to be written: by whichever node, for it can be encoded.
type Export struct {
	Wanted
	ID string    // in the audit log
	At time.Time // what begins later is not meant
}

func (e *Export) whom() whom { return whom{e.Instance, e.Contact, e.Customer, e.At} }

// Export asks for everything that is held; fault.NotFound for a contact that is not there. Of a CustomerId without chats there is nothing.
func (s *Service) Export(ctx context.Context, w Wanted) (Export, error) {
	e := Export{w, resource.NewID(), s.Clock.Now()}
	if err := e.whom().check(); err != nil {
		return Export{}, err
	}
	if w.Contact != "" {
		for _, err := range s.chats(ctx, e.whom()) {
			if err != nil {
				return Export{}, err
			}
		}
	}
	return e, s.Audit.Note(ctx, w.Instance, audit.Note{Event: EventExportAsked, Subject: e.ID, Detail: e.whom().told()})
}

// About is the file in an export that says what it is. It comes last: an export without it broke off.
const About = "about.json"

// Contents is what About has.
type Contents struct {
	ID    string    `json:"id"` // of the export, in the audit log
	At    time.Time `json:"at"` // what began later is not meant
	Chats int       `json:"chats"`
	Held  []Kept    `json:"held"` // everything that a server keeps, and where of these chats it is here
}

// Kept is one thing that a server keeps.
type Kept struct {
	Name string `json:"name"`
	What string `json:"what"`
	In   string `json:"in,omitempty"` // where it is, of a chat below chats/ID/
	Why  string `json:"why,omitempty"`
}

// contents lists what is kept.
func contents() (list []Kept) {
	for _, p := range append(held.Tables(), held.Documents()...) {
		if p.Way != held.Nothing {
			c := p.Export()
			list = append(list, Kept{p.Name, p.What, c.In, c.Why})
		}
	}
	return append(list, Kept{Name: "files", What: "attached files", In: held.Files})
}

// Write writes an export as a zip file. It holds one page of a chat in memory at a time, and of what is written about a hundred bytes for each
// file that is in it.
func (s *Service) Write(ctx context.Context, e Export, w io.Writer) error {
	z := &bundle{zip: zip.NewWriter(w), at: e.At}
	about := Contents{ID: e.ID, At: e.At, Held: contents()}
	for chat, err := range s.chats(ctx, e.whom()) {
		if err != nil {
			return err
		}
		n, err := s.copyFamily(ctx, z, e.Instance, chat)
		if err != nil {
			return err
		}
		about.Chats += n
	}
	if err := s.copyServed(ctx, z, &e); err != nil {
		return err
	}
	if err := z.document(About, about); err != nil {
		return err
	}
	if err := z.zip.Close(); err != nil {
		return err
	}
	return s.Audit.Note(ctx, e.Instance, audit.Note{Event: EventExported, Subject: e.ID, Detail: Chats(about.Chats)})
}

// copyFamily writes a chat and the guides of its agents, and returns how many chats those are.
func (s *Service) copyFamily(ctx context.Context, z *bundle, instance, chat string) (n int, err error) {
	_, guides, err := s.family(ctx, instance, chat)
	if err != nil {
		return 0, err
	}
	for _, id := range append([]string{chat}, guides...) {
		snap, err := s.Sessions.Fresh(ctx, id)
		if fault.Is(err, fault.NotFound) {
			continue // erased meanwhile
		}
		if err != nil {
			return n, err
		}
		c := chatCopy{s, z, snap}
		if err := c.write(ctx); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// copyServed writes who served the customer last.
func (s *Service) copyServed(ctx context.Context, z *bundle, e *Export) error {
	if e.Customer == "" {
		return nil
	}
	row, err := s.store.Resource(ctx, e.Instance, routing.ServedKind, routing.ServedID(e.Customer))
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	place, _ := held.Named(held.Documents(), routing.ServedKind)
	return z.document(place.Export().In[1:], document{row.ID, plain(row.Document)})
}

// document is a document as an export has it.
type document struct {
	ID       string          `json:"id"`
	Document json.RawMessage `json:"document"` // base64, as a text, where it is no JSON
}

func plain(raw []byte) json.RawMessage {
	if json.Valid(raw) {
		return raw
	}
	text, _ := json.Marshal(raw) // bytes always encode
	return text
}
