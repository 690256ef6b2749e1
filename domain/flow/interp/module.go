package interp

import (
	"encoding/json"

	"parley/domain/flow"
)

// MaxModules is how deep modules may call modules (Amazon Connect: nested
// modules, five levels).
const MaxModules = 5

// transferToFlow goes on in another flow and does not come back. Its NextAction
// is never followed: consoles write a copy of the error branch there. Where the
// block stands in a module the callers are left too (our choice).
func transferToFlow(m *machine, a *flow.Action) result {
	ref, ok := m.text(a.Parameters.Field("ContactFlowId"))
	if !ok || ref == "" {
		return refuse("there is no flow id")
	}
	to, err := m.world.Flow(ref)
	if err != nil {
		return refuse("the flow cannot be used")
	}
	return enter(Frame{FlowID: to.FlowID, Content: to.Content})
}

// invokeModule runs a module; its conditions are for the Result that the module
// returns.
func invokeModule(m *machine, a *flow.Action) result {
	if len(m.run.Callers) >= MaxModules {
		return refuse("modules call modules more than five deep")
	}
	ref, ok := m.text(a.Parameters.Field("FlowModuleId"))
	if !ok || ref == "" {
		return refuse("there is no module id")
	}
	to, err := m.world.Module(ref)
	if err != nil {
		return refuse("the module cannot be used")
	}
	frame := Frame{FlowID: to.FlowID, Content: to.Content, Module: true}
	if input := a.Parameters.Field("Input"); input.Present() {
		raw, ok := m.json(input, flow.MaxAttributeBytes)
		if !ok {
			return refuse("the input is too large")
		}
		frame.Modules = m.encode(map[string]json.RawMessage{"Input": raw})
	}
	return enter(frame)
}

// enter leads into a flow or module at its start.
func (m *machine) enter(a *flow.Action, to Frame) move {
	doc, ok := m.world.Document(to.Content)
	switch {
	case !ok:
		return move{out: &Outcome{Kind: NeedDocument, Content: to.Content}}
	case doc == nil:
		return m.catch(a, refuse("its content is gone"))
	}
	m.record(a, ByResult, "to "+to.FlowID, "")
	if to.Module {
		m.run.Callers = append(m.run.Callers, m.run.Frame)
	} else {
		m.run.Callers, m.run.Async = nil, nil
	}
	m.run.Frame, m.doc = to, doc
	return move{next: doc.StartAction()}
}

// endModule returns from a module. What the designer writes as Result is the
// branch for the caller, ResultData what the caller finds in $.Modules.ResultData.
// Outside of a module there is nowhere to return to.
func endModule(m *machine, a *flow.Action) result {
	if len(m.run.Callers) == 0 {
		return stop(Outcome{Kind: EndedByFlow})
	}
	text, _ := m.text(a.Parameters.Field("Result"))
	return giveBack(text)
}

// leave goes on in the caller with the branch that the module's result chooses.
func (m *machine) leave(a *flow.Action, text string) move {
	data, ok := m.json(a.Parameters.Field("ResultData"), flow.MaxAttributeBytes)
	if !ok || !a.Parameters.Field("ResultData").Present() {
		data = json.RawMessage(`{}`)
	}
	caller := m.run.Callers[len(m.run.Callers)-1]
	doc, ok := m.world.Document(caller.Content)
	switch {
	case !ok:
		return move{out: &Outcome{Kind: NeedDocument, Content: caller.Content}}
	case doc == nil:
		return m.gone(caller)
	}
	m.record(a, ByEnd, "returned", "")
	m.run.Callers = m.run.Callers[:len(m.run.Callers)-1]
	m.run.Frame, m.doc = caller, doc
	m.run.Modules = m.encode(map[string]any{"Result": text, "ResultData": data})
	back, ok := doc.Action(caller.Action)
	if !ok {
		return m.lost(caller.Action)
	}
	m.logParameters(back)
	if text == "" {
		return m.choose(back, done())
	}
	return m.choose(back, value(text))
}
