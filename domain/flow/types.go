package flow

import "slices"

// Type says where a flow may run: the Type of CreateContactFlow.
type Type string

// The types of flows.
const (
	ContactFlow     Type = "CONTACT_FLOW"
	CustomerQueue   Type = "CUSTOMER_QUEUE"
	CustomerHold    Type = "CUSTOMER_HOLD"
	CustomerWhisper Type = "CUSTOMER_WHISPER"
	AgentHold       Type = "AGENT_HOLD"
	AgentWhisper    Type = "AGENT_WHISPER"
	OutboundWhisper Type = "OUTBOUND_WHISPER"
	AgentTransfer   Type = "AGENT_TRANSFER"
	QueueTransfer   Type = "QUEUE_TRANSFER"
	Campaign        Type = "CAMPAIGN"
	// Module is our name for a flow module, which has no Type on Amazon Connect.
	Module Type = "MODULE"
)

// Types returns all types, Module the last.
func Types() []Type {
	return []Type{
		ContactFlow, CustomerQueue, CustomerHold, CustomerWhisper, AgentHold, AgentWhisper, OutboundWhisper,
		AgentTransfer, QueueTransfer, Campaign, Module,
	}
}

// Families of types, for the specs.
var (
	inbound   = []Type{ContactFlow}
	transfers = []Type{AgentTransfer, QueueTransfer}
	queueing  = []Type{CustomerQueue}
	whispers  = []Type{CustomerWhisper, AgentWhisper, OutboundWhisper}
	holds     = []Type{CustomerHold, AgentHold}
)

func in(families ...[]Type) []Type { return slices.Concat(families...) }
