package contact

import (
	"encoding/json"

	"parley/domain/criteria"
	"parley/internal/fault"
)

// SetPriority changes the contact's place in its queue (Change routing priority: 1 and more, 1 is the highest).
func (w world) SetPriority(priority int64) error {
	if priority < 1 {
		return fault.New(fault.Rule, "a priority is at least 1")
	}
	k := w.d.s.Current()
	k.Routing.Priority = priority
	w.d.updated(k)
	return nil
}

// SetQueueAge adds to the time for which the contact has waited.
func (w world) SetQueueAge(seconds int) error {
	k := w.d.s.Current()
	k.Routing.AgeSeconds = seconds
	w.d.updated(k)
	return nil
}

// SetCriteria says which agents may get the contact. Criteria that name an attribute that is not predefined are an error.
func (w world) SetCriteria(raw json.RawMessage) error {
	c, err := criteria.Read(raw)
	if err != nil {
		return err
	}
	for _, name := range criteria.Attributes(c) {
		if known := w.Config.Attributes; known != nil && !known[name] {
			return fault.New(fault.Rule, "there is no predefined attribute %.100q", name)
		}
	}
	k := w.d.s.Current()
	k.Routing.Criteria = c
	w.d.updated(k)
	return nil
}
