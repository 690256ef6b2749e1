package flow

import "slices"

// mediaSpecs are the actions that set how a contact is recorded, heard and logged.
func mediaSpecs() []Spec {
	return []Spec{{
		Type: "UpdateFlowLoggingBehavior", Block: "Set logging behavior", Module: "SetLoggingBehavior",
		Params: []ParamSpec{static("FlowLoggingBehavior", "Enabled", "Disabled").must()}, Next: true,
	}, {
		Type: "UpdateContactRecordingBehavior", Block: "Set recording and analytics behavior", Module: "SetRecordingBehavior",
		Params: []ParamSpec{
			object("RecordingBehavior",
				list("RecordedParticipants", static("", "Agent", "Customer")),
				list("ScreenRecordedParticipants", static("", "Agent")),
				static("IVRRecordingBehavior", "Enabled", "Disabled")),
			free("AnalyticsBehavior"),
		},
		Next: true, In: in(inbound, transfers, queueing, whispers), Chat: ChatNothing,
		Note: "Kept and without effect: a chat is its transcript, which is always there.",
	}, recordingAndAnalytics(), {
		Type: "UpdateContactTextToSpeechVoice", Block: "Set voice", Module: "SetVoice",
		Params: []ParamSpec{
			dynamic("TextToSpeechVoice").must(), dynamic("TextToSpeechEngine"), dynamic("TextToSpeechStyle"),
		},
		Next: true, Errors: may(NoMatchingError), Chat: ChatNothing,
		Note: "Has no effect. The language of a contact is UpdateContactData's LanguageCode.",
	}, {
		Type: "UpdateContactMediaStreamingBehavior", Block: "Start / Stop media streaming", Module: "StartMediaStreaming",
		Params: []ParamSpec{
			static("MediaStreamingState", "Enabled", "Disabled").must(), static("MediaStreamType", "Audio"),
			list("Participants", object("", static("ParticipantType").must(), list("MediaDirections", static("", "From", "To")))),
		},
		Next: true, Errors: needs(NoMatchingError), Chat: ChatFails, Branch: NoMatchingError, Note: "For voice.",
	}, {
		Type: "UpdatePreviousContactParticipantState", Block: "Hold customer or agent", Module: "HoldCustomerOrAgent",
		Params: []ParamSpec{static("PreviousContactParticipantState", "AgentOnHold", "CustomerOnHold", "OffHold").must()},
		Next:   true, Errors: needs(NoMatchingError), In: in(inbound, transfers, queueing),
		Chat: ChatFails, Branch: NoMatchingError, Note: "For voice.",
	}, {
		Type: "StartVoiceIdStream", Block: "Set Voice ID", Module: "StartVoiceIdStream", Open: true,
		Next: true, Errors: needs(NoMatchingError), Chat: ChatFails, Branch: NoMatchingError, Note: "For voice.",
	}, {
		Type: "CheckVoiceId", Block: "Check Voice ID", Module: "CheckVoiceId",
		Params: []ParamSpec{static("CheckVoiceIdOption", "enrollmentStatus", "voiceAuthentication", "fraudDetection").must()},
		Results: amongst("Enrolled", "NotEnrolled", "OptedOut", "Authenticated", "NotAuthenticated", "Inconclusive",
			"HighRisk", "LowRisk"),
		Errors: slices.Concat(needs(NoMatchingError), may(NoMatchingCondition)),
		Chat:   ChatFails, Branch: NoMatchingError, Note: "For voice.",
	}, {
		Type: "CheckOutboundCallStatus", Block: "Check call progress", Module: "CheckOutboundCallStatus", Open: true,
		Results: anyResult(Equals), Errors: slices.Concat(needs(NoMatchingError), may(NoMatchingCondition)),
		In: in(inbound, transfers), Chat: ChatFails, Branch: NoMatchingError, Note: "For voice.",
	}, {
		Type: "CompleteOutboundCall", Block: "Call phone number", Module: "CompleteOutboundCall",
		Params: []ParamSpec{object("CallerId", dynamic("Number"), dynamic("Name"))},
		Next:   true, Errors: may(NoMatchingError), In: in([]Type{OutboundWhisper}),
		Chat: ChatFails, Branch: NoMatchingError, Note: "For voice.",
	}}
}

func recordingAndAnalytics() Spec {
	chat := func(a *Action) bool { return a.Parameters.Field("ChatBehavior").Present() }
	return Spec{
		Type: "UpdateContactRecordingAndAnalyticsBehavior", Block: "Set recording, analytics and processing behavior", Module: "SetRecordingBehavior",
		Params: []ParamSpec{free("VoiceBehavior"), free("ChatBehavior"), free("ScreenRecordingBehavior")},
		Groups: []Group{oneOf("VoiceBehavior", "ChatBehavior", "ScreenRecordingBehavior")},
		Next:   true,
		Errors: slices.Concat(needs(NoMatchingError, "ChannelMismatch"),
			needsIf("InFlightRedactionConfigurationFailed", "with ChatBehavior", chat)),
		In:   in(inbound, transfers, queueing, whispers),
		Note: "Masks personal data in messages on their way: docs/messages.md; entities that have no form take InFlightRedactionConfigurationFailed. The rest is kept and without effect. VoiceBehavior takes ChannelMismatch.",
	}
}
