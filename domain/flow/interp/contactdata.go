package interp

import (
	"encoding/json"

	"parley/domain/flow"
)

// updateContactData changes the data of the contact, all of it or none. What only calls and other services have
// (Voice ID, Wisdom) is not there to be changed.
func updateContactData(m *machine, a *flow.Action) result {
	if !m.isCurrent(a) {
		return refuse("only the current contact can be changed")
	}
	var u ContactUpdate
	for name, p := range a.Parameters.Fields() {
		if !m.contactDatum(&u, name, p) {
			return refuse(name + " cannot be set on a chat")
		}
	}
	return did(m.world.UpdateContact(u), "the contact cannot be changed")
}

// contactDatum reads one parameter of an update; false where a chat has no such thing.
func (m *machine) contactDatum(u *ContactUpdate, name string, p flow.Param) bool {
	switch name {
	case "Name":
		u.Name = m.textOrEmpty(p)
	case "Description":
		u.Description = m.textOrEmpty(p)
	case "LanguageCode":
		u.LanguageCode = m.textOrEmpty(p)
	case "CustomerId":
		u.CustomerID = m.textOrEmpty(p)
	case "References":
		return m.object(&u.References, p)
	case "SegmentAttributes":
		return m.object(&u.SegmentAttributes, p)
	default:
		return name == "TargetContact"
	}
	return true
}

// textOrEmpty returns what a parameter comes to, the empty text for a reference to nothing.
func (m *machine) textOrEmpty(p flow.Param) *string {
	s, _ := m.text(p)
	return &s
}

// object resolves a parameter that is an object.
func (m *machine) object(to *json.RawMessage, p flow.Param) (ok bool) {
	*to, ok = m.json(p, flow.MaxAttributeBytes)
	return ok && p.Kind() == flow.Object
}

// tagContact adds tags to the contact.
func tagContact(m *machine, a *flow.Action) result {
	tags, cause := m.attributes(a.Parameters.Field("Tags").Fields(), plain)
	switch {
	case cause != "":
		return refuse(cause)
	case len(tags) == 0:
		return refuse("there are no tags")
	}
	return did(m.world.Tag(tags), "the contact cannot be tagged")
}

// untagContact removes tags of the contact.
func untagContact(m *machine, a *flow.Action) result {
	keys := m.texts(a.Parameters.Field("TagKeys"))
	if len(keys) == 0 {
		return refuse("there are no tag keys")
	}
	return did(m.world.Untag(keys), "the tags cannot be removed")
}

// associate lets the chat continue an earlier one.
func associate(m *machine, a *flow.Action) result {
	kind, _ := m.text(a.Parameters.Field("RehydrationType"))
	source, _ := m.text(a.Parameters.Field("SourceContactId"))
	if kind != "ENTIRE_PAST_SESSION" && kind != "FROM_SEGMENT" || source == "" {
		return refuse("there is no rehydration type or source contact")
	}
	return did(m.world.Associate(kind, source), "the chat cannot continue the earlier one")
}
