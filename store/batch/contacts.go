package batch

import (
	"parley/domain/change"
	"parley/domain/record"
	"parley/internal/fault"
	"parley/store/codec"
)

// Contact is what guards read of a contact, and what becomes of its row.
type Contact struct {
	Taken bool // the id is in the index

	stands bool // in the database
	row    *ContactRow
}

// ContactRow is a contact as it stands after the batch. What searches look for is 0 or "" where there is none.
type ContactRow struct {
	ID, Instance, Session                        string
	Initiated, Enqueued, Connected, Disconnected int64
	Queue, Agent, Method, Customer               string
	Association                                  string // "" = the session
	Record                                       []byte // encoded; empty = none
	Stands                                       bool   // in the database before the batch
}

// contactRow makes the row of a contact, but for whether it stands.
func contactRow(c *change.Contact) (ContactRow, error) {
	row := ContactRow{ID: c.ID, Instance: c.InstanceID, Session: c.SessionID, Record: []byte{}}
	r := c.Record
	if r == nil {
		return row, nil
	}
	row.Initiated, row.Enqueued, row.Disconnected = Millis(r.InitiatedAt), Millis(r.EnqueuedAt), Millis(r.DisconnectedAt)
	row.Queue, row.Method, row.Customer = r.QueueID, r.Method, r.CustomerID
	if r.Agent != nil {
		row.Agent, row.Connected = r.Agent.UserID, Millis(r.Agent.ConnectedAt)
	}
	if r.AssociationID != c.SessionID {
		row.Association = r.AssociationID
	}
	var err error
	row.Record, err = codec.EncodeRecord(r)
	return row, err
}

// Entered notes that a contact stands in the database.
func (v *View) Entered(id string) { v.Contacts[id] = &Contact{Taken: true, stands: true} }

// guardContacts refuses a contact whose id is taken, and to write anew what is not there.
func (v *View) guardContacts(contacts []change.Contact) error {
	for i, c := range contacts {
		taken := v.Contacts[c.ID].Taken
		for _, earlier := range contacts[:i] {
			taken = taken || earlier.ID == c.ID
		}
		switch {
		case c.Known && !taken:
			return fault.New(fault.Conflict, "the contact is not there")
		case !c.Known && taken:
			return fault.New(fault.Conflict, "the contact id is taken")
		}
	}
	return nil
}

func (v *View) applyContacts(r *Request) {
	for i := range r.contacts {
		row := &r.contacts[i]
		c := v.Contacts[row.ID]
		row.Stands = c.stands
		c.Taken, c.row = true, row
	}
}

func (v *View) flushContacts(out *Rows) {
	for _, c := range v.Contacts {
		if c.row != nil {
			out.Contacts = append(out.Contacts, *c.row)
		}
	}
}

// DecodeRecords adds the record of a row to a list; a row without one adds nothing.
func DecodeRecords(list []record.Record, doc []byte) ([]record.Record, error) {
	if len(doc) == 0 {
		return list, nil
	}
	r, err := codec.DecodeRecord(doc)
	return append(list, r), err
}
