package contact

import (
	"parley/domain/attribute"
	"parley/domain/change"
	"parley/domain/session"
)

// SetAttributes adds and replaces contact attributes, all or none. It is
// allowed in any state of the chat (UpdateContactAttributes: also after the end).
func (d *Draft) SetAttributes(attrs map[string]string) error {
	merged := overlay(d.s.Attributes, attrs)
	if err := attribute.Check(merged); err != nil {
		return err
	}
	d.s.Attributes = merged
	d.updated(d.s.Current())
	d.touch(change.Attributes)
	return nil
}

// updated notes that a contact's data changed.
func (d *Draft) updated(k *session.Contact) {
	k.UpdatedAt = d.now
	d.touch(change.State)
}
