package contact

import (
	"parley/domain/change"
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

// MaxPastContacts bounds the contacts that a persistent chat reaches back (Amazon Connect: 100).
const MaxPastContacts = 100

// Check holds the members against each other.
func (r *Rehydration) Check() error {
	if r.Type == "" || r.SourceContactID == "" {
		return fault.New(fault.Rule, "PersistentChat needs RehydrationType and SourceContactId")
	}
	return nil
}

// Associate makes a running chat continue an earlier one
// (CreatePersistentContactAssociation) and returns the contact that it continues from.
func (d *Draft) Associate(r *Rehydration, source *session.Session) (string, error) {
	switch {
	case d.s.Status == session.Ended:
		return "", fault.New(fault.Rule, "The contact has ended")
	case len(d.s.State.Past) > 0:
		return "", fault.New(fault.Rule, "The chat already continues an earlier one")
	}
	if err := r.apply(d.s, source); err != nil {
		return "", err
	}
	d.updated(&d.s.State.Contacts[0])
	d.touch(change.Attributes)
	if d.s.Status == session.Active {
		d.rehydrated()
	}
	return d.s.State.Contacts[0].RelatedID, nil
}

// apply links the session to its past, and takes over what comes from there. With an error it has changed nothing:
// a flow goes on after it.
func (r *Rehydration) apply(s, source *session.Session) error {
	from, err := r.from(s, source)
	if err == nil {
		err = takeOver(s, source, from)
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

// bounded keeps the newest MaxPastContacts contacts.
func bounded(past []session.Past) []session.Past {
	left := MaxPastContacts
	for i := range past {
		if n := len(past[i].Contacts); n >= left {
			past[i].Contacts = past[i].Contacts[n-left:]
			return past[:i+1]
		}
		left -= len(past[i].Contacts)
	}
	return past
}
