package flow

import "slices"

// target says of which contact something is changed.
func target() ParamSpec { return static("TargetContact", "Current", "Related") }

// dataSpecs are the actions that remember something about the contact.
func dataSpecs() []Spec {
	return []Spec{{
		Type: "UpdateContactAttributes", Block: "Set contact attributes", Module: "SetAttributes",
		Params: []ParamSpec{texts("Attributes").must(), target()},
		Next:   true, Errors: needs(NoMatchingError),
		Note: "All attributes or none; 32,768 bytes together.",
	}, {
		Type: "UpdateFlowAttributes", Block: "Set contact attributes (flow)", Module: "SetAttributes",
		Params: []ParamSpec{object("FlowAttributes", object("*", interpolated("Value").must())).must()},
		Next:   true, Errors: needs(NoMatchingError),
		Note: "They last until the flow ends or goes on to another one.",
	}, updateContactData(), {
		Type: "TagContact", Block: "Contact tags", Module: "TagContact",
		Params: []ParamSpec{texts("Tags").must()},
		Next:   true, Errors: needs(NoMatchingError),
		Note: "Six tags at most; none that begins with aws:.",
	}, {
		Type: "UnTagContact", Block: "Contact tags", Module: "UnTagContact",
		Params: []ParamSpec{list("TagKeys", static("")).must()},
		Next:   true, Errors: needs(NoMatchingError),
		Note: "A key that is not there is ignored; one that begins with aws: takes the error branch.",
	}, {
		Type: "UntagContact", Block: "Contact tags", Module: "UnTagContact",
		Params: []ParamSpec{list("TagKeys", static("")).must()},
		Next:   true, Errors: needs(NoMatchingError),
		Note: "Another spelling of UnTagContact.",
	}, {
		Type: "UpdateContactMediaProcessing", Block: "Set recording, analytics and processing behavior", Module: "UpdateContactMediaProcessing",
		Params: []ParamSpec{object("ChatProcessor",
			boolean("ProcessingEnabled").must(), dynamic("LambdaProcessorARN").of(FunctionRef),
			object("ChatProcessorSettings", boolean("DeliverUnprocessedMessages"))).must()},
		Next: true, Errors: may(NoMatchingError),
		Note: "Every later text goes to the function before it is said: docs/messages.md. Turning it off succeeds.",
	}}
}

// updateContactData takes voice settings too, which take the error branch on a chat.
func updateContactData() Spec {
	return Spec{
		Type: "UpdateContactData", Block: "Set contact attributes, Set customer ID, Set language", Module: "SetContactData",
		Params: slices.Concat([]ParamSpec{
			target(), interpolated("Name"), interpolated("Description"), dynamic("LanguageCode"), interpolated("CustomerId"),
			free("References"), dynamic("WisdomSessionArn"), free("SegmentAttributes"),
		}, voiceData()),
		Next: true, Errors: needs(NoMatchingError),
		Note: "All or nothing. Voice ID, Wisdom and the related contact take the error branch.",
	}
}

// voiceData are the settings of Voice ID, all written as strings.
func voiceData() []ParamSpec {
	return []ParamSpec{
		boolean("IsFraudDetectionEnabled").quoted(), dynamic("FraudDetectionThreshold").quoted(),
		boolean("IsVoiceAuthenticationEnabled").quoted(), dynamic("VoiceAuthenticationThreshold").quoted(),
		dynamic("VoiceAuthenticationResponseTime").quoted(), boolean("IsVoiceIdStreamingEnabled").quoted(),
		dynamic("WatchlistId").quoted(),
	}
}
