package flow

// spec is what publishing demands of one action type.
type spec struct {
	// oneOf lists alternatives: exactly one of each list must be present.
	oneOf [][]string
	// bare forbids parameters.
	bare bool
	// errors are the required error branches, allowed the others.
	errors  []string
	allowed []string
	// results are the conditions that must be there, as Equals.
	results []string
	// next demands a NextAction; terminal forbids every transition.
	next     bool
	terminal bool
	// number is a parameter that, where it is static, lies in [low, high].
	number    string
	low, high int
	// types are the flow types that the action may stand in; nil for all.
	types []Type
}

// specOf is the table of the action types that this project runs.
func specOf(actionType string) (spec, bool) {
	noMatch := []string{NoMatchingError}
	switch actionType {
	case "MessageParticipant":
		return spec{oneOf: [][]string{{"Text", "SSML", "PromptId", "Media"}}, allowed: noMatch, next: true}, true
	case "DisconnectParticipant", "EndFlowExecution":
		return spec{terminal: true}, true
	case "UpdateContactAttributes":
		return spec{oneOf: [][]string{{"Attributes"}}, errors: noMatch, next: true}, true
	case "UpdateFlowAttributes":
		return spec{oneOf: [][]string{{"FlowAttributes"}}, errors: noMatch, next: true}, true
	case "Compare":
		return spec{oneOf: [][]string{{"ComparisonValue"}}, errors: []string{NoMatchingCondition}}, true
	case "Loop":
		return spec{oneOf: [][]string{{"LoopCount"}}, allowed: noMatch, number: "LoopCount", high: 100,
			results: []string{"ContinueLooping", "DoneLooping"}}, true
	case "DistributeByPercentage":
		return spec{errors: []string{NoMatchingCondition}, allowed: noMatch}, true
	case "UpdateContactTargetQueue":
		return spec{oneOf: [][]string{{"QueueId", "AgentId"}}, errors: noMatch, next: true, types: reachesQueue()}, true
	case "TransferContactToQueue":
		return spec{bare: true, errors: []string{"QueueAtCapacity", NoMatchingError}, next: true, types: reachesQueue()}, true
	case "UpdateFlowLoggingBehavior":
		return spec{oneOf: [][]string{{"FlowLoggingBehavior"}}, next: true}, true
	case "UpdateContactRecordingBehavior":
		return spec{next: true}, true
	case "UpdateContactTextToSpeechVoice":
		return spec{oneOf: [][]string{{"TextToSpeechVoice"}}, allowed: noMatch, next: true}, true
	}
	return spec{}, false
}

// reachesQueue lists the flow types from which a contact goes to a queue.
func reachesQueue() []Type { return []Type{ContactFlow, AgentTransfer, QueueTransfer} }

// waitSpec is the spec of a Wait, which depends on the events it waits for.
func waitSpec(a *Action) spec {
	s := spec{
		oneOf:   [][]string{{"TimeLimitSeconds", "TimeoutSeconds"}},
		errors:  []string{NoMatchingError},
		allowed: []string{NoMatchingCondition, "ParticipantNotFound"},
		results: []string{"WaitCompleted"},
		number:  "TimeLimitSeconds", low: 1, high: 604800,
	}
	if a.Parameters.Field("TimeoutSeconds").Present() {
		s.number = "TimeoutSeconds"
	}
	for _, e := range a.Parameters.Field("Events").Items() {
		s.results = append(s.results, e.Text().Source())
		if e.Text().Source() == "BotParticipantDisconnected" {
			s.errors = append(s.errors, "ParticipantNotFound")
		}
	}
	return s
}
