package work

import (
	"slices"

	"parley/domain/change"
	"parley/domain/record"
	"parley/domain/session"
)

// describe has a change of a session write the records of the contacts that it changes: what searches find is committed with what
// it tells of. A change that appends to the transcript only, or lets a flow run, has none.
func describe(before *session.Session, set *change.Set) {
	s := set.Session
	if s == nil || s.Next == nil || !s.Create && s.Parts&(change.State|change.Attributes) == 0 {
		return
	}
	set.Contacts = slices.DeleteFunc(set.Contacts, func(c change.Contact) bool { return c.Known }) // of an earlier try
	for _, r := range record.Changes(before, s.Next) {
		i := slices.IndexFunc(set.Contacts, func(c change.Contact) bool { return c.ID == r.ID })
		if i < 0 {
			i = len(set.Contacts)
			set.Contacts = append(set.Contacts, change.Contact{ID: r.ID, SessionID: s.ID, InstanceID: r.InstanceID, Known: true})
		}
		set.Contacts[i].Record = &r
	}
}
