package interp

import (
	"strconv"

	"parley/domain/flow"
)

// distribute gives a number from 1 to 100; the conditions cut that range.
func distribute(m *machine, _ *flow.Action) result {
	return value(strconv.FormatUint(m.rnd()%100+1, 10))
}
