package flow

import "math"

// queueSpecs are the actions that send the contact to somebody.
func queueSpecs() []Spec {
	return []Spec{{
		Type: "UpdateContactTargetQueue", Block: "Set working queue", Module: "SetQueue",
		Params: []ParamSpec{dynamic("QueueId").of(QueueRef), dynamic("AgentId").of(AgentRef)},
		Groups: []Group{oneOf("QueueId", "AgentId")},
		Next:   true, Errors: needs(NoMatchingError), In: in(inbound, transfers),
		Note: "By id or ARN; AgentId chooses the agent's own queue.",
	}, {
		Type: "TransferContactToQueue", Block: "Transfer to queue", Module: "Transfer",
		Next: true, Errors: needs("QueueAtCapacity", NoMatchingError), In: in(inbound, transfers),
		Note: "Ends the flow. NextAction is never followed: consoles write a copy of the error branch there.",
	}, {
		Type: "DequeueContactAndTransferToQueue", Block: "Transfer to queue", Module: "Transfer",
		Params: []ParamSpec{dynamic("QueueId").of(QueueRef), dynamic("AgentId").of(AgentRef)},
		Groups: []Group{atMostOne("QueueId", "AgentId")},
		Next:   true, Errors: needs("QueueAtCapacity", NoMatchingError),
		In: queueing, NoModule: true,
		Note: "The contact goes on as a new segment.",
	}, {
		Type: "TransferContactToAgent", Block: "Transfer to agent", Module: "Transfer",
		Terminal: true, In: in(inbound, transfers), Chat: ChatFails,
		Note: "For voice; it has no error branch, so the flow ends here. Set the agent's queue as working queue and transfer to it instead.",
	}, {
		Type: "RouteContactToAgent", Block: "Route contact to agent", Module: "RouteContactToAgent",
		Open: true, Results: anyResult(Equals), Errors: may(NoMatchingError),
		In: queueing, NoModule: true, Chat: ChatFails, Branch: NoMatchingError, Note: "Choose the own queue of the agent as the working queue (`UpdateContactTargetQueue` with `AgentId`) and transfer to it instead.",
	}, {
		Type: "TransferParticipantToThirdParty", Block: "Transfer to phone number", Module: "Transfer",
		Params: []ParamSpec{
			dynamic("ThirdPartyPhoneNumber").must(), dynamic("ThirdPartyConnectionTimeLimitSeconds").number(1, 600),
			boolean("ContinueFlowExecution"), object("CallerId", dynamic("Name"), dynamic("Number")), dynamic("ThirdPartyDTMFDigits"),
		},
		Errors: append(needs(NoMatchingError), may("CallFailed", "ConnectionTimeLimitExceeded")...),
		In:     in(inbound, transfers, queueing), Chat: ChatFails, Branch: NoMatchingError,
		Note: "Calls a telephone.",
	}, routingBehavior(), routingCriteria(), {
		Type: "UpdateContactCallbackNumber", Block: "Set callback number", Module: "SetCallBackNumber",
		Params: []ParamSpec{dynamic("CallbackNumber").must()},
		Next:   true, Errors: needs("InvalidCallbackNumber", "CallbackNumberNotDialable"),
		In: in(inbound, transfers, queueing), Chat: ChatFails, Branch: "InvalidCallbackNumber", Note: "A chat has no number to call back.",
	}, {
		Type: "CreateCallbackContact", Block: "Transfer to queue (callback)", Module: "CreateCallback",
		Params: []ParamSpec{
			static("InitialCallDelaySeconds").number(1, 259_200), static("RetryDelaySeconds").number(1, 259_200),
			static("MaximumConnectionAttempts").number(1, math.MaxInt64),
			dynamic("QueueId").of(QueueRef), dynamic("AgentId").of(AgentRef), dynamic("ContactFlowId").of(FlowRef),
		},
		Next: true, Errors: needs(NoMatchingError),
		In: in(inbound, transfers, queueing), Chat: ChatFails, Branch: NoMatchingError,
		Note: "A chat has no number to call back.",
	}}
}

func routingBehavior() Spec {
	return Spec{
		Type: "UpdateContactRoutingBehavior", Block: "Change routing priority / age", Module: "UpdateRoutingPriority",
		Params: []ParamSpec{
			static("QueuePriority").number(1, math.MaxInt64),
			static("QueueTimeAdjustmentSeconds").number(math.MinInt32, math.MaxInt32),
		},
		Groups: []Group{oneOf("QueuePriority", "QueueTimeAdjustmentSeconds")},
		Next:   true, Errors: may(NoMatchingError),
		In: in(inbound, transfers, queueing), Note: "Decides who is offered next.",
	}
}

func routingCriteria() Spec {
	attribute := object("AttributeCondition",
		dynamic("Name").must(), dynamic("Value").must(), dynamic("ProficiencyLevel").number(1, 5), static("ComparisonOperator"),
		object("Range", free("*")), object("MatchCriteria", object("AgentsCriteria", list("AgentIds", dynamic("").of(AgentRef)))))
	expression := object("Expression", attribute, free("AndExpression"), free("OrExpression"), free("NotAttributeCondition"))
	return Spec{
		Type: "UpdateContactRoutingCriteria", Block: "Set routing criteria", Module: "UpdateContactRoutingCriteria",
		Params: []ParamSpec{object("RoutingCriteria", list("Steps", object("",
			expression.must(), object("Expiry", dynamic("DurationInSeconds").number(0, math.MaxInt32)))).must()).must()},
		Next: true, Errors: needs(NoMatchingError),
		In: in(inbound, transfers, queueing), Note: "Decides which agents are offered the contact, step by step. An attribute that is not predefined takes NoMatchingError.",
	}
}
