package contact

import (
	"parley/domain/attribute"
	"parley/domain/change"
	"parley/domain/session"
)

// SetAttributes adds and replaces contact attributes that are given from outside, all or none. It is
// allowed in any state of the chat (UpdateContactAttributes: also after the end).
func (d *Draft) SetAttributes(attrs map[string]string) error {
	if err := attribute.CheckKeys(attrs); err != nil {
		return err
	}
	return d.addAttributes(attrs)
}

// SetFlowsAttributes is SetAttributes for a flow, which takes more keys.
func (d *Draft) SetFlowsAttributes(attrs map[string]string) error {
	if err := attribute.CheckFlowKeys(attrs); err != nil {
		return err
	}
	return d.addAttributes(attrs)
}

func (d *Draft) addAttributes(attrs map[string]string) error {
	merged := attribute.Overlay(d.s.Attributes, attrs)
	if err := attribute.CheckSize(merged); err != nil {
		return err
	}
	d.s.Attributes = merged
	d.rate(attrs)
	d.updated(d.s.Current())
	d.touch(change.Attributes)
	return nil
}

// updated notes that a contact's data changed.
func (d *Draft) updated(k *session.Contact) {
	k.UpdatedAt = d.now
	d.touch(change.State)
}
