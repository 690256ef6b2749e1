package interp

import "parley/domain/flow"

// handler is what one type of action does.
type handler struct {
	// run executes the action when the flow comes to it.
	run func(*machine, *flow.Action) result
	// resume says what an input means to the action that the run is blocked on;
	// false if nothing. Nil for actions that never block.
	resume func(*machine, *flow.Action, Input) (result, bool)
}

// handlerOf is the table of the action types that are built. A new type is a
// line here and a file of its own.
func handlerOf(actionType string) handler {
	switch actionType {
	case "MessageParticipant":
		return handler{run: messageParticipant}
	case "Wait":
		return handler{run: wait, resume: resumeWait}
	case "Compare":
		return handler{run: compare}
	case loopType:
		return handler{run: loop}
	case "DistributeByPercentage":
		return handler{run: distribute}
	case "UpdateContactAttributes":
		return handler{run: updateContactAttributes, resume: resumeAttributes}
	case "UpdateFlowAttributes":
		return handler{run: updateFlowAttributes}
	case "UpdateContactTargetQueue":
		return handler{run: updateTargetQueue}
	case "TransferContactToQueue":
		return handler{run: transferToQueue}
	case "DisconnectParticipant":
		return handler{run: disconnect}
	case "EndFlowExecution":
		return handler{run: endFlow}
	case "TransferToFlow":
		return handler{run: transferToFlow}
	case "InvokeFlowModule":
		return handler{run: invokeModule}
	case "EndFlowModuleExecution":
		return handler{run: endModule}
	case "InvokeLambdaFunction":
		return handler{run: invokeLambda, resume: resumeLambda}
	case "ConnectParticipantWithLexBot":
		return handler{run: connectBot, resume: resumeBot}
	case "ShowView":
		return handler{run: showView, resume: resumeView}
	case "AuthenticateParticipant":
		return handler{run: authenticate, resume: resumeAuthenticate}
	case "UpdateFlowLoggingBehavior":
		return handler{run: updateLogging}
	}
	if run := contactHandler(actionType); run != nil {
		return handler{run: run}
	}
	return handler{run: unavailable}
}

// disconnect is DisconnectParticipant; ending the chat is for who reads the outcome.
func disconnect(*machine, *flow.Action) result { return stop(Outcome{Kind: Disconnected}) }

// endFlow is EndFlowExecution.
func endFlow(*machine, *flow.Action) result { return stop(Outcome{Kind: EndedByFlow}) }
