package flow

import "slices"

// media is a recording in a bucket, for calls.
func media() ParamSpec {
	return object("Media", interpolated("Uri").must(), static("SourceType", "S3").must(), static("MediaType", "Audio").must())
}

// spoken are the ways to say something; which of them may stand together, the
// spec says.
func spoken() []ParamSpec {
	return []ParamSpec{interpolated("Text"), interpolated("SSML"), dynamic("PromptId").of(PromptRef), media()}
}

// talkSpecs are the actions that say something to the participant.
func talkSpecs() []Spec {
	return []Spec{{
		Type: "MessageParticipant", Block: "Play prompt", Module: "PlayPrompt",
		Params: append(spoken(), boolean("SkipWhenDTMFBufferEnabled")),
		Groups: []Group{oneOf("Text", "SSML", "PromptId", "Media")},
		Next:   true, Errors: may(NoMatchingError),
		In:   in(inbound, transfers, queueing, whispers),
		Note: "Text is sent as a message, and a prompt by its text. SSML and media are for voice: they take the error branch where there is one, else the flow goes on.",
	}, {
		Type: "MessageParticipantIteratively", Block: "Loop prompts", Module: "LoopPrompts",
		Params: []ParamSpec{
			list("Messages", object("", interpolated("Text"), interpolated("SSML"), dynamic("PromptId").of(PromptRef), media()).
				with(oneOf("Text", "SSML", "PromptId", "Media"))).must(),
			static("InterruptFrequencySeconds").number(1, 604_800),
			boolean("ContinueMessagingDuringInterrupt"),
		},
		Results: amongst("MessagesInterrupted"),
		Errors:  may(NoMatchingError),
		In:      in(queueing, holds), NoModule: true,
		Chat: ChatFails, Branch: NoMatchingError,
		Note: "For voice. Without an error branch the queue flow ends and the contact stays in its queue.",
	}}
}

// askSpecs are the actions that ask something and wait for the answer.
func askSpecs() []Spec {
	return []Spec{getParticipantInput(), lexBot(), showView(), authenticate(), {
		Type: "ConnectParticipantWithAgenticCX", Block: "Connect participant with an AI agent", Module: "ConnectParticipantWithAgenticCX",
		Open: true, Results: anyResult(Equals), Errors: may(NoMatchingError, NoMatchingCondition, "InputTimeLimitExceeded"),
		In: in(inbound, transfers, queueing), Chat: ChatFails, Branch: NoMatchingError,
		Note: "The service behind it is not here.",
	}}
}

func getParticipantInput() Spec {
	menu := func(a *Action) bool { return !stores(a) }
	phone := func(a *Action) bool {
		return a.Parameters.Field("InputValidation").Field("PhoneNumberValidation").Present()
	}
	return Spec{
		Type: "GetParticipantInput", Block: "Get customer input, Store customer input", Module: "GetUserInput",
		Params: append(spoken(),
			boolean("StoreInput"),
			dynamic("InputTimeLimitSeconds").number(1, 180),
			object("InputValidation",
				object("PhoneNumberValidation", static("NumberFormat", "Local", "E164").must(), static("CountryCode")),
				object("CustomValidation", static("MaximumLength").number(1, 20))),
			object("InputEncryption", dynamic("EncryptionKeyId").must(), dynamic("Key").must()),
			object("DTMFConfiguration", dynamic("InputTerminationSequence"), boolean("DisableCancelKey").quoted(),
				static("InterdigitTimeLimitSeconds").number(1, 20))),
		Groups:  []Group{oneOf("Text", "SSML", "PromptId", "Media")},
		Results: Results{Operators: []Operator{Equals}, Of: inputResults},
		Errors: slices.Concat(needs(NoMatchingError),
			needsIf(NoMatchingCondition, "unless it stores the input", menu),
			needsIf("InputTimeLimitExceeded", "unless it stores the input", menu),
			needsIf("InvalidPhoneNumber", "with PhoneNumberValidation", phone)),
		In: in(inbound, transfers, queueing), Chat: ChatFails, Branch: NoMatchingError,
		Note: "Reads the keys of a telephone. Ask with a bot or a view instead.",
	}
}

// stores reports whether a GetParticipantInput keeps what was entered, instead
// of choosing a branch by it.
func stores(a *Action) bool { return says(a, "StoreInput", "True") || says(a, "StoreInput", "true") }

func inputResults(a *Action) Results {
	if stores(a) {
		return Results{}
	}
	return anyResult(Equals)
}

func lexBot() Spec {
	return Spec{
		Type: "ConnectParticipantWithLexBot", Block: "Get customer input", Module: "GetUserInput",
		Params: append(spoken(),
			object("LexInitializationData", interpolated("InitialMessage").must()),
			object("LexV2Bot", dynamic("AliasArn").must().of(BotRef)),
			object("LexBot", dynamic("Name").must(), dynamic("Region").must(), dynamic("Alias").must()),
			texts("LexSessionAttributes"),
			object("LexTimeoutSeconds", dynamic("Text").number(1, 604_800))),
		Groups: []Group{oneOf("Text", "SSML", "PromptId", "Media", "LexInitializationData"), oneOf("LexV2Bot", "LexBot")},
		// Conditions name intents; rules on the sentiment compare numbers.
		Results: anyResult(operators()...),
		Errors: slices.Concat(needs(NoMatchingError),
			needsIf(NoMatchingCondition, "with conditions", func(a *Action) bool { return len(a.Conditions) > 0 }),
			may("InputTimeLimitExceeded")),
		In:   in(inbound, transfers, queueing),
		Note: "The conversation with the bot is part of the chat.",
	}
}

func showView() Spec {
	return Spec{
		Type: "ShowView", Block: "Show view", Module: "ShowView",
		Params: []ParamSpec{
			object("ViewResource", dynamic("Id").must().of(ViewRef), dynamic("Version")).must(),
			static("InvocationTimeLimitSeconds").must().number(1, 604_800),
			free("ViewData"),
			object("SensitiveDataConfiguration", list("HideResponseOn", static("", "TRANSCRIPT")).must()),
		},
		Results: anyResult(Equals),
		Errors:  needs(NoMatchingCondition, NoMatchingError, "TimeLimitExceeded"),
		In:      in(inbound, queueing),
		Note:    "The client must have said that it shows interactive messages, else NoMatchingError.",
	}
}

func authenticate() Spec {
	return Spec{
		Type: "AuthenticateParticipant", Block: "Authenticate Customer", Module: "AuthenticateParticipant",
		Params: []ParamSpec{
			object("CognitoConfiguration", dynamic("UserPoolArn").must(), dynamic("AppClientId").must()).must(),
			object("CustomerProfilesConfiguration", dynamic("ObjectTypeName").must()),
			static("TimeLimitMinutes").number(3, 15),
		},
		Results: amongst("OptedOut"), Next: true,
		Errors: needs(NoMatchingError, "TimeLimitExceeded"),
		In:     inbound,
		Note:   "At the OpenID Connect provider that `--customer-login` names for the user pool; without one NoMatchingError.",
	}
}
