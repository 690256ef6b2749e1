package interp

import (
	"strings"

	"parley/domain/flow"
)

// updateEventHooks says what runs later on the contact, all hooks of the action or none.
func updateEventHooks(m *machine, a *flow.Action) result {
	hooks := map[string]Hook{}
	for name, p := range a.Parameters.Field("EventHooks").Fields() {
		ref, ok := m.text(p)
		if !ok {
			ref = ""
		}
		hooks[name] = Hook{Flow: ref, Disable: new(bool)}
	}
	for name, p := range a.Parameters.Field("EventHooksConfiguration").Fields() {
		disable := m.isTrue(p.Field("DisableExecution"))
		hooks[name] = Hook{Flow: hooks[name].Flow, Disable: &disable}
	}
	if len(hooks) == 0 {
		return refuse("there is no hook")
	}
	if name, ok := missingFlow(a, hooks); ok {
		return refuse("there is no flow for " + name)
	}
	return did(m.world.SetHooks(hooks), "the hook cannot be set")
}

// missingFlow finds a hook whose flow comes to nothing although something is to run.
func missingFlow(a *flow.Action, hooks map[string]Hook) (string, bool) {
	for name := range a.Parameters.Field("EventHooks").Fields() {
		if h := hooks[name]; h.Flow == "" && !*h.Disable {
			return name, true
		}
	}
	return "", false
}

// isTrue reads a boolean, which consoles write as a text.
func (m *machine) isTrue(p flow.Param) bool {
	s, _ := m.text(p)
	return strings.EqualFold(s, "true")
}
