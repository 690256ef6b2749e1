package interp

import (
	"encoding/json"
	"strconv"

	"parley/domain/flow"
)

const loopType = "Loop"

// maxLoop is the largest LoopCount, as AWS has it.
const maxLoop = 100

// loop gives ContinueLooping as often as LoopCount says, or once for each element of
// LoopItems, then DoneLooping once, and begins anew. (Amazon Connect documents the loop
// over an array and what it sets, not how the language writes it: LoopItems is our spelling.)
func loop(m *machine, a *flow.Action) result {
	rounds, cause := m.rounds(a)
	if cause != "" {
		return refuse(cause)
	}
	if m.run.Loops[a.ID] >= rounds {
		delete(m.run.Loops, a.ID)
		return value("DoneLooping")
	}
	if m.run.Loops == nil {
		m.run.Loops = map[string]int{}
	}
	m.run.Loops[a.ID]++
	return value("ContinueLooping")
}

// rounds is how often a Loop loops, or why it cannot.
func (m *machine) rounds(a *flow.Action) (int, string) {
	if !a.Parameters.Field("LoopItems").Present() {
		count, ok := m.integer(a.Parameters.Field("LoopCount"))
		if !ok || count < 0 || count > maxLoop {
			return 0, "LoopCount is not 0 to 100"
		}
		return count, ""
	}
	items, ok := m.loopItems(a)
	switch {
	case !ok:
		return 0, "LoopItems is no array"
	case a.Parameters.Field("LoopName").Text().Source() == "":
		return 0, "a loop over an array needs a LoopName"
	}
	return len(items), ""
}

// loopItems are the elements of the array that a Loop goes through, as they are in
// each round: a list of the block, or a reference to one. A text that is JSON of an
// array is one, as attributes are texts.
func (m *machine) loopItems(a *flow.Action) ([]json.RawMessage, bool) {
	raw, ok := m.json(a.Parameters.Field("LoopItems"), flow.MaxAttributeBytes)
	var text string
	if ok && json.Unmarshal(raw, &text) == nil {
		raw = json.RawMessage(text)
	}
	var items []json.RawMessage
	ok = ok && json.Unmarshal(raw, &items) == nil && items != nil
	return items, ok
}

// loopVariable is $.Loop.NAME: Index, the round, from 0, of the Loop block with that
// LoopName, and of one over an array Elements, the array, and Element, that of the round.
func (m *machine) loopVariable(path flow.Path) (flow.Value, bool) {
	if len(path) < 2 {
		return flow.Value{}, false
	}
	for _, a := range m.doc.Actions() {
		if a.Type != loopType || a.Parameters.Field("LoopName").Text().Source() != path[0] {
			continue
		}
		round := m.run.Loops[a.ID]
		if path[1] == "Index" {
			return flow.TextValue(strconv.Itoa(round - 1)), round > 0 && len(path) == 2
		}
		return m.loopElement(a, round, path[1:])
	}
	return flow.Value{}, false
}

func (m *machine) loopElement(a *flow.Action, round int, path flow.Path) (flow.Value, bool) {
	if round == 0 || !a.Parameters.Field("LoopItems").Present() {
		return flow.Value{}, false
	}
	items, _ := m.loopItems(a)
	switch {
	case path[0] == "Elements":
		return flow.JSONValue(encode(items)).At(path[1:])
	case path[0] == "Element" && round <= len(items):
		return flow.JSONValue(items[round-1]).At(path[1:])
	}
	return flow.Value{}, false
}
