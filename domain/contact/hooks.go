package contact

import (
	"parley/domain/catalog"
	"parley/domain/flow"
	"parley/domain/session"
)

// Hooks: the points of a contact's life at which a flow may run (Amazon Connect flow language, UpdateContactEventHooks).
const (
	HookQueue        = "CustomerQueue"     // the contact entered a queue
	HookRemaining    = "CustomerRemaining" // everybody but the customer has left: the disconnect flow
	HookAgentWhisper = "AgentWhisper"      // an agent accepted: first the agent hears this,
	HookWhisper      = "CustomerWhisper"   // then the customer this
	HookAgentUI      = "DefaultAgentUI"    // a guide for the agent, as a chat of its own
	HookAgentUIEnd   = "DisconnectAgentUI" // the same when the contact is over for the agent
	HookAgentHold    = "AgentHold"
	HookHold         = "CustomerHold"
	HookPause        = "PauseContact"
	HookResume       = "ResumeContact"
)

// hook says what a chat makes of a hook.
type hook struct {
	flows flow.Type // the type of flow that it takes
	// byDefault: without a hook the instance's default flow of that type runs.
	byDefault bool
	// voice: calls only; a chat cannot have it set.
	voice bool
}

// hookOf is the table of the hooks. Whispers run on a chat only where a hook asks for them; nothing ever pauses a chat.
func hookOf(name string) (hook, bool) {
	switch name {
	case HookQueue:
		return hook{flows: flow.CustomerQueue, byDefault: true}, true
	case HookRemaining, HookAgentUI, HookAgentUIEnd, HookPause, HookResume:
		return hook{flows: flow.ContactFlow}, true
	case HookAgentWhisper:
		return hook{flows: flow.AgentWhisper}, true
	case HookWhisper:
		return hook{flows: flow.CustomerWhisper}, true
	case HookAgentHold:
		return hook{flows: flow.AgentHold, voice: true}, true
	case HookHold:
		return hook{flows: flow.CustomerHold, voice: true}, true
	}
	return hook{}, false
}

// FlowOn returns the flow that runs on a contact at a hook: the one that was set, else the instance's default where
// a chat runs it. ok is false if none runs: execution is disabled, or the flow has gone, is not published or is of another type.
func FlowOn(c *catalog.Config, k *session.Contact, name string) (f catalog.FlowRef, ok bool) {
	h, known := hookOf(name)
	set := k.Hooks[name]
	if !known || h.voice || set.Disabled {
		return catalog.FlowRef{}, false
	}
	id := set.FlowID
	if id == "" && h.byDefault {
		id = c.DefaultFlows[h.flows]
	}
	f = c.Flows[id]
	return f, f.Runs() && f.Type == h.flows
}
