package contact

import (
	"fmt"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/session"
)

// MaxSegments bounds the contacts of a chat (Amazon Connect: 12 in a chain, 11 transfers).
const MaxSegments = 12

// How the later contacts of a chat begin (InitiationMethod).
const (
	byDisconnect    = "DISCONNECT"
	byQueueTransfer = "QUEUE_TRANSFER"
)

// mayFollow reports whether the chat may have one more contact.
func (d *Draft) mayFollow() bool { return len(d.s.State.Contacts) < MaxSegments }

// follow ends the current contact, which gives its place in a queue back, and begins the next one of the chat.
func (d *Draft) follow(method, reason string) *session.Contact {
	old := d.s.Current()
	d.dequeue(old)
	old.DisconnectedAt, old.DisconnectReason = d.now, reason
	d.updated(old)
	next := succeed(old)
	next.ID, next.InitiationMethod = d.newContactID(), method
	next.InitiatedAt, next.ConnectedAt, next.UpdatedAt = d.now, d.now, d.now
	d.s.State.Contacts = append(d.s.State.Contacts, next)
	d.set.Contacts = append(d.set.Contacts, change.Contact{ID: next.ID, SessionID: d.s.ID, InstanceID: d.s.InstanceID})
	return d.s.Current()
}

// succeed copies what goes along to the next contact (our choice where AWS is silent): who the customer is and what the
// contact is about, what flows have set for later, and the target queue. Segment attributes are the segment's own, except the subtype.
func succeed(old *session.Contact) session.Contact {
	next := session.Contact{
		PreviousID: old.ID, RelatedID: old.RelatedID, AssociationID: old.AssociationID, FlowID: old.FlowID,
		CustomerID: old.CustomerID, Name: old.Name, Description: old.Description,
		Tags: old.Tags, References: old.References, LanguageCode: old.LanguageCode, TargetQueueID: old.TargetQueueID, TargetAgent: old.TargetAgent,
		Routing: old.Routing, Hooks: old.Hooks, Recording: old.Recording,
	}
	if subtype, ok := old.SegmentAttributes[session.Subtype]; ok {
		next.SegmentAttributes = map[string]session.Value{session.Subtype: subtype}
	}
	return next
}

// newContactID derives an id from the Set's, which is new for every decision.
func (d *Draft) newContactID() string {
	return uuid.NewSHA1(d.space(), []byte(fmt.Sprint(d.s.ID, len(d.s.State.Contacts)))).String()
}
