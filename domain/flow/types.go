package flow

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
)

// knownAction reports whether the language has an action type of that name.
// Most of them this project cannot run yet: a flow may hold them, and they take
// their error branch.
func knownAction(name string) bool {
	switch name {
	case "MessageParticipant", "MessageParticipantIteratively", "DisconnectParticipant",
		"EndFlowExecution", "EndFlowModuleExecution", "InvokeFlowModule", "TransferToFlow",
		"UpdateContactAttributes", "UpdateFlowAttributes", "UpdateContactData", "Compare", "Loop",
		"Wait", "DistributeByPercentage", "CheckHoursOfOperation", "CheckMetricData",
		"GetMetricData", "InvokeLambdaFunction", "ShowView", "ConnectParticipantWithLexBot",
		"ConnectParticipantWithAgenticCX", "GetParticipantInput", "AuthenticateParticipant",
		"UpdateFlowLoggingBehavior", "UpdateContactEventHooks", "UpdateContactTextToSpeechVoice":
		return true
	case "UpdateContactTargetQueue", "TransferContactToQueue", "DequeueContactAndTransferToQueue",
		"TransferContactToAgent", "TransferParticipantToThirdParty", "RouteContactToAgent",
		"UpdateContactRoutingBehavior", "UpdateContactRoutingCriteria",
		"UpdateContactCallbackNumber", "CreateCallbackContact", "CreateContact", "CreateTask",
		"ResumeContact", "StartOutboundChatContact", "StartOutboundEmailContact",
		"LoadContactContent", "TagContact", "UnTagContact", "UntagContact",
		"CreatePersistentContactAssociation":
		return true
	case "UpdateContactRecordingBehavior", "UpdateContactRecordingAndAnalyticsBehavior",
		"UpdateContactMediaProcessing", "UpdateContactMediaStreamingBehavior",
		"UpdatePreviousContactParticipantState", "StartVoiceIdStream", "CheckVoiceId",
		"CheckOutboundCallStatus", "CompleteOutboundCall":
		return true
	case "CreateCase", "GetCase", "UpdateCase", "CreateCustomerProfile", "GetCustomerProfile",
		"UpdateCustomerProfile", "GetCustomerProfileObject",
		"GetCalculatedAttributesForCustomerProfile", "AssociateContactToCustomerProfile",
		"CheckSegmentMembership", "CreateWisdomSession", "RenderMessageTemplate",
		"EvaluateDataTableValues", "ListDataTableValues", "UpsertDataTableValues":
		return true
	}
	return false
}
