// Package contactevent says which events a change of a session makes, as Amazon Connect's contact events have them for chats
// ("Amazon Connect contact events").
//
// It guarantees: each step in the life of a contact is told once, by the change that makes it, and in the order of
// its life; what is told of a contact that was followed by another one comes before what is told of that one.
package contactevent

import (
	"maps"
	"reflect"
	"slices"

	"parley/domain/contact"
	"parley/domain/session"
)

// Type is what happened to a contact (eventType).
type Type string

// The types of events that chats make, in the order of a contact's life.
const (
	Initiated         Type = "INITIATED"
	ConnectedToSystem Type = "CONNECTED_TO_SYSTEM"
	DataUpdated       Type = "CONTACT_DATA_UPDATED"
	Queued            Type = "QUEUED"
	ConnectedToAgent  Type = "CONNECTED_TO_AGENT"
	Disconnected      Type = "DISCONNECTED"
	Completed         Type = "COMPLETED" // the contact is over, after-contact work included
)

// Kinds of deadlines; their owner is a chat. DueTell: somebody is to be told something; its subject is whom. DueForgotten: what was told is forgotten.
const (
	DueTell      = "deliver"
	DueForgotten = "deliver-forget"
)

// Event is one event of a contact.
type Event struct {
	Type    Type
	Contact *session.Contact // as the change leaves it
	Updated []string         // of DataUpdated: what has changed, sorted (updatedProperties)
}

// Of lists the events that a change of a session makes. before is nil for a session that begins.
func Of(before, after *session.Session) (all []Event) {
	if before == nil {
		before = &session.Session{}
	}
	for k := range after.Contacts() {
		old := before.Contact(k.ID)
		known := old != nil
		if !known {
			old = &session.Contact{}
		}
		tell := func(t Type, happened bool, updated ...string) {
			if happened {
				all = append(all, Event{t, k, updated})
			}
		}
		var changes []string
		if known {
			changes = updates(old, k)
			if k == after.Current() && !maps.Equal(before.Attributes, after.Attributes) {
				changes = append([]string{"Attributes"}, changes...)
			}
		}
		tell(Initiated, !known)
		tell(ConnectedToSystem, old.ConnectedAt.IsZero() && !k.ConnectedAt.IsZero())
		tell(DataUpdated, len(changes) > 0, changes...)
		tell(Queued, old.EnqueuedAt.IsZero() && !k.EnqueuedAt.IsZero())
		tell(ConnectedToAgent, old.Agent == nil && k.Agent != nil)
		tell(Disconnected, old.DisconnectedAt.IsZero() && !k.DisconnectedAt.IsZero())
		tell(Completed, !Over(old) && Over(k))
	}
	return all
}

// Over reports whether a contact has ended, and its after-contact work with it. Supervisors have none.
func Over(k *session.Contact) bool {
	return !k.DisconnectedAt.IsZero() && (k.Agent == nil || !k.Agent.WorkEnded.IsZero() || k.InitiationMethod == contact.ByMonitor)
}

// updates lists what of a contact has changed that a DataUpdated event is about, sorted.
func updates(old, k *session.Contact) (names []string) {
	for name, same := range map[string]bool{
		"CustomerId":        old.CustomerID == k.CustomerID,
		"RoutingCriteria":   reflect.DeepEqual(old.Routing, k.Routing),
		"SegmentAttributes": reflect.DeepEqual(old.SegmentAttributes, k.SegmentAttributes),
		"Tags":              maps.Equal(old.Tags, k.Tags),
	} {
		if !same {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
