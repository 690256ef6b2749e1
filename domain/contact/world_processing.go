package contact

import (
	"parley/domain/redact"
	"parley/domain/session"
	"parley/internal/fault"
)

// SetProcessor gives every later message of the chat to a function; "" ends that.
func (w world) SetProcessor(function string, deliver bool) error {
	if function == "" {
		return w.d.StopProcessing()
	}
	return w.d.StartProcessing(function, deliver)
}

// SetRedaction masks personal data in every later message of the chat: all that is known where no entities are named.
func (w world) SetRedaction(on, generic bool, entities []string) error {
	if !on {
		w.d.SetRedaction(nil)
		return nil
	}
	for _, e := range entities {
		if !redact.Known(e) {
			return fault.New(fault.Rule, "%.50s cannot be found in a text: of the entities %v can", e, redact.Names())
		}
	}
	w.d.SetRedaction(&session.Redaction{Generic: generic, Entities: entities})
	return nil
}
