package flow

// flowSpecs are the actions that start, call and end flows.
func flowSpecs() []Spec {
	return []Spec{{
		Type: "DisconnectParticipant", Block: "Disconnect", Module: "Disconnect",
		Terminal: true, In: in(inbound, transfers, queueing),
		Note: "Ends the chat.",
	}, {
		Type: "EndFlowExecution", Block: "End flow / Resume", Module: "Resume",
		Terminal: true, In: in(inbound, transfers, queueing, whispers, holds), NoModule: true,
		Note: "A contact that waits in a queue or talks to an agent stays there; any other one ends.",
	}, {
		Type: "EndFlowModuleExecution", Block: "Return", Module: "Return",
		Params:   []ParamSpec{dynamic("Result"), free("ResultData")},
		Terminal: true, OnlyModule: true,
		Note: "Result chooses the branch of the block that called the module; the caller finds ResultData in $.Modules.ResultData (our spellings).",
	}, {
		Type: "InvokeFlowModule", Block: "Invoke module", Module: "InvokeFlowModule",
		Params: []ParamSpec{dynamic("FlowModuleId").must().of(ModuleRef), free("Input")},
		Next:   true, Results: anyResult(Equals), Errors: append(needs(NoMatchingError), may(NoMatchingCondition)...),
		In:   in(inbound, transfers, queueing),
		Note: "A module sees the attributes of the contact, `$.Modules.Input` (our spelling), and nothing else of the flow that calls it. Five deep at most.",
	}, {
		Type: "TransferToFlow", Block: "Transfer to flow", Module: "Transfer",
		Params: []ParamSpec{dynamic("ContactFlowId").must().of(FlowRef)},
		Errors: needs(NoMatchingError), In: in(inbound, transfers),
		Note: "NextAction is never followed: consoles write a copy of the error branch there.",
	}, eventHooks(), invokeLambda()}
}

// invokeLambda calls a function, or takes the result of a call that was made before.
func invokeLambda() Spec {
	earlier := dynamic("LambdaInvocationId")
	call := func(seconds int64) []ParamSpec {
		return []ParamSpec{
			dynamic("LambdaFunctionARN").must().of(FunctionRef),
			static("InvocationTimeLimitSeconds").number(1, seconds),
			static("InvocationType", "SYNCHRONOUS", "ASYNCHRONOUS"),
			texts("LambdaInvocationAttributes"),
			object("ResponseValidation", static("ResponseType", "STRING_MAP", "JSON").must()),
		}
	}
	return Spec{
		Type: "InvokeLambdaFunction", Block: "AWS Lambda function", Module: "InvokeExternalResource",
		Params: append(call(60), earlier),
		ParamsOf: func(a *Action) []ParamSpec {
			switch {
			case a.Parameters.Field(earlier.Name).Present():
				return []ParamSpec{earlier}
			case says(a, "InvocationType", "ASYNCHRONOUS"):
				return call(60)
			}
			return call(8)
		},
		Next: true, Errors: needs(NoMatchingError),
		Note: "LambdaInvocationId alone takes the result of an asynchronous call (our spelling).",
	}
}

// eventHooks names one flow for one event of the contact.
func eventHooks() Spec {
	names := []string{
		"AgentHold", "AgentWhisper", "CustomerHold", "CustomerQueue", "CustomerRemaining", "CustomerWhisper",
		"DefaultAgentUI", "DisconnectAgentUI", "PauseContact", "ResumeContact",
	}
	var hooks, settings []ParamSpec
	for _, name := range names {
		hooks = append(hooks, dynamic(name).of(FlowRef))
		settings = append(settings, object(name, boolean("DisableExecution").must()))
	}
	return Spec{
		Type: "UpdateContactEventHooks", Block: "Set whisper, customer queue, disconnect, hold or event flow", Module: "SetEventHook",
		Params: []ParamSpec{object("EventHooks", hooks...).single(), object("EventHooksConfiguration", settings...)},
		Groups: []Group{someOf("EventHooks", "EventHooksConfiguration")},
		Next:   true, Errors: needs(NoMatchingError),
		Note: "The hooks for hold are for voice and take the error branch. A chat is never paused: those hooks are kept and never run.",
	}
}
