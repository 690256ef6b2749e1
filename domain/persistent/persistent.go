// Package persistent holds the rules by which a chat continues an earlier one, or relates to it.
//
// It guarantees: what a chat takes over from another one lies under its own, and with an error nothing has changed.
package persistent

import (
	"parley/domain/attribute"
	"parley/domain/session"
	"parley/internal/fault"
)

// Rehydration asks a chat to continue an earlier one (PersistentChat).
type Rehydration struct {
	Type            string // EntirePast or FromSegment
	SourceContactID string
	// SameCustomer: the source must carry the same CustomerId.
	SameCustomer bool
}

// The two kinds of rehydration (RehydrationType).
const (
	EntirePast  = "ENTIRE_PAST_SESSION"
	FromSegment = "FROM_SEGMENT"
)

// MaxContacts bounds the contacts that a persistent chat reaches back (Amazon Connect: 100).
const MaxContacts = 100

// Check holds the members against each other.
func (r *Rehydration) Check() error {
	if r.Type == "" || r.SourceContactID == "" {
		return fault.New(fault.Rule, "PersistentChat needs RehydrationType and SourceContactId")
	}
	return nil
}

// Apply links the session to its past, and takes over what comes from there. With an error it has changed nothing:
// a flow goes on after it.
func (r *Rehydration) Apply(s, source *session.Session) error {
	from, err := r.from(s, source)
	if err == nil {
		err = TakeOver(s, source, from)
	}
	if err != nil {
		return err
	}
	var contacts []string
	for _, k := range source.State.Contacts {
		contacts = append(contacts, k.ID)
		if k.ID == from {
			break
		}
	}
	s.State.Contacts[0].RelatedID = from
	s.State.LastAgent = lastAgent(source)
	s.State.Past = bounded(append([]session.Past{{Session: source.ID, Contacts: contacts}}, source.State.Past...))
	return nil
}

// from finds the contact that the chat continues.
func (r *Rehydration) from(s, source *session.Session) (string, error) {
	customer := s.State.Contacts[0].CustomerID
	switch {
	case source.Status != session.Ended:
		return "", fault.New(fault.Rule, "SourceContactId: the chat has not ended yet")
	case source.State.Guide != nil: // it carries the customer's id, and its id follows from that of the customer's contact
		return "", fault.New(fault.Rule, "SourceContactId: the chat guided an agent, no customer")
	case r.SameCustomer && (customer == "" || customer != source.State.Contacts[0].CustomerID):
		return "", fault.New(fault.Rule, "SourceContactId belongs to another customer")
	case r.Type == FromSegment:
		return r.SourceContactID, nil
	case r.SourceContactID != source.ID:
		return "", fault.New(fault.Rule, "SourceContactId must be the initial contact of the past chat for %s", EntirePast)
	}
	return source.Current().ID, nil
}

// bounded keeps the newest MaxContacts contacts.
func bounded(past []session.Past) []session.Past {
	left := MaxContacts
	for i := range past {
		if n := len(past[i].Contacts); n >= left {
			past[i].Contacts = past[i].Contacts[n-left:]
			return past[:i+1]
		}
		left -= len(past[i].Contacts)
	}
	return past
}

// TakeOver copies attributes under the session's own, and the root of the tree, from a contact of another session.
// With an error it has changed nothing.
func TakeOver(s, from *session.Session, of string) error {
	if from == nil {
		return nil
	}
	merged := attribute.Overlay(from.Attributes, s.Attributes)
	if err := attribute.CheckSize(merged); err != nil {
		return err
	}
	if k := from.Contact(of); k != nil && k.AssociationID != "" {
		s.State.Contacts[0].AssociationID = k.AssociationID
	}
	s.Attributes = merged
	return nil
}

// lastAgent is who served the customer of a chat last, in it or before it; "" for nobody.
func lastAgent(s *session.Session) (user string) {
	user = s.State.LastAgent
	for i := range s.State.Contacts {
		if a := s.State.Contacts[i].Agent; a != nil {
			user = a.UserID
		}
	}
	return user
}
