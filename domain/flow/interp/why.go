package interp

import "strings"

// Why says in a word why the step went where it went: the operator of the
// condition that held, the error type, what it waits for or how it ended. Unlike
// Detail it has no cause and no operand, and so nothing that a function said or
// that the contact's data is equal to: it may stand in any log.
func (t Trace) Why() string {
	if t.Rule == ByCondition {
		operator, _, _ := strings.Cut(t.Detail, " ")
		return operator
	}
	kind, _, _ := strings.Cut(t.Detail, ":")
	return kind
}
