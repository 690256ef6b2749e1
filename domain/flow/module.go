package flow

import (
	"encoding/json"
	"slices"
)

// Module returns the name that the legacy language had for the action, which
// flow logs still use (ContactFlowModuleType); for an unknown type, the type.
func (a *Action) Module() string {
	s, ok := SpecOf(a.Type)
	if !ok {
		return a.Type
	}
	switch {
	case a.Type == "GetParticipantInput" && stores(a):
		return "StoreUserInput"
	case a.Type == "CheckMetricData" && metricResults(a).Values == nil:
		return "CheckQueueStatus"
	case a.Type == "UpdateContactMediaStreamingBehavior" && says(a, "MediaStreamingState", "Disabled"):
		return "StopMediaStreaming"
	case a.Type == "UpdateContactEventHooks" && setsWhisper(a):
		return "SetContactFlow"
	}
	return s.Module
}

// LoopName is the name under which a Loop is referred to, "" for one without and for all other actions.
func (a *Action) LoopName() string { return a.Parameters.Field("LoopName").Text().Source() }

// setsWhisper: hold and whisper flows were set by a module of their own.
func setsWhisper(a *Action) bool {
	hooks := a.Parameters.Field("EventHooks")
	for _, name := range []string{"AgentWhisper", "CustomerWhisper", "AgentHold", "CustomerHold"} {
		if hooks.Field(name).Present() {
			return true
		}
	}
	return false
}

// DeclaredType returns the type of flow that the document says it is: Module
// where it has Settings, else what its metadata notes, spelled as consoles do or
// as the API does; "" where it says nothing.
func (d *Document) DeclaredType() Type {
	if d.Settings() != nil {
		return Module
	}
	var metadata struct {
		Type string `json:"type"`
	}
	_ = json.Unmarshal(d.Metadata(), &metadata) // without it, nothing is said
	if t := Type(metadata.Type); slices.Contains(Types(), t) {
		return t
	}
	return ConsoleType(metadata.Type)
}

// ConsoleType returns the type that consoles spell like that, in the metadata of
// exports and in the legacy language; "" for any other text.
func ConsoleType(name string) Type {
	switch name {
	case "contactFlow":
		return ContactFlow
	case "customerQueue":
		return CustomerQueue
	case "customerHold":
		return CustomerHold
	case "customerWhisper":
		return CustomerWhisper
	case "agentHold":
		return AgentHold
	case "agentWhisper":
		return AgentWhisper
	case "outboundWhisper":
		return OutboundWhisper
	case "agentTransfer":
		return AgentTransfer
	case "queueTransfer":
		return QueueTransfer
	case "campaign":
		return Campaign
	case "module", "flowModule":
		return Module
	}
	return ""
}
