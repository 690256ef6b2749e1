package interp

import "parley/domain/flow"

// compare looks its value up and leaves the choice to the conditions. A value
// that is not there matches none.
func compare(m *machine, a *flow.Action) result {
	s, ok := m.text(a.Parameters.Field("ComparisonValue"))
	if !ok {
		return fail(flow.NoMatchingCondition, "there is no value to compare")
	}
	return value(s)
}
