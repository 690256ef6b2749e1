package interp

import "parley/domain/flow"

// What the types do that a chat cannot do: the branch that Amazon Connect takes
// on chat. Types that are not listed are not built, and take NoMatchingError.

// voiceOnly reports whether a type has a meaning only on other channels.
func voiceOnly(actionType string) bool {
	switch actionType {
	case "GetParticipantInput", "MessageParticipantIteratively", "TransferParticipantToThirdParty",
		"UpdateContactMediaStreamingBehavior", "UpdatePreviousContactParticipantState", "CheckVoiceId", "StartVoiceIdStream",
		"CheckOutboundCallStatus", "CompleteOutboundCall", "CreateCallbackContact", "ResumeContact", "LoadContactContent":
		return true
	}
	return false
}

// unavailable is for actions that are not built or cannot work on chat. Error
// branches with names of their own for it are rare.
func unavailable(_ *machine, a *flow.Action) result {
	switch {
	case a.Type == "UpdateContactCallbackNumber":
		return fail("InvalidCallbackNumber", "a chat has no number to call back")
	case a.Type == "TransferContactToAgent": // it has no branch to take
		return stop(Outcome{Kind: Unwired, Reason: "TransferContactToAgent does not work on chat"})
	case voiceOnly(a.Type):
		return refuse(a.Type + " does not work on chat")
	}
	return refuse(a.Type + " does not work here")
}
