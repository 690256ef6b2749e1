package interp

import "parley/domain/flow"

const loopType = "Loop"

// maxLoop is the largest LoopCount, as AWS has it.
const maxLoop = 100

// loop gives ContinueLooping as often as LoopCount says, then DoneLooping once,
// and begins anew.
func loop(m *machine, a *flow.Action) result {
	count, ok := m.integer(a.Parameters.Field("LoopCount"))
	if !ok || count < 0 || count > maxLoop {
		return refuse("LoopCount is not 0 to 100")
	}
	if m.run.Loops[a.ID] >= count {
		delete(m.run.Loops, a.ID)
		return value("DoneLooping")
	}
	if m.run.Loops == nil {
		m.run.Loops = map[string]int{}
	}
	m.run.Loops[a.ID]++
	return value("ContinueLooping")
}
