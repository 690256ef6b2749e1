package interp

import (
	"strconv"

	"parley/domain/flow"
)

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

// loopVariable is $.Loop.NAME.Index: the round, from 0, of the Loop block with
// that LoopName.
func (m *machine) loopVariable(path flow.Path) (flow.Value, bool) {
	if len(path) != 2 || path[1] != "Index" {
		return flow.Value{}, false
	}
	for _, a := range m.doc.Actions() {
		if a.Type == loopType && a.Parameters.Field("LoopName").Text().Source() == path[0] {
			round := m.run.Loops[a.ID]
			return flow.TextValue(strconv.Itoa(round - 1)), round > 0
		}
	}
	return flow.Value{}, false
}
