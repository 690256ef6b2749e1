package interp

import "parley/domain/flow"

// unavailable is for actions that need a call, another channel or a service that is not here. The table of the language
// (flow.Spec) says which branch they take on a chat, and why.
func unavailable(_ *machine, a *flow.Action) result {
	spec, known := flow.SpecOf(a.Type)
	if !known {
		return refuse(a.Type + " does not work here")
	}
	cause := a.Type + " does not work on chat"
	if spec.Note != "" {
		cause += ": " + spec.Note
	}
	if !caught(a, spec.Branch) {
		switch a.Type {
		case "MessageParticipantIteratively": // the only action of default customer queue flows
			return stop(Outcome{Kind: EndedByFlow})
		case "UpdateContactMediaStreamingBehavior", "CompleteOutboundCall": // stand in whispers and have no branch in old ones
			return skip(cause)
		}
	}
	if spec.Branch == "" {
		return refuse(cause)
	}
	return fail(spec.Branch, cause)
}

// caught reports whether an action has a branch for a failure.
func caught(a *flow.Action, errorType string) bool {
	_, own := a.ErrorBranch(errorType)
	_, general := a.ErrorBranch(flow.NoMatchingError)
	return own || general
}
