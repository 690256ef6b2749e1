package interp

import "strings"

// Why says in a few words why the step went where it went: the condition that
// held, the error type, what it waits for or how it ended. Unlike Detail it has no
// cause, and so nothing that a function or the contact's data may have said: it
// may stand in any log.
func (t Trace) Why() string {
	if t.Rule == ByCondition {
		return t.Detail // of the document
	}
	kind, _, _ := strings.Cut(t.Detail, ":")
	return kind
}
