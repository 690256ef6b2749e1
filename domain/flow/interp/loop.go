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
		delete(m.run.Items, a.ID)
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
	if a.LoopName() == "" {
		return 0, "a loop over an array needs a LoopName"
	}
	items, ok := m.items(a)
	if !ok {
		return 0, "LoopItems is no array"
	}
	return items.Len(), ""
}

// items is the array that a Loop goes through, as it was when the loop began. In a run
// in the middle of a loop that an older version stored there is none yet. Whatever
// refers to its own loop meanwhile finds no element.
func (m *machine) items(a *flow.Action) (*flow.Tree, bool) {
	raw, kept := m.run.Items[a.ID]
	if !kept {
		m.keepItems(a, json.RawMessage("[]"))
		var ok bool
		if raw, ok = m.resolveItems(a); !ok {
			delete(m.run.Items, a.ID)
			return nil, false
		}
		m.keepItems(a, raw)
	}
	return m.tree(raw), true
}

func (m *machine) keepItems(a *flow.Action, raw json.RawMessage) {
	if m.run.Items == nil {
		m.run.Items = map[string]json.RawMessage{}
	}
	m.run.Items[a.ID] = raw
}

// resolveItems reads LoopItems: a list of the block, or a reference to one. A text that
// is JSON of an array is one, as attributes are texts.
func (m *machine) resolveItems(a *flow.Action) (json.RawMessage, bool) {
	raw, ok := m.json(a.Parameters.Field("LoopItems"), flow.MaxAttributeBytes)
	if v := flow.JSONValue(raw); v.IsText() {
		raw = json.RawMessage(v.String())
	}
	items, err := json.Marshal(raw) // as it will be read back
	return items, ok && err == nil && !flow.TooDeep(items) && items[0] == '['
}

// loopVariable is $.Loop.NAME of a loop that is under way: Index, the round, from 0, and
// of one over an array Elements, the array, and Element, that of the round.
func (m *machine) loopVariable(path flow.Path) (flow.Value, bool) {
	if len(path) < 2 {
		return flow.Value{}, false
	}
	for _, a := range m.doc.Actions() {
		round := m.run.Loops[a.ID]
		if round == 0 || a.Type != loopType || a.LoopName() != path[0] {
			continue
		}
		if path[1] == "Index" {
			return flow.TextValue(strconv.Itoa(round - 1)), len(path) == 2
		}
		return m.loopElement(a, round, path[1:])
	}
	return flow.Value{}, false
}

func (m *machine) loopElement(a *flow.Action, round int, path flow.Path) (flow.Value, bool) {
	if !a.Parameters.Field("LoopItems").Present() {
		return flow.Value{}, false
	}
	items, ok := m.items(a)
	switch {
	case !ok:
	case path[0] == "Elements":
		return items.At(path[1:])
	case path[0] == "Element":
		return items.At(append(flow.Path{strconv.Itoa(round - 1)}, path[1:]...))
	}
	return flow.Value{}, false
}
