package contact

import (
	"maps"
	"regexp"

	"parley/domain/attribute"
	"parley/domain/session"
	"parley/internal/fault"
)

// Update changes a contact's data (UpdateContact). Nil members stay as they are.
type Update struct {
	Name              *string
	Description       *string
	References        map[string]session.Reference
	SegmentAttributes map[string]session.Value
}

// Update applies the change to a contact of the session, in any state of the chat.
func (d *Draft) Update(contact string, u Update) error {
	k, err := d.contact(contact)
	if err != nil {
		return err
	}
	if err := attribute.CheckSegments(u.SegmentAttributes, d.s.State.ContentTypes); err != nil {
		return err
	}
	set(&k.Name, u.Name)
	set(&k.Description, u.Description)
	k.References = attribute.Overlay(k.References, u.References)
	k.SegmentAttributes = attribute.Overlay(k.SegmentAttributes, u.SegmentAttributes)
	d.updated(k)
	return nil
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// MaxContactTags bounds the tags of a contact (TagContact: 6 user-defined tags).
const MaxContactTags = 6

var tagKey = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$`)

// Tag adds and replaces tags of a contact (TagContact).
func (d *Draft) Tag(contact string, tags map[string]string) error {
	k, err := d.contact(contact)
	if err != nil {
		return err
	}
	for key := range tags {
		if !tagKey.MatchString(key) || hasReservedPrefix(key) {
			return fault.New(fault.Invalid, "Tags: a key must have 1 to 128 letters, digits, spaces or any of _.:/=+-@ and must not begin with aws:")
		}
	}
	merged := attribute.Overlay(k.Tags, tags)
	if len(merged) > MaxContactTags {
		return fault.New(fault.Invalid, "Tags: a contact has at most %d tags, got %d", MaxContactTags, len(merged))
	}
	k.Tags = merged
	d.updated(k)
	return nil
}

func hasReservedPrefix(key string) bool { return len(key) >= 4 && key[:4] == "aws:" }

// Untag removes tags of a contact (UntagContact); keys that it has not are ignored.
func (d *Draft) Untag(contact string, keys []string) error {
	k, err := d.contact(contact)
	if err != nil {
		return err
	}
	left := maps.Clone(k.Tags) // the snapshot shares the old map
	for _, key := range keys {
		delete(left, key)
	}
	k.Tags = left
	d.updated(k)
	return nil
}

func (d *Draft) contact(id string) (*session.Contact, error) {
	if k := d.s.Contact(id); k != nil {
		return k, nil
	}
	return nil, fault.New(fault.NotFound, "The contact was not found")
}

// RoutingUpdate changes how a contact is given to agents (UpdateContactRoutingData). Nil members stay as they are.
type RoutingUpdate struct {
	Priority   *int64            // 1 is the highest
	AgeSeconds *int              // is added to the time for which it waits
	Criteria   *session.Criteria // without a step: it has none any more
}

// UpdateRouting applies the change to a contact that no agent has and that goes on.
func (d *Draft) UpdateRouting(contact string, u RoutingUpdate) error {
	k, err := d.contact(contact)
	switch {
	case err != nil:
		return err
	case !k.DisconnectedAt.IsZero():
		return fault.New(fault.Rule, "ContactId: the contact has ended")
	case k.Agent != nil:
		return fault.New(fault.Rule, "ContactId: an agent has the contact: it is in no queue any more")
	}
	set(&k.Routing.Priority, u.Priority)
	set(&k.Routing.AgeSeconds, u.AgeSeconds)
	if u.Criteria != nil && len(u.Criteria.Steps) == 0 {
		k.Routing.Criteria = nil
	} else if u.Criteria != nil {
		k.Routing.Criteria = u.Criteria
	}
	d.updated(k)
	return nil
}
