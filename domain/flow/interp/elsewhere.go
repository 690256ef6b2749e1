package interp

import (
	"cmp"

	"parley/domain/flow"
)

// away says what a chat makes of an action that cannot work on it.
type away struct {
	// failure is the error branch that it takes, NoMatchingError if empty.
	failure string
	cause   string
	// soft: consoles give the action no error branch. Without one the flow goes on after it.
	soft bool
	// last: the same, but the flow ends.
	last bool
}

// Why an action cannot work on a chat of this project.
const (
	forCalls  = "it is for calls"
	forEmail  = "it is for e-mail"
	forTasks  = "there are no tasks"
	noCases   = "there are no cases"
	noProfile = "there are no customer profiles"
	noService = "there is no such service"
)

// elsewhere is the table of the actions that need a call, another channel or another service of the cloud, with the
// branch that they take on a chat. The types are those of the language (package flow, knownAction).
func elsewhere(actionType string) (away, bool) {
	switch actionType {
	case "GetParticipantInput", "TransferParticipantToThirdParty", "UpdatePreviousContactParticipantState",
		"StartVoiceIdStream", "CheckVoiceId", "CheckOutboundCallStatus", "CreateCallbackContact", "TransferContactToAgent":
		return away{cause: forCalls}, true
	case "UpdateContactMediaStreamingBehavior", "CompleteOutboundCall":
		return away{cause: forCalls, soft: true}, true
	case "MessageParticipantIteratively": // the only action of default customer queue flows
		return away{cause: forCalls, last: true}, true
	case "UpdateContactCallbackNumber":
		return away{failure: "InvalidCallbackNumber", cause: "a chat cannot be called back"}, true
	case "CreateTask", "ResumeContact", "CreateContact":
		return away{cause: forTasks}, true
	case "LoadContactContent", "StartOutboundEmailContact":
		return away{cause: forEmail}, true
	case "StartOutboundChatContact":
		return away{cause: "there are no text messages"}, true
	case "CreateCase", "GetCase", "UpdateCase":
		return away{cause: noCases}, true
	case "CreateCustomerProfile", "GetCustomerProfile", "UpdateCustomerProfile", "GetCustomerProfileObject",
		"GetCalculatedAttributesForCustomerProfile", "AssociateContactToCustomerProfile", "CheckSegmentMembership":
		return away{cause: noProfile}, true
	case "AuthenticateParticipant":
		return away{cause: "customers are not authenticated here"}, true
	case "RouteContactToAgent":
		return away{cause: "there are no agents"}, true
	case "CreateWisdomSession", "RenderMessageTemplate", "EvaluateDataTableValues", "ListDataTableValues",
		"UpsertDataTableValues", "ConnectParticipantWithAgenticCX":
		return away{cause: noService}, true
	}
	return away{}, false
}

// run takes the branch.
func (w away) run(_ *machine, a *flow.Action) result {
	kind := cmp.Or(w.failure, flow.NoMatchingError)
	_, wired := a.ErrorBranch(kind)
	if !wired {
		_, wired = a.ErrorBranch(flow.NoMatchingError)
	}
	switch {
	case w.last && !wired:
		return stop(Outcome{Kind: EndedByFlow})
	case w.soft && !wired:
		return skip(a.Type + " does not work on chat: " + w.cause)
	}
	return fail(kind, a.Type+" does not work on chat: "+w.cause)
}
