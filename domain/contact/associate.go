package contact

import (
	"parley/domain/change"
	"parley/domain/persistent"
	"parley/domain/session"
	"parley/internal/fault"
)

// Associate makes a running chat continue an earlier one
// (CreatePersistentContactAssociation) and returns the contact that it continues from.
func (d *Draft) Associate(r *persistent.Rehydration, source *session.Session) (string, error) {
	switch {
	case d.s.Status == session.Ended:
		return "", fault.New(fault.Rule, "The contact has ended")
	case len(d.s.State.Past) > 0:
		return "", fault.New(fault.Rule, "The chat already continues an earlier one")
	}
	if err := r.Apply(d.s, source); err != nil {
		return "", err
	}
	d.updated(&d.s.State.Contacts[0])
	d.touch(change.Attributes)
	if d.s.Status == session.Active {
		d.rehydrated()
	}
	return d.s.State.Contacts[0].RelatedID, nil
}
