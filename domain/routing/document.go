package routing

import (
	"encoding/json"
	"fmt"
)

// Kind is the kind of the resource as which a waiting contact is stored; its
// id is the contact's. It is written in the same commit as the contact's
// session, and is there exactly as long as the contact waits.
const Kind = "waiting"

// Format is the version of the document's form that this code writes. A newer
// one is refused; an older one will be read when there is one.
const Format = 1

// Waiting is a contact that waits in a queue, as it is stored.
type Waiting struct {
	Contact
	// Offered is the user to whom the contact is offered now, "" = nobody: then the
	// contact belongs on the Board.
	Offered string `json:",omitempty"`
	// Beside: it is an agent who is asked into the chat that waits to be found, not the customer.
	Beside bool `json:",omitempty"`
}

type document struct {
	Format int
	Waiting
}

// Document encodes the stored form.
func (w Waiting) Document() ([]byte, error) {
	text, err := json.Marshal(document{Format, w})
	if err != nil {
		return nil, fmt.Errorf("waiting contact %s: %w", w.ID, err)
	}
	return text, nil
}

// ParseWaiting reads a stored waiting contact.
func ParseWaiting(contact string, text []byte) (Waiting, error) {
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return Waiting{}, fmt.Errorf("waiting contact %s: %w", contact, err)
	}
	if d.Format != Format {
		return Waiting{}, fmt.Errorf("waiting contact %s: the document's format is %d, this version reads %d", contact, d.Format, Format)
	}
	d.ID = contact
	return d.Waiting, nil
}
