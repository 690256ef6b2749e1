package flow

// contactSpecs are the actions that make other contacts, and those that belong
// to other channels.
func contactSpecs() []Spec {
	return []Spec{{
		Type: "CreatePersistentContactAssociation", Block: "Create persistent contact association", Module: "CreatePersistentContactAssociation",
		Params: []ParamSpec{
			static("RehydrationType", "ENTIRE_PAST_SESSION", "FROM_SEGMENT").must(),
			interpolated("SourceContactId").must(), interpolated("ClientToken"),
		},
		Next: true, Errors: needs(NoMatchingError),
		Note: "The transcript of an earlier chat becomes part of this one.",
	}, {
		Type: "CreateTask", Block: "Create task", Module: "CreateTask",
		Params: []ParamSpec{
			dynamic("ContactFlowId").of(FlowRef), interpolated("Name"), interpolated("Description"),
			texts("Attributes"), free("References"), dynamic("DelaySeconds").number(1, 518_400), dynamic("ScheduledTime"),
			dynamic("TaskTemplateId").of(TemplateRef),
		},
		Groups: []Group{atMostOne("DelaySeconds", "ScheduledTime"), atMostOne("ContactFlowId", "TaskTemplateId")},
		Next:   true, Errors: needs(NoMatchingError), Chat: ChatFails, Branch: NoMatchingError,
		Note: "There are no tasks here.",
	}, {
		Type: "StartOutboundChatContact", Block: "Send message", Module: "StartOutboundChatContact",
		Params: []ParamSpec{
			free("SourceEndpoint").must(), free("DestinationEndpoint").must(),
			dynamic("ContactFlowArn").must().of(FlowRef), static("ContactSubtype", "connect:SMS").must(),
			free("InitialSystemMessage"), interpolated("RelatedContactId"), free("SegmentAttributes"), texts("Attributes"),
		},
		Next: true, Errors: needs(NoMatchingError), Chat: ChatFails, Branch: NoMatchingError,
		Note: "There are no text messages to telephones here.",
	}, otherChannel("CreateContact", "Create contact"),
		otherChannel("StartOutboundEmailContact", "Send message (email)"),
		otherChannel("ResumeContact", "Resume contact"),
		otherChannel("LoadContactContent", "Get stored content"),
		service("CreateWisdomSession", "Amazon Q in Connect", dynamic("WisdomAssistantArn").must()),
		service("RenderMessageTemplate", "Render message template"),
		service("EvaluateDataTableValues", "Data table"),
		service("ListDataTableValues", "Data table"),
		service("UpsertDataTableValues", "Data table"),
	}
}

// otherChannel is an action for tasks or email.
func otherChannel(actionType, block string) Spec {
	s := service(actionType, block)
	s.Note = "For another channel."
	return s
}

// service is an action of a service that is not here. Without parameters, the
// public record does not list them.
func service(actionType, block string, params ...ParamSpec) Spec {
	return Spec{
		Type: actionType, Block: block, Module: actionType,
		Params: params, Open: len(params) == 0,
		Next: true, Results: anyResult(Equals), Errors: append(needs(NoMatchingError), may(NoMatchingCondition)...),
		Chat: ChatFails, Branch: NoMatchingError,
		Note: "The service behind it is not here.",
	}
}
